#include <vkxx/bot/bot_talks.hpp>

#include <map>
#include <utility>

#include <vkxx/bot/bot_extension.hpp>
#include <vkxx/bot/fleet.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/messages/rich_text.hpp>
#include "bot/contexts/answers.hpp"
#include "bot/fleet/fleet_core.hpp"
#include "bot/menus/menu_run.hpp"
#include "bot/run/bot_core.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx {
namespace detail {

class talks_part final : public bot_extension {
 public:
  using timer_function = std::function<asio::awaitable<void>(bot_context, timer_event)>;

  // Puts an update of the program's own into the inbox. It must not own the part.
  using put_function =
      std::function<asio::awaitable<result<void>>(group_id, std::string, std::string, std::string)>;

  talks_part(put_function put, const dialogue_options& options)
      : put_{std::move(put)},
        on_notice_{options.on_notice()},
        all{options},
        data{options.on_notice()} {}

  asio::awaitable<bool> take_message(message_context context) override {
    // Of a client without such buttons.
    if (context.payload().slug() == menu_slug) {
      auto pressing = take_menu(button_context{context});
      if (co_await std::move(pressing)) co_return true;
    }
    auto given = read_incoming_answer(context.update());
    if (!given) co_return false;
    // What the bot knows better: a long message as a whole, without a mention.
    answer_data parts;
    parts.text = context.text();
    parts.payload = context.payload().to_json();
    parts.photos = given->value.photos();
    parts.place = given->value.place();
    given->value = answer{std::move(parts)};
    given->key.group = context.community();
    auto taking = all.take(context.unit(), *std::move(given));
    co_return co_await std::move(taking);
  }
  asio::awaitable<bool> take_button(button_context context) override {
    if (context.payload().slug() == menu_slug) {
      auto pressing = take_menu(context);
      if (co_await std::move(pressing)) co_return true;
    }
    auto taking = all.take(context.unit());
    co_return co_await std::move(taking);
  }
  asio::awaitable<bool> take_timer(bot_context context, due_timer) override {
    auto taking = all.take(context.unit());
    if (co_await std::move(taking)) co_return true;
    const auto event = clock.read(context.unit());
    if (!event) co_return false;
    const auto found = functions.find(event->name());
    if (found == functions.end()) {
      report_lost(*event);
      co_return false;
    }
    auto running = found->second(context, *event);
    co_await std::move(running);
    co_return true;
  }
  asio::awaitable<bool> take_own_update(bot_context context) override {
    auto taking = all.take(context.unit());
    co_return co_await std::move(taking);
  }
  void replay_always(bool on) noexcept override { all.replay_always(on); }
  void run_ended() noexcept override { all.clear(); }
  std::vector<std::string> needed_types() const override {
    if (menus.empty()) return {"message_new"};
    return {"message_new", "message_event"};
  }

  const put_function& put() const noexcept { return put_; }
  const menu_notice& on_notice() const noexcept { return on_notice_; }

 private:
  void report_lost(const timer_event& timer) const {
    if (!on_notice_) return;
    try {
      on_notice_({state_notice_kind::timer_lost, "later/" + timer.name(),
                  "there is no function for timers " + timer.name()});
    } catch (...) {
      // Promised: its exceptions are swallowed.
    }
  }

  // A menu that the program does not have any more is for other handlers.
  asio::awaitable<bool> take_menu(button_context context) {
    auto ticket = read_ticket(context.payload());
    const auto found = ticket ? menus.find(ticket->menu) : menus.end();
    if (found == menus.end()) co_return false;
    auto pressing = press_menu(found->second, context, *std::move(ticket), on_notice_);
    co_await std::move(pressing);
    co_return true;
  }

  const put_function put_;
  const menu_notice on_notice_;

