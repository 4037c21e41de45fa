#include <vkxx/dialogues/dialogues.hpp>

#include <boost/describe/class.hpp>
#include <cstring>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "dialogues/run/conversation_run.hpp"

namespace vkxx {
namespace detail {

std::uint64_t dialogue_core::random() const {
  if (options.random()) return options.random()();
  std::uint64_t number = 0;
  const auto bytes = random_bytes(sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

void dialogue_core::report(state_notice_kind kind, std::string key, std::string text,
                           std::exception_ptr failure) const noexcept {
  if (!options.on_notice()) return;
  try {
    options.on_notice()(state_notice{kind, std::move(key), std::move(text), std::move(failure)});
  } catch (...) {
    // As promised.
  }
}

}  // namespace detail

namespace {

constexpr std::size_t event_id_bytes = 16;

struct stored_timer {
  std::string key;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(stored_timer, (), (key, value))

struct own_request {
  std::int64_t peer_id = 0;
  std::int64_t person = 0;
  std::optional<std::string> name;
  std::optional<std::string> state;
};
BOOST_DESCRIBE_STRUCT(own_request, (), (peer_id, person, name, state))

[[noreturn]] void refuse_dialogue(const std::string& reason) {
  throw usage_exception{error{errc::invalid_argument, request_effect::not_sent, reason}};
}

// The numbers of `dialogue/GROUP/PEER/PERSON`.
std::optional<conversation_key> key_of_timer(std::string_view key) {
  if (!key.starts_with(detail::dialogue_timer_prefix)) return std::nullopt;
  key.remove_prefix(detail::dialogue_timer_prefix.size());
  std::vector<std::int64_t> numbers;
  for (auto slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/')) {
    key.remove_prefix(slash + 1);
    numbers.push_back(std::strtoll(std::string{key}.c_str(), nullptr, 10));
  }
  if (numbers.size() != 3) return std::nullopt;
  return conversation_key{group_id{numbers[0]}, peer_id{numbers[1]}, user_id{numbers[2]}};
}

std::string own_object(const conversation_key& key, std::string name, std::string state) {
  own_request request{key.peer.value(), key.person.value(), std::nullopt, std::nullopt};
  if (!name.empty()) request.name = std::move(name);
  if (!state.empty()) request.state = std::move(state);
  return to_stored_json(request);
}

update own_update(const char* type, const conversation_key& key, std::string name,
                  std::string state) {
  update_data data;
  data.type = type;
  if (key.group.value() != 0) data.group = key.group;
  data.event_id = detail::to_hex(detail::random_bytes(event_id_bytes));
  data.object = own_object(key, std::move(name), std::move(state));
  data.received = std::chrono::system_clock::now();
  return update{std::move(data)};
}

}  // namespace

dialogues::dialogues() : dialogues{dialogue_options{}} {}
dialogues::dialogues(dialogue_options options)
    : core_{std::make_shared<detail::dialogue_core>(std::move(options))} {}
dialogues::~dialogues() {
  clear();
}

void dialogues::add(dialogue_kind kind) {
  if (kind.name().empty()) refuse_dialogue("a dialogue needs a name");
  if (!kind.function()) refuse_dialogue("the dialogue " + kind.name() + " has no function");
  const auto name = kind.name();
  detail::dialogue_entry entry;
  entry.function = std::make_shared<const dialogue_kind>(std::move(kind));
  if (!core_->kinds.emplace(name, std::move(entry)).second) {
    refuse_dialogue("there are two dialogues " + name);
  }
}

void dialogues::replay_always(bool on) noexcept {
  core_->replay_always = on;
}

void dialogues::add_steps(const detail::steps_rules& rules) {
  if (rules.name.empty()) refuse_dialogue("a dialogue needs a name");
  if (rules.steps.empty()) refuse_dialogue("the dialogue " + rules.name + " has no steps");
  detail::dialogue_entry entry;
  entry.steps = std::make_shared<const detail::steps_rules>(rules);
  if (!core_->kinds.emplace(rules.name, std::move(entry)).second) {
    refuse_dialogue("there are two dialogues " + rules.name);
  }
}

namespace {

asio::awaitable<bool> take_timer(std::shared_ptr<detail::dialogue_core> core,
                                 update_context context) {
  const auto timer = context.update().as<stored_timer>();
  const auto key = timer ? key_of_timer(timer->key) : std::nullopt;
  if (!key) co_return false;
  detail::conversation_run run{std::move(core), std::move(context), *key};
  detail::dialogue_event event;
  event.serial = std::strtoull(timer->value.c_str(), nullptr, 10);
  auto taking = run.take(std::move(event));
  static_cast<void>(co_await std::move(taking));
  co_return true;
}

asio::awaitable<bool> take_own(std::shared_ptr<detail::dialogue_core> core,
                               update_context context) {
  const auto request = context.update().as<own_request>();
  if (!request) co_return false;
  const conversation_key key{context.update().group().value_or(group_id{}),
                             peer_id{request->peer_id}, user_id{request->person}};
  const bool starts = context.update().type() == "vkxx:start";
  const auto name = request->name.value_or(std::string{});
  const bool known = core->kinds.contains(name);
  if (starts && !known) {
    core->report(state_notice_kind::dialogue_lost, detail::dialogue_key(key),
                 "there is no dialogue " + name + " to start");
    co_return true;
  }
  detail::conversation_run run{std::move(core), std::move(context), key};
  if (!starts) {
    run.end();
    co_return true;
  }
  auto starting = run.start(name, request->state.value_or(std::string{}));
  co_await std::move(starting);
  co_return true;
}

asio::awaitable<bool> take_answer(std::shared_ptr<detail::dialogue_core> core,
                                  update_context context, incoming_answer incoming) {
  detail::conversation_run run{std::move(core), std::move(context), incoming.key};
  detail::dialogue_event event;
  event.given = std::move(incoming.value);
  auto taking = run.take(std::move(event));
  co_return co_await std::move(taking);
}

asio::awaitable<bool> take_update(std::shared_ptr<detail::dialogue_core> core,
                                  update_context context) {
  const auto& type = context.update().type();
  if (type == "vkxx:timer") co_return co_await take_timer(std::move(core), std::move(context));
  if (type == "vkxx:start" || type == "vkxx:end") {
    co_return co_await take_own(std::move(core), std::move(context));
  }
  auto incoming = read_incoming_answer(context.update());
  if (!incoming) co_return false;
  auto taking = take_answer(std::move(core), std::move(context), *std::move(incoming));
  co_return co_await std::move(taking);
}

asio::awaitable<void> start_in(std::shared_ptr<detail::dialogue_core> core, update_context context,
                               std::string name, std::string state) {
  if (!core->kinds.contains(name)) refuse_dialogue("there is no dialogue " + name);
  const auto owner = conversation_of(context.update());
  if (!owner || owner->person.value() <= 0)
    refuse_dialogue("a dialogue starts with an update of a person, such as a message");
  detail::conversation_run run{std::move(core), std::move(context), *owner};
  auto starting = run.start(std::move(name), std::move(state));
  co_await std::move(starting);
}

asio::awaitable<std::optional<open_dialogue>> find_in(std::shared_ptr<detail::dialogue_core> core,
                                                      conversation_key key) {
  if (!core->options.store()) refuse_dialogue("find needs dialogue_options::store");
  auto reading = core->options.store()->read(detail::dialogue_key(key));
  auto read = co_await std::move(reading);
  const auto value = std::move(read).value();
  if (!value) co_return std::nullopt;
  open_dialogue found;
  if (const auto log = from_stored<detail::dialogue_log>(value->bytes)) {
    found.name = log->name;
    found.version = log->dialogue_version;
    if (log->open) found.label = log->open->label;
    co_return found;
  }
  const auto log = from_stored<detail::steps_log>(value->bytes);
  if (!log) co_return std::nullopt;
  found.name = log->name;
  found.version = log->dialogue_version;
  found.label = log->step;
  co_return found;
}

}  // namespace

asio::awaitable<bool> dialogues::take(update_context context) const {
  return take_update(core_, std::move(context));
}
asio::awaitable<bool> dialogues::take(update_context context, incoming_answer given) const {
  return take_answer(core_, std::move(context), std::move(given));
}
asio::awaitable<void> dialogues::start(update_context context, std::string name) const {
  return start_in(core_, std::move(context), std::move(name), {});
}
asio::awaitable<void> dialogues::start_with(update_context context, std::string name,
                                            std::string state) const {
  return start_in(core_, std::move(context), std::move(name), std::move(state));
}
update dialogues::request_start(const conversation_key& key, const std::string& name,
                                std::string state) const {
  if (!core_->kinds.contains(name)) refuse_dialogue("there is no dialogue " + name);
  return own_update("vkxx:start", key, name, std::move(state));
}
update dialogues::end_request(const conversation_key& key) const {
  return own_update("vkxx:end", key, {}, {});
}
asio::awaitable<std::optional<open_dialogue>> dialogues::find(conversation_key key) const {
  return find_in(core_, key);
}
bool dialogues::has(const std::string& name) const noexcept {
  return core_->kinds.contains(name);
}
std::size_t dialogues::frames() const {
  return core_->frames.size();
}
void dialogues::clear() const noexcept {
  core_->frames.clear();
}

namespace detail {

std::string start_object(const conversation_key& key, const std::string& name,
                         const std::string& state) {
  return own_object(key, name, state);
}

void refuse_steps(const std::string& reason) {
  refuse_dialogue(reason);
}

}  // namespace detail

finished_dialogue::finished_dialogue(std::shared_ptr<detail::dialogue_turn> turn,
                                     conversation_key key)
    : turn_{std::move(turn)}, key_{key} {}

namespace {

asio::awaitable<void> send_in(std::shared_ptr<detail::dialogue_turn> turn, outgoing message) {
  auto sending = turn->send(std::move(message));
  const auto sent = co_await std::move(sending);
  sent.value();
}

}  // namespace

asio::awaitable<void> finished_dialogue::say(outgoing message) const {
  return send_in(turn_, std::move(message));
}
update_context finished_dialogue::context() const {
  if (turn_->context() == nullptr) refuse_dialogue("there is no update of a dispatcher");
  return *turn_->context();
}

}  // namespace vkxx
