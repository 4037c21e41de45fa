#include <vkxx/bot/bot_talks.hpp>

#include <map>
#include <utility>

#include <vkxx/bot/bot_extension.hpp>
#include <vkxx/core/exception.hpp>
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx {
namespace detail {

class talks_part final : public bot_extension {
 public:
  using timer_function = std::function<asio::awaitable<void>(bot_context, timer_event)>;

  talks_part(bot& owner, const dialogue_options& options)
      : owner_{&owner}, all{options}, data{options.on_notice()} {}

  asio::awaitable<bool> take_message(message_context context) override {
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
    auto taking = all.take(context.unit());
    co_return co_await std::move(taking);
  }
  asio::awaitable<bool> take_timer(bot_context context, due_timer) override {
    auto taking = all.take(context.unit());
    if (co_await std::move(taking)) co_return true;
    const auto event = clock.read(context.unit());
    if (!event) co_return false;
    const auto found = functions.find(event->name());
    if (found == functions.end()) co_return false;
    auto running = found->second(context, *event);
    co_await std::move(running);
    co_return true;
  }
  asio::awaitable<bool> take_own_update(bot_context context) override {
    auto taking = all.take(context.unit());
    co_return co_await std::move(taking);
  }
  void run_ended() noexcept override { all.clear(); }
  std::vector<std::string> needed_types() const override { return {"message_new"}; }

  bot& owner() const noexcept { return *owner_; }

 private:
  bot* const owner_;

 public:
  dialogues all;
  sessions data;
  timers clock;
  std::map<std::string, timer_function> functions;
};

namespace {

asio::awaitable<void> request_in(std::shared_ptr<talks_part> part, std::string type,
                                 conversation_key key, std::string name, std::string state) {
  constexpr std::size_t key_bytes = 16;
  auto object = start_object(key, name, state);
  auto putting =
      part->owner().put(std::move(type), std::move(object), to_hex(random_bytes(key_bytes)));
  const auto put = co_await std::move(putting);
  put.value();
}

}  // namespace
}  // namespace detail

asio::awaitable<void> dialogue_starter::operator()(message_context context) const {
  return part_->all.start(context.unit(), name_);
}

bot_talks::bot_talks(bot& owner) : bot_talks{owner, dialogue_options{}} {}
bot_talks::bot_talks(bot& owner, dialogue_options options)
    : part_{std::make_shared<detail::talks_part>(owner, options)} {
  owner.extend(part_);
}

dialogue_starter bot_talks::add(dialogue_kind kind) const {
  auto name = kind.name();
  part_->all.add(std::move(kind));
  return starter(std::move(name));
}
const bot_talks& bot_talks::on_timer(
    std::string name,
    std::function<asio::awaitable<void>(bot_context, timer_event)> function) const {
  part_->clock.on(name, {});
  part_->functions.emplace(std::move(name), std::move(function));
  return *this;
}
dialogues& bot_talks::all() const noexcept {
  return part_->all;
}
void bot_talks::cancel(const bot_context& context, const std::string& id) const {
  clock().cancel(context.unit(), id);
}
const sessions& bot_talks::data() const noexcept {
  return part_->data;
}
const timers& bot_talks::clock() const noexcept {
  return part_->clock;
}
dialogue_starter bot_talks::starter(std::string name) const {
  return {part_, std::move(name)};
}
asio::awaitable<void> bot_talks::request(std::string type, peer_id peer, user_id person,
                                         std::string name, std::string state) const {
  const conversation_key key{group_id{}, peer, person};
  if (type == "vkxx:start" && !part_->all.has(name)) {
    throw usage_exception{
        error{errc::invalid_argument, request_effect::not_sent, "there is no dialogue " + name}};
  }
  return detail::request_in(part_, std::move(type), key, std::move(name), std::move(state));
}

}  // namespace vkxx
