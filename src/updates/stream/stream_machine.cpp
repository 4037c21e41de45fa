#include "updates/stream/stream_machine.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "core/async/time_sum.hpp"

namespace vkxx::detail {
namespace {

constexpr int longest_stream_pause = 60;
constexpr std::chrono::hours longest_url_pause{1};
constexpr unsigned failures_per_url = 3;

}  // namespace

std::ostream& operator<<(std::ostream& out, stream_action action) {
  constexpr const char* names[] = {"ask_url", "connect", "read", "wait", "end"};
  return out << names[static_cast<std::size_t>(action)];
}

stream_action stream_machine::soon(stream_action next, time_point now) {
  if (last_step_ && now < later_by(*last_step_, calm)) return pause(next, now);
  last_step_ = now;
  return action_ = next;
}

stream_action stream_machine::pause(stream_action next, time_point now, duration least) {
  next_ = next;
  const auto longest = first_pause_ * longest_stream_pause;
  auto length = first_pause_;
  for (unsigned i = 0; i < trouble_ && length < longest; ++i) length *= 2;
  ++trouble_;
  length = std::max(std::min(length, longest), std::min<duration>(least, longest_url_pause));
  due_ = later_by(now, length);
  return action_ = stream_action::wait;
}

void stream_machine::forgive(time_point now) {
  if (const auto since = std::exchange(opened_, std::nullopt);
      since && now >= later_by(*since, calm))
    trouble_ = failures_ = 0;
}

stream_action stream_machine::resume(stream_event::begun, time_point) {
  return action_ = stream_action::ask_url;
}

stream_action stream_machine::resume(stream_event::url_given, time_point) {
  return action_ = stream_action::connect;
}

stream_action stream_machine::resume(stream_event::url_refused event, time_point now) {
  return pause(stream_action::ask_url, now, event.retry_after);
}

stream_action stream_machine::resume(stream_event::opened, time_point now) {
  opened_ = now;
  return action_ = stream_action::read;
}

stream_action stream_machine::resume(stream_event::refused event, time_point now) {
  forgive(now);
  switch (event.code) {
    case 1003:  // no key
    case 1004:  // a wrong key
      return soon(stream_action::ask_url, now);
    case 1000:  // no WebSocket
    case 1001:  // the HTTP method
    case 1002:  // the content type
    case 1005:  // the number of the stream
      refusal_ = event.code;
      return action_ = stream_action::end;
    case 1006:  // the stream is open: the old connection still counts
      return pause(stream_action::connect, now);
    default:
      break;
  }
  const bool other_url = ++failures_ % failures_per_url == 0;
  return pause(other_url ? stream_action::ask_url : stream_action::connect, now);
}

stream_action stream_machine::resume(stream_event::delivered, time_point) {
  trouble_ = failures_ = 0;
  return action_ = stream_action::read;
}

stream_action stream_machine::resume(stream_event::service event, time_point now) {
  if (event.code != 3000 && event.code != 3001) return action_ = stream_action::read;
  forgive(now);
  return soon(stream_action::ask_url, now);
}

stream_action stream_machine::resume(stream_event::closed, time_point now) {
  return resume(stream_event::refused{}, now);
}

stream_action stream_machine::resume(stream_event::silent, time_point now) {
  forgive(now);
  return soon(stream_action::connect, now);
}

stream_action stream_machine::resume(stream_event::waited, time_point) {
  return action_ = next_;
}

}  // namespace vkxx::detail
