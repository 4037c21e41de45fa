#include "bench/bench_load.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <memory>
#include <utility>
#include <vkxx/client.hpp>

namespace vkxx::cli {
namespace {

using steady = std::chrono::steady_clock;

// Notes when each request leaves and how long its answer takes.
class watched_transport final : public http::transport {
 public:
  watched_transport(std::shared_ptr<http::transport> inner, bench_seen& seen,
                    steady::time_point start)
      : transport_{std::move(inner)}, seen_{&seen}, start_{start} {}

  asio::awaitable<result<http::response>> send(http::request message) override {
    const auto begun = steady::now();
    ++seen_->requests;
    seen_->requests_sent.add(begun - start_);
    auto work = transport_->send(std::move(message));
    auto answer = co_await std::move(work);
    if (answer) seen_->request_times.add(steady::now() - begun);
    co_return answer;
  }

 private:
  std::shared_ptr<http::transport> transport_;
  // Outlives the coroutines, which end with the event loop.
  bench_seen* seen_;
  steady::time_point start_;
};

double cpu_seconds_of_thread() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  const auto seconds = [](const timeval& span) {
    return static_cast<double>(span.tv_sec) + static_cast<double>(span.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string name_of(const error& failure) {
  if (const auto code = failure.api_code()) return fmt::format("error {}", static_cast<int>(*code));
  return std::string{to_string(*failure.code())};
}

class load_run {
 public:
  load_run(const bench_load& load, config settings) : load_{load}, settings_{std::move(settings)} {}

  bench_seen go(std::stop_token stop) {
    start_ = steady::now();
    make_client();
    const double cpu_before = cpu_seconds_of_thread();
    for (std::size_t i = 0; i < load_.callers; ++i) {
      asio::co_spawn(loop_, caller(), asio::detached);
    }
    asio::co_spawn(loop_, watch_refusals(), asio::detached);
    end_.expires_after(
        std::chrono::duration_cast<duration>(std::chrono::duration<double>{load_.seconds}));
    end_.async_wait([this](boost::system::error_code) { loop_.stop(); });
    const std::stop_callback when_stopped{stop, [this] { loop_.stop(); }};
    loop_.run();
    seen_.seconds = std::chrono::duration<double>{steady::now() - start_}.count();
    seen_.cpu_seconds = cpu_seconds_of_thread() - cpu_before;
    note_refusals();
    seen_.counted = client_->metrics();
    return std::move(seen_);
  }

 private:
  void make_client() {
    // Not stored here: the transport has to end before the loop does.
    auto settings = std::move(settings_);
    settings.max_in_flight(0);  // the load says how many
    auto transport = http::make_curl_transport(loop_.get_executor(), settings.transport_options());
    settings.transport(std::make_shared<watched_transport>(std::move(transport), seen_, start_));
    client_.emplace(loop_.get_executor(), settings);
  }

  // Calls again after each answer.
  asio::awaitable<void> caller() {
    asio::steady_timer pause{loop_};
    for (;;) {
      const auto begun = steady::now();
      auto work = client_->try_call(load_.call);
      const auto outcome = co_await std::move(work);
      note(outcome, begun);
      if (outcome || outcome.error().effect() != request_effect::not_sent) continue;
      // Calls that fail at once (an open circuit) would keep the CPU busy.
      pause.expires_after(std::chrono::milliseconds{50});
      boost::system::error_code ignored;
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  void note(const result<reply>& outcome, steady::time_point begun) {
    const auto now = steady::now();
    if (outcome) {
      ++seen_.answered;
      seen_.call_times.add(now - begun);
      seen_.calls_answered.add(now - start_);
      return;
    }
    ++seen_.failed;
    ++seen_.failures[name_of(outcome.error())];
    if (!seen_.first_failure) seen_.first_failure = outcome.error();
  }

  asio::awaitable<void> watch_refusals() {
    asio::steady_timer pause{loop_};
    for (;;) {
      pause.expires_after(time_line::slot);
      boost::system::error_code ignored;
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      note_refusals();
    }
  }
  void note_refusals() {
    const auto now = client_->metrics().refusals;
    if (now > refusals_) seen_.refusals.add(steady::now() - start_, now - refusals_);
    refusals_ = now;
  }

  const bench_load& load_;
  config settings_;
  bench_seen seen_;
  steady::time_point start_;
  std::uint64_t refusals_ = 0;
  asio::io_context loop_{1};
  asio::steady_timer end_{loop_};
  // Destroyed first; the remaining callers end with the loop.
  std::optional<client> client_;
};

}  // namespace

double time_samples::quantile(double share) const {
  if (seconds_.empty()) return 0;
  const auto last = static_cast<double>(seconds_.size() - 1);
  const auto rank = static_cast<std::ptrdiff_t>(std::lround(std::clamp(share, 0.0, 1.0) * last));
  const auto wanted = seconds_.begin() + rank;
  std::nth_element(seconds_.begin(), wanted, seconds_.end());
  return *wanted;
}

void time_line::add(std::chrono::nanoseconds since_start, std::uint64_t count) {
  const auto index = static_cast<std::size_t>(std::max<std::int64_t>(since_start / slot, 0));
  if (index >= slots_.size()) slots_.resize(index + 1);
  slots_[index] += count;
}

std::vector<std::uint64_t> time_line::seconds(double end) const {
  constexpr std::size_t slots_a_second = std::chrono::seconds{1} / slot;
  // An unfinished interval would look like a drop.
  const auto whole = static_cast<std::size_t>(end * slots_a_second + 1e-6);
  std::vector<std::uint64_t> counts;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i < slots_.size()) count += slots_[i];
    if (i >= slots_a_second && i - slots_a_second < slots_.size()) {
      count -= slots_[i - slots_a_second];
    }
    if (i + 1 >= slots_a_second) counts.push_back(count);
  }
  return counts;
}

bench_seen run_load(const bench_load& load, config settings, std::stop_token stop) {
  load_run run{load, std::move(settings)};
  return run.go(std::move(stop));
}

}  // namespace vkxx::cli
