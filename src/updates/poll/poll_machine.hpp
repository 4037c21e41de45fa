// The state machine of Bots Long Poll and User Long Poll.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/updates/update_source.hpp>
#include "updates/poll/poll_answer.hpp"

namespace vkxx::detail {

// A position in the updates. Its text is the cursor of the source.
struct poll_position {
  std::string ts;                   // empty: none yet
  std::optional<std::int64_t> pts;  // of the history of a mailbox
  bool gap = false;                 // what happened after `pts` has to be read from the history
};
[[nodiscard]] std::string to_cursor(const poll_position& position);
// Nothing: the text is no cursor.
[[nodiscard]] std::optional<poll_position> read_cursor(std::string_view text);

struct poll_rules {
  bool mailbox = false;  // User Long Poll: `failed` 4 and the history apply
  int version = 3;       // of User Long Poll
  duration first_pause = std::chrono::seconds{1};
  std::uint64_t seed = 0;  // of the pauses
};

enum class poll_action {
  ask_server,   // get a key and a server
  poll,         // send the request
  ask_history,  // read what was missed
  deliver,      // hand over `batch`, then wait for the commit
  wait,         // until `due`
  end,          // the version of User Long Poll is not supported
};

namespace poll_event {
struct begun {};
struct server_given {
  std::string ts;
  std::optional<std::int64_t> pts;
};
// Of a method; a permanent refusal does not reach the machine.
struct server_refused {
  duration retry_after{};
};
struct answered {
  poll_answer answer;
};
// A network failure, a time-out, a page in place of an answer.
struct unreachable {
  duration retry_after{};
};
// The server refuses the key by its HTTP status.
struct forbidden {};
struct history_given {
  poll_history history;
};
enum class history_end {
  transient,
  unreadable,  // VK answered, but with no history
  outdated,
  other,
};
struct history_refused {
  history_end end = history_end::other;
  duration retry_after{};
};
struct waited {};
struct committed {};
}  // namespace poll_event

using any_poll_event =
    std::variant<poll_event::begun, poll_event::server_given, poll_event::server_refused,
                 poll_event::answered, poll_event::unreachable, poll_event::forbidden,
                 poll_event::history_given, poll_event::history_refused, poll_event::waited,
                 poll_event::committed>;

// What the machine hands over.
struct polled {
  std::vector<poll_history::item> items;
  std::vector<update_loss> losses;
};

// No circle of actions without `wait` goes on without progress: such a step is taken at once only
// if the last one was `calm` ago. Delivered updates with a new `ts`, a longer `pts`, and a poll
// that really waited are progress.
class poll_machine {
 public:
  static constexpr duration calm = std::chrono::seconds{10};

  poll_machine(poll_rules rules, poll_position start);

  // An event that does not fit the last action leaves the machine as it is.
  poll_action resume(any_poll_event event, time_point now);

  // The last action: a driver that was interrupted begins it again.
  [[nodiscard]] poll_action action() const noexcept { return action_; }
  // When the pause of `wait` is over.
  [[nodiscard]] time_point due() const noexcept { return due_; }
  [[nodiscard]] const poll_position& position() const noexcept { return position_; }
  [[nodiscard]] int version() const noexcept { return rules_.version; }
  // After `deliver`, until it is taken.
  [[nodiscard]] const polled& batch() const noexcept { return batch_; }
  polled take_batch() { return std::exchange(batch_, {}); }

 private:
  enum class pace { at_once, when_calm, after_pause };

  // Whether a step that brings no progress may be taken without a pause.
  [[nodiscard]] bool is_calm(time_point now) noexcept;
  poll_action go(poll_action next, time_point now);
  poll_action soon(poll_action next, time_point now);
  poll_action pause(poll_action next, time_point now, duration least = {});
  poll_action hand_over(poll_action next, pace speed);
  poll_action restart(loss_reason reason, bool at_once, time_point now);
  void lose(loss_reason reason, std::string from, std::string to);
  void steady() noexcept;

  poll_action on(poll_event::begun& event, time_point now);
  poll_action on(poll_event::server_given& event, time_point now);
  poll_action on(poll_event::server_refused& event, time_point now);
  poll_action on(poll_event::answered& event, time_point now);
  poll_action on(poll_event::unreachable& event, time_point now);
  poll_action on(poll_event::forbidden& event, time_point now);
  poll_action on(poll_event::history_given& event, time_point now);
  poll_action on(poll_event::history_refused& event, time_point now);
  poll_action on(poll_event::waited& event, time_point now);
  poll_action on(poll_event::committed& event, time_point now);

  poll_action on_updates(poll_answer& answer, time_point now);
  poll_action on_broken(poll_answer& answer, time_point now);
  poll_action on_failed(poll_answer& answer, time_point now);
  poll_action on_outdated(std::string ts, time_point now);
  poll_action on_key_refused(time_point now);
  poll_action on_version_refused(const poll_answer& answer, time_point now);

  poll_rules rules_;
  poll_position position_;
  poll_action action_ = poll_action::ask_server;
  poll_action next_ = poll_action::ask_server;  // after a pause, or after the commit
  bool begun_ = false;
  pace pace_ = pace::at_once;        // of the step after the commit
  bool fresh_ts_ = true;             // the next server's `ts` is taken
  std::optional<loss_reason> loss_;  // why
  time_point due_{};
  time_point poll_began_{};
  std::optional<time_point> last_step_;  // without progress and without a pause
  unsigned trouble_ = 0;                 // pauses in a row
  unsigned unreachable_ = 0;             // polls in a row
  unsigned broken_ = 0;
  unsigned refused_keys_ = 0;
  unsigned history_pages_ = 0;
  std::uint64_t random_;
  polled batch_;
};

std::ostream& operator<<(std::ostream& out, poll_action action);

}  // namespace vkxx::detail
