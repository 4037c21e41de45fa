#include "client/call_counters.hpp"

#include <algorithm>

namespace vkxx {
namespace detail {
namespace {

std::string outcome_name(int code) {
  if (code == 0) return "ok";
  if (code > 0) return std::to_string(code);
  std::string name{to_string(static_cast<errc>(-code))};
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

int code_of(const result<reply>& outcome) {
  if (outcome) return 0;
  const auto failure = outcome.error();
  if (const auto code = failure.api_code()) return static_cast<int>(*code);
  return -static_cast<int>(*failure.code());
}

}  // namespace

void call_counters::finished(const std::string& method, const result<reply>& outcome) {
  const auto code = code_of(outcome);
  const std::lock_guard lock{mutex_};
  ++calls_[method][code];
}

void call_counters::batched(std::size_t calls) noexcept {
  const std::lock_guard lock{mutex_};
  ++batches_;
  ++batch_sizes_[std::min(calls, batch_sizes_.size() - 1)];
}

metrics call_counters::now() const {
  metrics seen;
  seen.attempts = attempts_;
  seen.repeats = repeats_;
  seen.refusals = refusals_;
  seen.queued = duration{queued_.load()};
  seen.in_flight = in_flight_;
  const std::lock_guard lock{mutex_};
  for (const auto& [method, codes] : calls_) {
    for (const auto& [code, count] : codes) seen.calls[{method, outcome_name(code)}] = count;
  }
  seen.batches = batches_;
  seen.batch_sizes = batch_sizes_;
  return seen;
}

}  // namespace detail

namespace {

// One measurement: its name, its kind, and what it is, as Prometheus wants them.
void head(std::string& text, const std::string& name, const char* kind, const char* help) {
  text += "# HELP vkxx_" + name + " " + help + "\n# TYPE vkxx_" + name + " " + kind + "\n";
}

void plain(std::string& text, const std::string& name, const char* kind, const char* help,
           const std::string& value) {
  head(text, name, kind, help);
  text += "vkxx_" + name + " " + value + "\n";
}

std::string seconds(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::duration<double>{time}.count());
}

std::uint64_t calls_in(const metrics& seen) {
  std::uint64_t calls = 0;
  for (std::size_t size = 0; size < seen.batch_sizes.size(); ++size) {
    calls += size * seen.batch_sizes[size];
  }
  return calls;
}

// The bounds are those that tell a batcher's user something.
void batch_sizes(std::string& text, const metrics& seen) {
  head(text, "batch_calls", "histogram", "Calls in a request of execute.");
  std::uint64_t up_to = 0;
  for (std::size_t size = 1; size < seen.batch_sizes.size(); ++size) {
    up_to += seen.batch_sizes[size];
    const bool bound = size == 1 || size % 5 == 0;
    if (!bound) continue;
    text += "vkxx_batch_calls_bucket{le=\"" + std::to_string(size) + "\"} " +
            std::to_string(up_to) + "\n";
  }
  text += "vkxx_batch_calls_bucket{le=\"+Inf\"} " + std::to_string(seen.batches) + "\n";
  text += "vkxx_batch_calls_sum " + std::to_string(calls_in(seen)) + "\n";
  text += "vkxx_batch_calls_count " + std::to_string(seen.batches) + "\n";
}

}  // namespace

std::string to_prometheus(const metrics& seen) {
  std::string text;
  head(text, "calls_total", "counter", "Finished calls by method and outcome.");
  // Names of methods hold nothing that would need an escape: others are never sent.
  for (const auto& [key, count] : seen.calls) {
    text += "vkxx_calls_total{method=\"" + key.first + "\",outcome=\"" + key.second + "\"} " +
            std::to_string(count) + "\n";
  }
  plain(text, "attempts_total", "counter", "HTTP requests sent.", std::to_string(seen.attempts));
  plain(text, "repeats_total", "counter", "Repeats after failures that pass.",
        std::to_string(seen.repeats));
  plain(text, "refusals_total", "counter", "Answers with error 6.", std::to_string(seen.refusals));
  plain(text, "queued_seconds_total", "counter", "Time that calls waited for a limit.",
        seconds(seen.queued));
  batch_sizes(text, seen);
  plain(text, "in_flight", "gauge", "Requests under way.", std::to_string(seen.in_flight));
  plain(text, "waiting", "gauge", "Calls that wait for a limit.", std::to_string(seen.waiting));
  plain(text, "paced_tokens", "gauge", "Tokens that are paced.", std::to_string(seen.tokens));
  plain(text, "retry_budget", "gauge", "Repeats left without a success.",
        std::to_string(seen.retry_budget));
  plain(text, "endpoint_left_alone", "gauge", "Whether the circuit breaker is open.",
        seen.endpoint_left_alone ? "1" : "0");
  return text;
}

std::string to_log_line(const metrics& seen) {
  std::uint64_t good = 0;
  std::uint64_t failed = 0;
  for (const auto& [key, count] : seen.calls) (key.second == "ok" ? good : failed) += count;
  return "calls_ok=" + std::to_string(good) + " calls_failed=" + std::to_string(failed) +
         " attempts=" + std::to_string(seen.attempts) + " repeats=" + std::to_string(seen.repeats) +
         " refusals=" + std::to_string(seen.refusals) + " queued_s=" + seconds(seen.queued) +
         " batches=" + std::to_string(seen.batches) +
         " batched_calls=" + std::to_string(calls_in(seen)) +
         " in_flight=" + std::to_string(seen.in_flight) +
         " waiting=" + std::to_string(seen.waiting) +
         " retry_budget=" + std::to_string(seen.retry_budget);
}

}  // namespace vkxx
