#include <vkxx/dialogues/timers.hpp>

#include <boost/describe/class.hpp>
#include <cstdint>

#include <vkxx/core/exception.hpp>
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx {
namespace {

constexpr std::string_view later_prefix = "later/";
constexpr std::size_t later_digits = 32;

// What is stored with a timer.
struct later_value {
  std::string name;
  std::string value;  // JSON text
  std::int64_t group = 0;
  std::int64_t peer_id = 0;
  std::int64_t person = 0;
};
BOOST_DESCRIBE_STRUCT(later_value, (), (name, value, group, peer_id, person))

// The object of an update of the type `vkxx:timer`.
struct later_object {
  std::string key;
  std::string value;
  std::int64_t due = 0;
};
BOOST_DESCRIBE_STRUCT(later_object, (), (key, value, due))

[[noreturn]] void refuse_timer(const std::string& reason) {
  throw usage_exception{error{errc::invalid_argument, request_effect::not_sent, reason}};
}

}  // namespace

timer_event::timer_event(std::string name, std::string value, conversation_key key, wall_time due,
                         duration late_by)
    : name_{std::move(name)}, value_{std::move(value)}, key_{key}, due_{due}, late_by_{late_by} {}

void timers::on(std::string name, function_type function) {
  if (!functions_.emplace(name, std::move(function)).second) {
    refuse_timer("there are two functions for timers " + name);
  }
}

std::string timers::schedule(const update_context& context, duration wait, std::string name,
                             std::string value) const {
  if (!functions_.contains(name)) refuse_timer("there is no function for timers " + name);
  constexpr std::chrono::hours longest{24 * 366 * 10};
  if (wait > longest || wait < -longest) refuse_timer("a timer can wait up to 10 years");
  const auto owner = conversation_of(context.update()).value_or(conversation_key{});
  later_value stored{std::move(name), std::move(value), owner.group.value(), owner.peer.value(),
                     owner.person.value()};
  const auto due = context.now() + std::chrono::duration_cast<wall_time::duration>(wait);
  auto bytes = to_stored_json(stored);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(due.time_since_epoch()).count();
  // Equal timers of one handler are one; those of another run of it were not committed.
  const auto digest = detail::to_hex(
      detail::sha256(context.event_key() + "\n" + std::to_string(milliseconds) + "\n" + bytes));
  auto id = std::string{later_prefix} + digest.substr(0, later_digits);
  context.schedule(id, due, std::move(bytes));
  return id;
}

void timers::cancel(const update_context& context, const std::string& id) const {
  context.cancel_timer(id);
}

std::optional<timer_event> timers::read(const update_context& context) const {
  if (context.update().type() != "vkxx:timer") return std::nullopt;
  const auto timer = context.update().as<later_object>();
  if (!timer || !timer->key.starts_with(later_prefix)) return std::nullopt;
  auto stored = from_stored_json<later_value>(timer->value);
  if (!stored) return std::nullopt;
  const wall_time due{
      std::chrono::duration_cast<wall_time::duration>(std::chrono::milliseconds{timer->due})};
  const auto late = std::chrono::duration_cast<duration>(context.now() - due);
  const conversation_key key{group_id{stored->group}, peer_id{stored->peer_id},
                             user_id{stored->person}};
  return timer_event{std::move(stored->name), std::move(stored->value), key, due,
                     late > duration::zero() ? late : duration::zero()};
}

asio::awaitable<bool> timers::take(update_context context) const {
  auto event = read(context);
  if (!event) co_return false;
  const auto found = functions_.find(event->name());
  if (found == functions_.end()) co_return false;
  auto running = found->second(std::move(context), *std::move(event));
  co_await std::move(running);
  co_return true;
}

}  // namespace vkxx
