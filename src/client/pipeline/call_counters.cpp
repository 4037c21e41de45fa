#include "client/pipeline/call_counters.hpp"

#include <algorithm>
#include <charconv>
#include <climits>
#include <numeric>

#include <vkxx/core/api_error_facts.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx {
namespace detail {
namespace {

// Stands for a code that is neither VK's nor the library's.
constexpr int other_code = INT_MIN;
constexpr const char* other_method = "other";

std::string outcome_name(int code) {
  if (code == 0) return "ok";
  if (code == other_code) return "other";
  if (code > 0) return std::to_string(code);
  std::string name{to_string(static_cast<errc>(-code))};
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

int code_of(const result<reply>& outcome) {
  if (outcome) return 0;
  const auto failure = outcome.error();
  if (const auto code = failure.api_code()) {
    return find_facts(*code) != nullptr ? static_cast<int>(*code) : other_code;
  }
  return -static_cast<int>(*failure.code());
}

}  // namespace

void latency_recorder::add(duration time) noexcept {
  const auto& bounds = latency_histogram::bounds;
  const auto spent = std::max(time, duration::zero());
  const auto bound =
      std::lower_bound(bounds.begin(), bounds.end(), std::chrono::duration<double>{spent}.count());
  counts_[static_cast<std::size_t>(bound - bounds.begin())].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(spent.count(), std::memory_order_relaxed);
}

latency_histogram latency_recorder::now() const noexcept {
  latency_histogram seen;
  for (std::size_t i = 0; i < counts_.size(); ++i) seen.counts[i] = counts_[i];
  seen.sum = duration{sum_.load()};
  return seen;
}

void call_counters::finished(const std::string& method, const result<reply>& outcome, duration time,
                             call_phase phase) {
  call_time_.add(time);
  const auto code = code_of(outcome);
  if (code == -static_cast<int>(errc::deadline_exceeded)) {
    ++deadlines_[static_cast<std::size_t>(phase)];
  }
  const std::lock_guard lock{mutex_};
  auto known = calls_.find(method);
  if (known == calls_.end()) {
    const bool in_schema = schema_tables::find_method(method).has_value();
    known = calls_.try_emplace(in_schema ? method : other_method).first;
  }
  ++known->second[code];
}

void call_counters::batched(std::size_t calls) noexcept {
  const std::lock_guard lock{mutex_};
  ++batches_;
  ++batch_sizes_[std::min(calls, batch_sizes_.size() - 1)];
}

metrics call_counters::now() const {
  metrics seen;
  seen.attempts = attempts_;
  seen.retries = retries_;
  seen.refusals = refusals_;
  seen.queued = duration{queued_.load()};
  seen.in_flight = in_flight_;
  seen.call_time = call_time_.now();
  seen.permit_wait = permit_wait_.now();
  seen.attempt_time = attempt_time_.now();
  seen.deadlines_in_queue = deadlines_[static_cast<std::size_t>(call_phase::queued)];
  seen.deadlines_at_vk = deadlines_[static_cast<std::size_t>(call_phase::at_vk)];
  seen.deadlines_elsewhere = deadlines_[static_cast<std::size_t>(call_phase::elsewhere)];
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

// The head of a metric in the Prometheus format: name, type and help text.
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

// A quoted label value with the three escapes of the Prometheus format.
std::string label(std::string_view value) {
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') quoted += '\\';
    quoted += c == '\n' ? std::string{"\\n"} : std::string{c};
  }
  return quoted + '"';
}

// The shortest decimal text of the number: `0.005`, `300`.
std::string plain_number(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

void histogram(std::string& text, const std::string& name, const char* help,
               const latency_histogram& seen) {
  head(text, name, "histogram", help);
  std::uint64_t up_to = 0;
  const auto bucket = [&](const std::string& bound, std::uint64_t count) {
    up_to += count;
    text += "vkxx_" + name + "_bucket{le=\"" + bound + "\"} " + std::to_string(up_to) + "\n";
  };
  const auto& bounds = latency_histogram::bounds;
  for (std::size_t i = 0; i < bounds.size(); ++i) bucket(plain_number(bounds[i]), seen.counts[i]);
  bucket("+Inf", seen.counts.back());
  text += "vkxx_" + name + "_sum " + seconds(seen.sum) + "\n";
  text += "vkxx_" + name + "_count " + std::to_string(up_to) + "\n";
}

std::uint64_t calls_in(const metrics& seen) {
  std::uint64_t calls = 0;
  for (std::size_t size = 0; size < seen.batch_sizes.size(); ++size) {
    calls += size * seen.batch_sizes[size];
  }
  return calls;
}

// Only the bounds that are useful for tuning batches.
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

std::uint64_t latency_histogram::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::string to_prometheus(const metrics& seen) {
  std::string text;
  head(text, "calls_total", "counter", "Finished calls by method and outcome.");
  for (const auto& [key, count] : seen.calls) {
    text += "vkxx_calls_total{method=" + label(key.first) + ",outcome=" + label(key.second) + "} " +
            std::to_string(count) + "\n";
  }
  head(text, "deadlines_total", "counter", "Calls whose deadline passed, by where it was spent.");
  const auto deadlines = [&text](const char* where, std::uint64_t count) {
    text += std::string{"vkxx_deadlines_total{spent=\""} + where + "\"} " + std::to_string(count) +
            "\n";
  };
  deadlines("queue", seen.deadlines_in_queue);
  deadlines("vk", seen.deadlines_at_vk);
  deadlines("elsewhere", seen.deadlines_elsewhere);
  histogram(text, "call_seconds", "Whole calls.", seen.call_time);
  histogram(text, "permit_wait_seconds", "Waits of attempts for the limit of their token.",
            seen.permit_wait);
  histogram(text, "attempt_seconds", "HTTP requests.", seen.attempt_time);
  plain(text, "attempts_total", "counter", "HTTP requests sent.", std::to_string(seen.attempts));
  plain(text, "retries_total", "counter", "Retries after transient failures.",
        std::to_string(seen.retries));
  plain(text, "refusals_total", "counter", "Answers with error 6.", std::to_string(seen.refusals));
  plain(text, "queued_seconds_total", "counter", "Time that calls waited for a limit.",
        seconds(seen.queued));
  batch_sizes(text, seen);
  plain(text, "in_flight", "gauge", "Requests under way.", std::to_string(seen.in_flight));
  plain(text, "waiting", "gauge", "Calls that wait for a limit.", std::to_string(seen.waiting));
  plain(text, "paced_tokens", "gauge", "Tokens that are paced.", std::to_string(seen.tokens));
  plain(text, "retry_budget", "gauge", "Retries left without a success.",
        std::to_string(seen.retry_budget));
  plain(text, "circuit_open", "gauge", "Whether the circuit breaker is open.",
        seen.circuit_open ? "1" : "0");
  return text;
}

std::string to_log_line(const metrics& seen) {
  std::uint64_t good = 0;
  std::uint64_t failed = 0;
  for (const auto& [key, count] : seen.calls) (key.second == "ok" ? good : failed) += count;
  return "calls_ok=" + std::to_string(good) + " calls_failed=" + std::to_string(failed) +
         " attempts=" + std::to_string(seen.attempts) + " retries=" + std::to_string(seen.retries) +
         " refusals=" + std::to_string(seen.refusals) + " queued_s=" + seconds(seen.queued) +
         " batches=" + std::to_string(seen.batches) +
         " batched_calls=" + std::to_string(calls_in(seen)) +
         " in_flight=" + std::to_string(seen.in_flight) +
         " waiting=" + std::to_string(seen.waiting) +
         " retry_budget=" + std::to_string(seen.retry_budget);
}

}  // namespace vkxx
