// The rows in memory: by share and lane, and which of them may start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include "dispatch/machine/dispatch_events.hpp"

namespace vkxx::detail {

// Shares take turns, and inside a share its lanes. A lane gives one row at a time, and none before
// `release` of the last. What does not fit into memory stays in the store and is asked for again:
// `take_loads`.
class lane_board {
 public:
  explicit lane_board(const dispatch_limits& limits) : limits_{limits} {}

  // There are rows of the share in the store.
  void arrived(const std::string& share);
  void loaded(const dispatch_event::loaded& answer);
  void load_failed(const inbox_query& query);

  // The next row to start; null: none may. Its lane is taken until `release`.
  [[nodiscard]] row_pointer next(time_point now);
  // The row left the inbox, or this program's part of it.
  void release(const inbox_row& row);
  // The row was given away in vain: it is still in the inbox.
  void discard(const inbox_row& row);
  // The row is to start again at `due`, before others of its lane.
  void put_back(row_pointer row, time_point due);

  // The part was somebody else's: there may be rows of it in the share that were passed.
  void rescan(const std::string& share, std::uint32_t part);
  // Forgets the rows of a part of the inbox. Those given away stay so.
  void drop(std::uint32_t part);

  // Forgets the rows of a share, and takes none in before `open`. Those given away stay so.
  void close(const std::string& share);
  // Its rows are wanted again.
  void open(const std::string& share);

  // Queries whose answers would fit into memory.
  [[nodiscard]] std::vector<inbox_query> take_loads();
  // When a lane may start again that waits for its retry; nothing: none does.
  [[nodiscard]] std::optional<time_point> next_due() const;

  // Nothing is in memory, and nothing in the store, as far as is known.
  [[nodiscard]] bool empty() const noexcept { return shares_.empty(); }
  [[nodiscard]] std::size_t held() const noexcept { return held_; }
  [[nodiscard]] std::size_t lanes() const noexcept { return lanes_.size(); }

 private:
  struct share;
  struct lane {
    share* home = nullptr;
    std::string name;
    std::uint32_t part = 0;
    std::deque<row_pointer> rows;
    time_point due{};         // of the first row
    std::uint64_t last = 0;   // of the rows that were in memory
    std::uint64_t taken = 0;  // the row that was given away
    bool busy = false;        // a row was given away
    bool ready = false;       // in the queue of its share
    bool more = false;        // the store has rows that the share has passed
    bool loading = false;
    bool more_meanwhile = false;  // some were passed while it was loading
    bool hungry = false;          // in the queue of those to be loaded
    bool ignore = false;          // what is being loaded: the lane was emptied meanwhile
  };
  struct share {
    std::string name;
    std::deque<lane*> ready;
    std::size_t lanes = 0;
    std::size_t held = 0;
    std::uint64_t passed = 0;  // rows up to this one were read
    bool turn = false;         // in the queue of shares
    bool more = false;
    bool loading = false;
    bool more_meanwhile = false;
    bool hungry = false;
    bool rescan = false;  // after the load that is under way
    bool closed = false;
    bool ignore = false;                     // what is being loaded
    std::set<std::uint32_t> ignored;         // parts whose rows in it may not be the first ones
    std::unordered_set<std::uint64_t> gone;  // left the inbox while it was loading
  };
  // A share or a lane with rows in the store.
  struct hungry_place {
    std::string name;
    bool is_lane;
  };

  share& share_of(const std::string& name);
  lane& lane_of(share& home, const inbox_row& row);
  // `last`: see `lane`.
  void empty(lane& some, std::uint64_t last);
  void free_place(lane& some, const inbox_row& row);
  void take_in(share& home, const row_pointer& row, time_point due, bool by_lane);
  void make_ready(lane& some, time_point due);
  void enqueue(lane& some);
  void want(lane& some);
  void want(share& some);
  [[nodiscard]] std::size_t quota() const noexcept;
  [[nodiscard]] std::optional<inbox_query> load_of(const hungry_place& place, std::size_t space);
  void forget_if_empty(lane& some);
  void forget_if_empty(share& some);
  void finish_loading(const inbox_query& query, bool complete);
  static std::size_t bytes_of(const inbox_row& row) noexcept;

  const dispatch_limits limits_;
  std::unordered_map<std::string, share> shares_;
  std::unordered_map<std::string, lane> lanes_;
  std::deque<share*> turns_;
  std::deque<hungry_place> hungry_;
  std::set<std::pair<time_point, std::string>> waiting_;  // lanes by the time of their retry
  std::size_t held_ = 0;
  std::size_t held_bytes_ = 0;
  std::size_t reserved_ = 0;  // for loads under way
};

}  // namespace vkxx::detail
