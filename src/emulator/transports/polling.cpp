// Long poll requests: the part of the service that suspends them.
#include "emulator/transports/polling.hpp"

#include <algorithm>
#include <cstdlib>

#include <vkxx/core/redaction.hpp>
#include <vkxx/core/secret.hpp>

#include "core/text/number.hpp"
#include "emulator/encoding/shown_value.hpp"
#include "emulator/http/transport_faults.hpp"
#include "emulator/saving/changes/change_records.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t longest_poll_wait = 90;
constexpr std::int64_t usual_poll_wait = 25;
constexpr std::string_view community_prefix = "/whp/";
constexpr std::string_view mailbox_prefix = "/nim";

std::int64_t number_or(const argument_list& arguments, std::string_view name,
                       std::int64_t fallback) noexcept {
  const auto text = arguments.find(name);
  if (!text) return fallback;
  return vkxx::detail::parse_number<std::int64_t>(*text).value_or(fallback);
}

answer poll_answer(std::string body) {
  answer reply;
  reply.body = std::move(body);
  return reply;
}

}  // namespace

std::optional<poll_address> read_poll_address(std::string_view path) noexcept {
  poll_address address;
  address.of_community = path.starts_with(community_prefix);
  if (!address.of_community && !path.starts_with(mailbox_prefix)) return std::nullopt;
  const auto prefix = address.of_community ? community_prefix : mailbox_prefix;
  const auto owner = vkxx::detail::parse_number<std::int64_t>(path.substr(prefix.size()));
  if (!owner) return std::nullopt;
  address.owner = *owner;
  return address;
}

poll_query read_poll_query(const argument_list& arguments) {
  poll_query query;
  query.key = arguments.find("key").value_or("");
  query.ts = arguments.find("ts").value_or("");
  query.version = number_or(arguments, "version", 0);
  query.mode = number_or(arguments, "mode", 0);
  return query;
}

std::int64_t poll_wait(const argument_list& arguments) noexcept {
  return std::clamp<std::int64_t>(number_or(arguments, "wait", usual_poll_wait), 0,
                                  longest_poll_wait);
}

std::optional<answer> service::poll_once(const stage& world_of_poll, const poll_address& address,
                                         const poll_query& query, bool last) {
  const std::lock_guard lock{mutex_};
  // The world that the key belongs to is gone.
  if (stage_.get() != &world_of_poll) return poll_answer(failed_body(3));
  auto& hub = stage_->hub;
  const auto now_ms = unix_ms(present());
  const auto drawn = hub.random().state();
  poll_outcome outcome;
  poll_faults* faults = nullptr;
  bool changed = false;
  if (address.of_community) {
    if (stage_->state.find_community(address.owner) == nullptr) return poll_answer(failed_body(2));
    auto& channel = hub.channel(address.owner);
    const auto dropped = channel.ring.dropped();
    changed = !channel.faults.all().empty();
    outcome = channel.poll(query, now_ms, hub.random());
    changed = changed || channel.ring.dropped() != dropped;
    faults = &channel.faults;
  } else {
    auto* log = hub.find_log(address.owner);
    if (log == nullptr) return poll_answer(failed_body(2));
    changed = !log->faults.all().empty();
    outcome = log->poll(stage_->state, query, hub.random());
    faults = &log->faults;
  }
  if (changed || hub.random().state() != drawn)
    note(*stage_, [&] {
      return record_of(poll_change{now_ms, address.of_community, address.owner, last, query});
    });
  if (outcome.waits && !last) return std::nullopt;
  // What it got may lead to a call.
  if (!outcome.waits) note_call(*stage_, std::abs(address.owner), {});
  auto reply = poll_answer(std::move(outcome.body));
  faults->change(reply);
  return reply;
}

routed service::poll(const http_message& message, recorded_request& record) {
  const auto address = *read_poll_address(path_of(message.target));
  const auto arguments = read_arguments(message);
  for (const auto& [name, value] : arguments.all())
    record.parameters.emplace_back(
        name, name == "key" ? redacted(value) : redacted_parameter(name, front_of(value)));
  const auto subject = page_name(message);
  std::unique_lock lock{mutex_};
  const auto played = stage_->faults.take(transport_question(subject, {}, message));
  const std::shared_ptr<const stage> current = stage_;
  lock.unlock();
  answer early;
  if (played) {
    record.fault = to_string(played->rule);
    if (play_before(played->rule, message, early)) return early;
  }
  const auto query = read_poll_query(arguments);
  if (played) {
    auto reply = *poll_once(*current, address, query, true);
    play_after(played->rule, reply);
    return reply;
  }
  pending_answer pending;
  pending.channel = address.of_community ? transport_hub::channel_of(address.owner)
                                         : transport_hub::channel_of_log(address.owner);
  pending.subject = subject;
  pending.until = time_->now() + std::chrono::seconds{poll_wait(arguments)};
  pending.quick = true;
  pending.attempt = [this, current, address, query](bool last) {
    return poll_once(*current, address, query, last);
  };
  if (poll_wait(arguments) == 0) return *pending.attempt(true);
  return pending;
}

}  // namespace vkxx::emulation::detail
