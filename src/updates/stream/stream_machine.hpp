// The state machine of the Streaming API.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

enum class stream_action {
  ask_url,  // get an endpoint and a key
  connect,  // open the stream
  read,     // the next frame
  wait,     // until `due`
  end,      // VK will not open the stream: `refusal` says why
};

namespace stream_event {
struct begun {};
struct url_given {};
struct url_refused {
  duration retry_after{};
};
struct opened {};
// By VK's code; 0: no error of VK's (a network failure, a page). Also of an open stream.
struct refused {
  std::int64_t code = 0;
};
struct delivered {};
struct service {
  std::int64_t code = 0;
};
// The server closed or reset the stream, or sent what the limits do not allow.
struct closed {};
// Neither a frame nor a ping for a minute.
struct silent {};
struct waited {};
}  // namespace stream_event

// No circle of actions without `wait` goes on for ever; see poll_machine.
class stream_machine {
 public:
  static constexpr duration calm = std::chrono::seconds{10};

  explicit stream_machine(duration first_pause) : first_pause_{first_pause} {}

  stream_action resume(stream_event::begun, time_point now);
  stream_action resume(stream_event::url_given, time_point now);
  stream_action resume(stream_event::url_refused event, time_point now);
  stream_action resume(stream_event::opened, time_point now);
  stream_action resume(stream_event::refused event, time_point now);
  stream_action resume(stream_event::delivered, time_point now);
  stream_action resume(stream_event::service event, time_point now);
  stream_action resume(stream_event::closed, time_point now);
  stream_action resume(stream_event::silent, time_point now);
  stream_action resume(stream_event::waited, time_point now);

  [[nodiscard]] stream_action action() const noexcept { return action_; }
  [[nodiscard]] time_point due() const noexcept { return due_; }
  [[nodiscard]] std::int64_t refusal() const noexcept { return refusal_; }

 private:
  stream_action soon(stream_action next, time_point now);
  stream_action pause(stream_action next, time_point now, duration least = {});
  // The stream ended: it is no failure in a row if it was open for long, delivered or not.
  void forgive(time_point now);

  duration first_pause_;
  stream_action action_ = stream_action::ask_url;
  stream_action next_ = stream_action::ask_url;
  time_point due_{};
  std::optional<time_point> last_step_;
  std::optional<time_point> opened_;
  unsigned trouble_ = 0;
  unsigned failures_ = 0;  // in a row
  std::int64_t refusal_ = 0;
};

std::ostream& operator<<(std::ostream& out, stream_action action);

}  // namespace vkxx::detail
