// The contents of a store in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/state/memory_state.hpp>
#include <vkxx/state/state_unit.hpp>

namespace vkxx::detail {

// A key of a row, of which only the beginning of its digest is remembered: there are millions.
using key_digest = std::array<std::uint64_t, 2>;
struct hash_of_digest {
  [[nodiscard]] std::size_t operator()(const key_digest& digest) const noexcept {
    return static_cast<std::size_t>(digest[0]);
  }
};

// Thread safety: safe to share.
class memory_engine {
 public:
  explicit memory_engine(const memory_state_options& options) : options_{options} {}

  [[nodiscard]] result<commit_receipt> commit(state_unit unit);
  [[nodiscard]] inbox_summary recover();
  [[nodiscard]] inbox_page take(const inbox_query& query) const;
  [[nodiscard]] std::map<std::string, std::string> row_values(std::uint64_t seq) const;
  [[nodiscard]] std::vector<bool> seen(const std::vector<std::string>& keys) const;
  [[nodiscard]] std::string cursor(const std::string& source) const;
  [[nodiscard]] std::optional<state_value> read(const std::string& key) const;
  [[nodiscard]] due_timers timers(wall_time now, std::size_t limit) const;
  [[nodiscard]] inbox_summary summary() const;

 private:
  using seq_set = std::set<std::uint64_t>;
  struct entry {
    inbox_row row;  // without its keys
    std::vector<key_digest> keys;
    std::map<std::string, std::string> values;
  };
  using finished_key = std::pair<wall_time, key_digest>;  // when it is forgotten

  [[nodiscard]] result<void> check(const std::vector<state_change>& changes) const;
  [[nodiscard]] inbox_summary counted() const;
  void index(const inbox_row& row);
  void unindex(const inbox_row& row);
  void remove(std::uint64_t seq);
  void forget_oldest_keys();
  void forget_first_key();
  // How many were removed.
  std::size_t trim_dead();

  void apply(put_row_change& change, commit_receipt& receipt);
  void apply(put_cursor_change& change, commit_receipt& receipt);
  void apply(begin_change& change, commit_receipt& receipt);
  void apply(finish_change& change, commit_receipt& receipt);
  void apply(retry_change& change, commit_receipt& receipt);
  void apply(release_change& change, commit_receipt& receipt);
  void apply(bury_change& change, commit_receipt& receipt);
  void apply(revive_change& change, commit_receipt& receipt);
  void apply(row_value_change& change, commit_receipt& receipt);
  void apply(write_change& change, commit_receipt& receipt);
  void apply(schedule_change& change, commit_receipt& receipt);
  void apply(cancel_timer_change& change, commit_receipt& receipt);
  void apply(take_timer_change& change, commit_receipt& receipt);
  void apply(forget_keys_change& change, commit_receipt& receipt);

  const memory_state_options options_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, entry> rows_;
  seq_set live_;
  seq_set dead_;
  std::unordered_map<std::string, seq_set> by_share_;
  std::unordered_map<std::string, seq_set> by_lane_;
  std::unordered_set<key_digest, hash_of_digest> keys_;
  std::deque<finished_key> forgettable_;  // by their time
  std::map<std::string, std::string> cursors_;
  std::unordered_map<std::string, state_value> values_;
  std::map<std::string, state_timer> timers_;
  std::set<std::pair<wall_time, std::string>> timers_by_time_;
  std::uint64_t last_seq_ = 0;
  std::uint64_t last_version_ = 0;
};

}  // namespace vkxx::detail