 public:
  dialogues all;
  sessions data;
  timers clock;
  std::map<std::string, timer_function> functions;
  std::map<std::string, std::shared_ptr<const menu_rules>> menus;
};

namespace {

[[noreturn]] void refuse_talk(std::string reason) {
  throw usage_exception{
      error{errc::invalid_argument, request_effect::not_sent, "bot_talks: " + std::move(reason)}};
}

asio::awaitable<void> request_in(std::shared_ptr<talks_part> part, std::string type,
                                 conversation_key key, std::string name, std::string state) {
  constexpr std::size_t key_bytes = 16;
  auto object = start_object(key, name, state);
  auto putting =
      part->put()(key.group, std::move(type), std::move(object), to_hex(random_bytes(key_bytes)));
  part.reset();  // the bot may go meanwhile
  const auto put = co_await std::move(putting);
  put.value();
}

talks_part::put_function put_of(const std::shared_ptr<bot_core>& core) {
  return [weak = std::weak_ptr{core}](group_id community, std::string type, std::string object,
                                      std::string key) {
    auto owner = weak.lock();
    if (!owner) refuse_talk("the bot is gone");
    return bot_core::put_in(std::move(owner), community, std::move(type), std::move(object),
                            std::move(key));
  };
}

talks_part::put_function put_of(const std::shared_ptr<fleet_core>& core) {
  return [weak = std::weak_ptr{core}](group_id community, std::string type, std::string object,
                                      std::string key) {
    auto owner = weak.lock();
    if (!owner) refuse_talk("the fleet is gone");
    if (community.value() == 0) {
      refuse_talk("a dialogue of a fleet is started and ended with the key of its community");
    }
    return fleet_core::put(std::move(owner), community, std::move(type), std::move(object),
                           std::move(key));
  };
}

// Reports are also lines of the log: by default nobody else hears of a lost dialogue.
dialogue_options logged(dialogue_options options, logger log) {
  options.on_notice([log = std::move(log), also = options.on_notice()](const state_notice& notice) {
    const bool fault = notice.kind != state_notice_kind::dialogue_refused;
    log.write(
        fault ? log_level::warning : log_level::info,
        "bot: " + std::string{to_string(notice.kind)} + " key=" + notice.key + ": " + notice.text);
    if (also) also(notice);
  });
  return options;
}

// Functions of the part own handles to it: these must not own the part.
std::shared_ptr<talks_part> part_of(const std::weak_ptr<talks_part>& part) {
  if (auto found = part.lock()) return found;
  refuse_talk("the bot is gone");
}

}  // namespace
}  // namespace detail

asio::awaitable<void> dialogue_starter::operator()(bot_context context) const {
  return detail::part_of(part_)->all.start(context.unit(), name_);
}

asio::awaitable<void> menu_opener::operator()(bot_context context) const {
  const auto part = detail::part_of(part_);
  return detail::open_menu(part->menus.at(name_), std::move(context), part->on_notice());
}

bot_talks::bot_talks(bot& owner) : bot_talks{owner, dialogue_options{}} {}
bot_talks::bot_talks(bot& owner, dialogue_options options) {
  options = detail::logged(std::move(options), owner.core_->log());
  auto part = std::make_shared<detail::talks_part>(detail::put_of(owner.core_), options);
  part_ = part;
  owner.extend(std::move(part));
}
bot_talks::bot_talks(fleet& owner) : bot_talks{owner, dialogue_options{}} {}
bot_talks::bot_talks(fleet& owner, dialogue_options options) {
  options = detail::logged(std::move(options), owner.core_->log());
  auto part = std::make_shared<detail::talks_part>(detail::put_of(owner.core_), options);
  part_ = part;
  owner.extend(std::move(part));
}

dialogue_starter bot_talks::add(dialogue_kind kind) const {
  auto name = kind.name();
  all().add(std::move(kind));
  return starter(std::move(name));
}
const bot_talks& bot_talks::on_timer(
    std::string name,
    std::function<asio::awaitable<void>(bot_context, timer_event)> function) const {
  const auto part = detail::part_of(part_);
  part->clock.on(name, {});
  part->functions.emplace(std::move(name), std::move(function));
  return *this;
}
menu_opener bot_talks::add_menu(const detail::menu_rules& rules) const {
  if (rules.name.empty() || rules.name.size() > detail::longest_menu_name) {
    detail::refuse_menu("a name has 1 to 50 bytes");
  }
  if (rules.pages.empty()) detail::refuse_menu("the menu " + rules.name + " has no page");
  for (const auto& text : {rules.texts.outdated, rules.texts.not_yours}) {
    if (vk_length(text) > detail::longest_snackbar)
      detail::refuse_menu("a notice has at most 90 characters: " + text);
  }
  auto kept = std::make_shared<const detail::menu_rules>(rules);
  if (!detail::part_of(part_)->menus.emplace(rules.name, std::move(kept)).second) {
    detail::refuse_menu("there are two menus " + rules.name);
  }
  return {part_, rules.name};
}
dialogues& bot_talks::all() const {
  return detail::part_of(part_)->all;
}
void bot_talks::cancel(const bot_context& context, const std::string& id) const {
  clock().cancel(context.unit(), id);
}
const sessions& bot_talks::data() const {
  return detail::part_of(part_)->data;
}
const timers& bot_talks::clock() const {
  return detail::part_of(part_)->clock;
}
dialogue_starter bot_talks::starter(std::string name) const {
  return {part_, std::move(name)};
}
asio::awaitable<void> bot_talks::request(std::string type, const conversation_key& whom,
                                         std::string name, std::string state) const {
  auto part = detail::part_of(part_);
  if (type == "vkxx:start" && !part->all.has(name)) {
    throw usage_exception{
        error{errc::invalid_argument, request_effect::not_sent, "there is no dialogue " + name}};
  }
  return detail::request_in(std::move(part), std::move(type), whom, std::move(name),
                            std::move(state));
}

}  // namespace vkxx
