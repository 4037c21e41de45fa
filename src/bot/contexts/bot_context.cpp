#include <utility>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/core/json_parts.hpp>
#include "bot/contexts/bot_run.hpp"
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

std::int64_t number_member(std::string_view object, std::string_view name) {
  const auto member = json_member(object, name);
  return member ? detail::parse_number<std::int64_t>(*member).value_or(0) : 0;
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

peer_id bot_context::peer() const noexcept {
  if (run_->press) return run_->press->peer;
  if (run_->message) return run_->message->peer();
  const auto object = run_->received.raw();
  const auto peer = number_member(object, "peer_id");
  return peer_id{peer != 0 ? peer : number_member(object, "user_id")};
}

owner_id bot_context::from() const noexcept {
  if (run_->press) return run_->press->user;
  if (run_->message) return run_->message->from();
  const auto object = run_->received.raw();
  for (const std::string_view name : {"user_id", "from_id", "liker_id"}) {
    if (const auto number = number_member(object, name); number != 0) return owner_id{number};
  }
  return owner_id{};
}

}  // namespace vkxx
