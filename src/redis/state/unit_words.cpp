#include "redis/state/unit_words.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

namespace vkxx::redis::detail {
namespace {

std::string milliseconds(wall_time time) {
  return std::to_string(vkxx::detail::to_milliseconds(time));
}

// One change after the other.
class unit_writer {
 public:
  explicit unit_writer(std::uint32_t parts) : parts_{parts} {}

  void add(vkxx::detail::put_row_change& change) {
    auto& row = change.row;
    const auto part = part_of_lane(row.lane, parts_);
    last_put_ = part;
    push("put", std::to_string(part), std::move(row.source), std::move(row.share),
         std::move(row.lane), std::move(row.type), std::move(row.body), milliseconds(row.received),
         std::to_string(row.keys.size()));
    for (auto& key : row.keys) push(std::move(key));
  }
  void add(vkxx::detail::put_cursor_change& change) {
    out_.cursors.push_back(change.source);
    push("cur", std::move(change.source), std::move(change.cursor));
  }
  void add(vkxx::detail::begin_change& change) { row("beg", change.seq, milliseconds(change.at)); }
  void add(vkxx::detail::finish_change& change) {
    // A span: the clocks of processes differ.
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        change.forget_keys_at - std::chrono::system_clock::now());
    row("fin", change.seq, std::to_string(std::max<std::int64_t>(left.count(), 0)));
  }
  void add(vkxx::detail::retry_change& change) {
    row("ret", change.seq, std::to_string(change.failures), milliseconds(change.due),
        std::move(change.error));
  }
  void add(vkxx::detail::release_change& change) { row("rel", change.seq); }
  void add(vkxx::detail::bury_change& change) { row("bur", change.seq, std::move(change.error)); }
  // By people, whoever holds the part.
  void add(vkxx::detail::revive_change& change) { push("rev", std::to_string(change.seq)); }
  void add(vkxx::detail::row_value_change& change) {
    row("rva", change.seq, std::move(change.name), std::move(change.bytes));
  }
  void add(vkxx::detail::write_change& change) {
    push("wri", std::move(change.key), change.bytes ? "1" : "0",
         change.bytes ? *std::move(change.bytes) : std::string{},
         change.expected ? std::to_string(*change.expected) : std::string{});
  }
  void add(vkxx::detail::schedule_change& change) {
    auto& timer = change.timer;
    const auto part = std::to_string(part_of_lane(timer.lane, parts_));
    push("sch", std::move(timer.key), part, std::move(timer.share), std::move(timer.lane),
         std::move(timer.value), milliseconds(timer.due));
  }
  void add(vkxx::detail::cancel_timer_change& change) { push("can", std::move(change.key)); }
  void add(vkxx::detail::take_timer_change& change) {
    takes_timer_ = true;
    push("tak", std::move(change.key), milliseconds(change.due));
  }
  // Redis forgets them by itself.
  void add(vkxx::detail::forget_keys_change& /*change*/) {}

  [[nodiscard]] unit_words take() {
    // A timer becomes a row of its lane, by the one who holds the part.
    if (takes_timer_ && last_put_) out_.parts.insert(*last_put_);
    out_.takes_in = last_put_ && !takes_timer_;
    return std::move(out_);
  }

 private:
  template <class... Words>
  void push(Words&&... words) {
    (out_.words.emplace_back(std::forward<Words>(words)), ...);
  }
  template <class... Words>
  void row(const char* change, std::uint64_t seq, Words&&... words) {
    out_.parts.insert(part_of_row(seq, parts_));
    push(change, std::to_string(seq), std::forward<Words>(words)...);
  }

  const std::uint32_t parts_;
  unit_words out_;
  std::optional<std::uint32_t> last_put_;
  bool takes_timer_ = false;
};

}  // namespace

// FNV-1a, its halves folded.
std::uint32_t part_of_lane(std::string_view lane, std::uint32_t parts) noexcept {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char letter : lane) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 1'099'511'628'211ULL;
  }
  return static_cast<std::uint32_t>((hash ^ (hash >> 32U)) % parts);
}

unit_words words_of(state_unit unit, std::uint32_t parts) {
  unit_writer writer{parts};
  auto changes = unit.take_changes();
  for (auto& change : changes) {
    std::visit([&writer](auto& some) { writer.add(some); }, change);
  }
  return writer.take();
}

}  // namespace vkxx::redis::detail
