// Gathers calls into loads for one `execute` each. Pure: no I/O, no clock.
//
// A carrier is a request of `execute` that has set out: it waits for the linger window, then for
// the limit of its token, and only when it may be sent does it take its load. So calls gather for
// as long as the limit holds them up, and no longer than that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace vkxx {

struct batch_rules {
  std::size_t most_calls = 25;
  // Of the code, in bytes.
  std::size_t longest_code = 60'000;
};

class batch_machine {
 public:
  // One call of a script; several callers may wait for it.
  using item = std::uint64_t;
  using ticket = std::uint64_t;

  struct arrival {
    item which = 0;
    bool joined = false;       // an equal call is there already
    bool new_carrier = false;  // one more has to set out
  };

  explicit batch_machine(const batch_rules& rules) : rules_{rules} {}

  // A call comes. `key`: the same for calls that may share one answer; empty: it shares with
  // nobody.
  [[nodiscard]] arrival arrive(ticket who, const std::string& key, std::size_t code_length);
  // A carrier takes its load: nothing if all have given up. Each item needs a `settle` afterwards.
  [[nodiscard]] std::vector<item> load();
  // Whether, after a load was taken, one more carrier has to set out.
  [[nodiscard]] bool needs_carrier();
  // A carrier will not come.
  void lose_carrier() noexcept;
  // The item is done with: those who wait for it.
  [[nodiscard]] std::vector<ticket> settle(item which);
  // A caller waits no more. Nothing happens if it does not wait. Whether its item is gone with it:
  // it waited for a carrier, and nobody else for it.
  bool give_up(ticket who);
  // Whether nobody waits and nobody is on the way.
  [[nodiscard]] bool idle() const noexcept { return items_.empty() && carriers_ == 0; }

 private:
  struct entry {
    std::vector<ticket> tickets;
    std::string key;
    std::size_t code_length = 0;
    std::optional<std::list<item>::iterator> place;  // while it waits for a carrier
  };
  void forget(item which);

  batch_rules rules_;
  item last_ = 0;
  // That have set out and not yet loaded.
  std::size_t carriers_ = 0;
  std::list<item> queue_;
  std::unordered_map<item, entry> items_;
  std::unordered_map<std::string, item> by_key_;
  std::unordered_map<ticket, item> by_ticket_;
};

}  // namespace vkxx
