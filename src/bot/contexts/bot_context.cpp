#include <chrono>
#include <optional>
#include <utility>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/dialogues/answer.hpp>
#include <vkxx/uploads/read_source.hpp>
#include "bot/contexts/answers.hpp"
#include "bot/contexts/bot_run.hpp"
#include "bot/values/peers.hpp"
#include "core/text/acting_members.hpp"
#include "core/text/number.hpp"

namespace vkxx {
namespace detail {

blocking_mark::blocking_mark(std::shared_ptr<bot_run> run) : run_{std::move(run)} {
  ++run_->environment->counters->blocking;
}
blocking_mark::~blocking_mark() {
  --run_->environment->counters->blocking;
}

}  // namespace detail

namespace {

constexpr std::chrono::minutes longest_download{1};

std::int64_t number_member(std::string_view object, std::string_view name) {
  const auto member = json_member(object, name);
  return member ? detail::parse_number<std::int64_t>(*member).value_or(0) : 0;
}

// Whose timer or other update of the program's own it is.
std::optional<conversation_key> own_conversation(const update& received) {
  if (!received.type().starts_with("vkxx:")) return std::nullopt;
  return conversation_of(received);
}

}  // namespace

const update& bot_context::update() const noexcept {
  return run_->received;
}
group_id bot_context::community() const noexcept {
  return run_->community;
}
const std::string& bot_context::event_key() const noexcept {
  return unit().event_key();
}
update_client bot_context::vk() const {
  return unit().vk();
}
const update_context& bot_context::unit() const noexcept {
  return *run_->unit;
}
wall_time bot_context::now() const {
  return run_->environment->time_of_day();
}
const incoming_message* bot_context::incoming() const noexcept {
  return run_->message ? &*run_->message : nullptr;
}
const captures& bot_context::captures() const noexcept {
  return run_->found;
}
asio::awaitable<std::vector<sent_message>> bot_context::answer(outgoing message) const {
  return detail::send_in_run(*this, std::move(message));
}
void bot_context::pass() const noexcept {
  run_->passed = true;
}
std::any& bot_context::bag(std::type_index type) const {
  return run_->bag[type];
}

const payload& bot_context::payload() const noexcept {
  static const vkxx::payload none;
  if (run_->press) return run_->press->payload;
  return run_->message ? run_->message->payload() : none;
}

peer_id bot_context::peer() const {
  if (run_->press) return run_->press->peer;
  if (run_->message) return run_->message->peer();
  if (const auto own = own_conversation(run_->received)) return own->peer;
  const auto object = run_->received.raw();
  const auto peer = number_member(object, "peer_id");
  return peer_id{peer != 0 ? peer : number_member(object, "user_id")};
}

std::optional<chat_id> bot_context::chat() const {
  const auto where = peer();
  if (!detail::is_chat(where)) return std::nullopt;
  return chat_id{where.value() - peer_id{chat_id{}}.value()};
}

owner_id bot_context::from() const {
  if (run_->press) return run_->press->user;
  if (run_->message) return run_->message->from();
  if (const auto own = own_conversation(run_->received); own && own->person != 0)
    return own->person;
  const auto object = run_->received.raw();
  for (const auto name : detail::acting_members) {
    if (const auto number = number_member(object, name); number != 0) return owner_id{number};
  }
  return owner_id{};
}

asio::awaitable<result<std::string>> bot_context::download(std::string address,
                                                           std::uint64_t largest) const {
  const auto plain = vk().plain();
  const bool of_api = address.starts_with(plain.environment().endpoints.api() + "/");
  url_source file{std::move(address)};
  file.max_size(largest).timeout(longest_download).allow_private_addresses(of_api);
  return read_source(plain, std::move(file), largest);
}

}  // namespace vkxx
