// Decides which parts and sources this process asks for, holds, and gives away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <vkxx/core/clock.hpp>

namespace vkxx::redis::detail {

// The settings of the machine.
struct lease_limits {
  duration lease = std::chrono::seconds{10};
  // Between two heartbeats.
  duration interval = std::chrono::seconds{3};
};

// What one heartbeat asks for. Names are those of leases: `p:PART`, `s:SOURCE`.
struct lease_request {
  struct held {
    std::string name;
    std::string epoch;
  };
  std::vector<held> renew;
  std::vector<held> release;
  std::vector<std::string> take;
  std::string group;     // of the process: the same for those that read the same sources
  bool leaving = false;  // the process is no member any more
};

struct lease_answer {
  std::vector<std::string> members;  // with this one: `NAME.GROUP`
  std::vector<bool> renewed;         // in the order of `lease_request::renew`
  std::vector<std::string> taken;    // epochs in the order of `lease_request::take`; empty: not
};

namespace lease_event {
// Time has passed, or another process has changed something.
struct tick {
  bool at_once = false;
};
// The answer to the request that is under way.
struct answered {
  lease_answer answer;
};
// There will be none.
struct failed {};
// A commit was refused: the lease is another's.
struct refused {
  std::string name;
};
// Nothing of the lease is used any more, because it was to leave or could not be used.
struct handed_over {
  std::string name;
};
// It is another Redis: nothing that was known is true.
struct forgotten {};
// Other leases are of use from now on, in another group. What is held and not among them leaves.
struct renamed {
  std::string group;
  std::vector<std::string> names;
};
// Gives everything away; nothing is used any more.
struct leave {};
}  // namespace lease_event
using any_lease_event =
    std::variant<lease_event::tick, lease_event::answered, lease_event::failed,
                 lease_event::refused, lease_event::handed_over, lease_event::forgotten,
                 lease_event::renamed, lease_event::leave>;

namespace lease_action {
// Ask Redis; exactly one `answered` or `failed` follows.
struct send {
  lease_request request;
};
// May be used from now on.
struct won {
  std::string name;
};
// Another process is to have it: use it for nothing new, then `handed_over`.
struct leaving {
  std::string name;
};
// May not be used any more.
struct lost {
  std::string name;
};
// The process has left.
struct left {};
}  // namespace lease_action
using any_lease_action = std::variant<lease_action::send, lease_action::won, lease_action::leaving,
                                      lease_action::lost, lease_action::left>;

// The member among these that a lease belongs to while all are alive: rendezvous hashing, so that
// few leases move when a member comes or goes, and none when one changes its group. Empty: there is
// none.
[[nodiscard]] std::string preferred_member(std::string_view name,
                                           const std::vector<std::string>& members);

// A member is `NAME.GROUP`, where `GROUP` is the same for those that read the same sources: only
// these share them by plan. Others take a source that nobody holds.
class lease_machine {
 public:
  // `member`: with its group.
  lease_machine(const std::string& member, std::vector<std::string> names,
                const lease_limits& limits);

  [[nodiscard]] std::vector<any_lease_action> resume(const any_lease_event& event, time_point now);
  // When a `tick` is due.
  [[nodiscard]] std::optional<time_point> next_time() const;

  // The number of a lease that may be used now, by this machine's own clock; nothing: it may not.
  [[nodiscard]] std::optional<std::string> epoch_of(const std::string& name, time_point now) const;
  // When that one ends; nothing: it may not be used.
  [[nodiscard]] std::optional<time_point> end_of(const std::string& name, time_point now) const;
  // Held, and not leaving.
  [[nodiscard]] bool is_held(const std::string& name) const;
  [[nodiscard]] std::size_t members() const noexcept { return members_.size(); }

 private:
  enum class phase { held, leaving, releasing };
  struct lease {
    std::string epoch;
    time_point until{};
    phase now = phase::held;
  };
  using lease_map = std::map<std::string, lease>;

  void handle(const lease_event::tick& event, time_point now);
  void handle(const lease_event::answered& event, time_point now);
  void handle(const lease_event::failed& event, time_point now);
  void handle(const lease_event::refused& event, time_point now);
  void handle(const lease_event::handed_over& event, time_point now);
  void handle(const lease_event::forgotten& event, time_point now);
  void handle(const lease_event::renamed& event, time_point now);
  void handle(const lease_event::leave& event, time_point now);

  void expire(time_point now);
  void lose(lease_map::iterator found);
  void send(time_point now);
  void handle_last(const lease_answer& answer, time_point now);
  void take_answer(const lease_answer& answer);
  void give_away();
  [[nodiscard]] bool is_mine(const std::string& name) const;

  const std::string member_;
  std::string group_;
  std::set<std::string> names_;
  const lease_limits limits_;
  lease_map leases_;
  std::vector<std::string> members_;
  std::optional<lease_request> under_way_;
  time_point sent_at_{};
  bool outdated_ = false;  // the request was sent to another Redis
  bool again_ = false;     // something has changed since it was sent
  std::optional<time_point> next_;
  bool leaving_ = false;
  bool left_ = false;
  std::vector<any_lease_action> actions_;
};

}  // namespace vkxx::redis::detail
