// Counts the calls of a client and their outcomes.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <unordered_map>

#include <vkxx/client/metrics.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::detail {

// Where a call spends its time.
enum class call_phase : std::uint8_t { elsewhere, queued, at_vk };

// Thread safety: safe to share.
class latency_recorder {
 public:
  void add(duration time) noexcept;
  [[nodiscard]] latency_histogram now() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, latency_histogram::bounds.size() + 1> counts_{};
  std::atomic<duration::rep> sum_ = 0;
};

// Thread safety: safe to share.
class call_counters {
 public:
  // `time`: since the start of the call. `phase`: the phase in which it ended.
  void finished(const std::string& method, const result<reply>& outcome, duration time,
                call_phase phase);
  void permitted(duration waited) noexcept { permit_wait_.add(waited); }
  void attempted(duration time) noexcept { attempt_time_.add(time); }
  void queued(duration time) noexcept { queued_ += time.count(); }
  void sent() noexcept {
    ++attempts_;
    ++in_flight_;
  }
  void answered() noexcept { --in_flight_; }
  void repeated(bool refused) noexcept { ++(refused ? refusals_ : retries_); }
  void batched(std::size_t calls) noexcept;

  // All metrics except the state of the limiter and the retries.
  [[nodiscard]] metrics now() const;

 private:
  // By VK's code or the negated `errc`; 0 means success.
  using outcomes = std::unordered_map<int, std::uint64_t>;

  std::atomic<std::uint64_t> attempts_ = 0;
  std::atomic<std::uint64_t> retries_ = 0;
  std::atomic<std::uint64_t> refusals_ = 0;
  std::atomic<duration::rep> queued_ = 0;
  std::atomic<std::int64_t> in_flight_ = 0;
  std::array<std::atomic<std::uint64_t>, 3> deadlines_{};
  latency_recorder call_time_;
  latency_recorder permit_wait_;
  latency_recorder attempt_time_;
  mutable std::mutex mutex_;
  // One entry for each method of the schema, and one for all others together.
  std::unordered_map<std::string, outcomes> calls_;
  std::uint64_t batches_ = 0;
  std::array<std::uint64_t, 26> batch_sizes_{};
};

// Counts a request as in flight while it lives.
class counted_request {
 public:
  explicit counted_request(call_counters& home) noexcept : home_{home} { home_.sent(); }
  counted_request(const counted_request&) = delete;
  counted_request& operator=(const counted_request&) = delete;
  ~counted_request() { home_.answered(); }

 private:
  call_counters& home_;
};

}  // namespace vkxx::detail
