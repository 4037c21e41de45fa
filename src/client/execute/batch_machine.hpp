// Gathers calls into loads for one `execute` each. Pure: no I/O, no clock.
//
// A pending batch is a request of `execute` that waits for the linger window and then for the limit
// of its token. It takes its load only when it may be sent, so that calls gather exactly as long as
// the limit delays them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace vkxx::detail {

struct batch_rules {
  std::size_t most_calls = 25;
  // The length of the code in bytes.
  std::size_t longest_code = 60'000;
};

class batch_machine {
 public:
  // One call of a script; several callers may wait for it.
  using item = std::uint64_t;
  using ticket = std::uint64_t;

  struct arrival {
    item which = 0;
    bool joined = false;     // an equal call already waits
    bool new_batch = false;  // another batch must start
  };

  explicit batch_machine(const batch_rules& rules) : rules_{rules} {}

  // A call arrives. `key`: equal for calls that may share one answer; empty for a call that shares
  // with none.
  [[nodiscard]] arrival arrive(ticket who, const std::string& key, std::size_t code_length);
  // A pending batch takes its load; empty if all callers have given up. Each item needs a `settle`
  // afterwards.
  [[nodiscard]] std::vector<item> load();
  // Whether another batch must start after a load was taken.
  [[nodiscard]] bool needs_batch();
  // A pending batch ends without a load.
  void lose_batch() noexcept;
  // The item is done. Returns the callers that wait for it.
  [[nodiscard]] std::vector<ticket> settle(item which);
  // The callers that wait for the item.
  [[nodiscard]] std::vector<ticket> callers(item which) const;
  // Whether a caller waits for the item.
  [[nodiscard]] bool is_wanted(item which) const;
  // A caller stops waiting; no effect if it does not wait. Returns whether its item was dropped: it
  // was not yet loaded, and no other caller waited for it.
  bool give_up(ticket who);
  // Whether no call waits and none is in flight.
  [[nodiscard]] bool idle() const noexcept { return items_.empty() && pending_batches_ == 0; }

 private:
  struct entry {
    std::vector<ticket> tickets;
    std::string key;
    std::size_t code_length = 0;
    std::optional<std::list<item>::iterator> place;  // while it waits for a batch
  };
  void forget(item which);

  batch_rules rules_;
  item last_ = 0;
  // Batches that have started but not taken their load.
  std::size_t pending_batches_ = 0;
  std::list<item> queue_;
  std::unordered_map<item, entry> items_;
  std::unordered_map<std::string, item> by_key_;
  std::unordered_map<ticket, item> by_ticket_;
};

}  // namespace vkxx::detail
