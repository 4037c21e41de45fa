// The cost of the limiter, of batches and of a long queue: a table of docs/performance.md.
//   vkxx_bench_costs [CALLS [RUNS]]
// CALLS: of each measurement (20,000). RUNS: the best of so many counts (3). An emulator runs in a
// process of its own; each measurement is one, too.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>
#include <vkxx/http/curl_transport.hpp>

#ifdef VKXX_BENCH_TYPED
#include <vkxx/api/utils.hpp>
#endif

#include "apart.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
using microseconds = std::chrono::duration<double, std::micro>;

struct numbers {
  double first = 0;
  double second = 0;
};

void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

double cpu_microseconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& span) {
    return static_cast<double>(span.tv_sec) * 1e6 + static_cast<double>(span.tv_usec);
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t whole = 0;
  std::size_t resident = 0;
  file >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

struct target {
  std::string url;
  std::string token;
};

vkxx::config settings_of(const target& where) {
  vkxx::config settings;
  settings.emulator(where.url).access_token(where.token);
  // On, but never the bottleneck.
  settings.limits(vkxx::limits{}.per_second(1'000'000));
  return settings;
}

asio::awaitable<void> call_again(const vkxx::client& vk, int& started, int calls) {
  while (started < calls) {
    vkxx::request request{"utils.resolveScreenName"};
    request.set("screen_name", "durov").set("tag", started++);
    auto work = vk.call(std::move(request));
    const auto answer = co_await std::move(work);
    if (!answer.json().is_object()) throw std::runtime_error{"a wrong answer"};
  }
}

#ifdef VKXX_BENCH_TYPED
// As the call by name: equal calls in a batch would share one answer.
class tagged_call : public vkxx::api::utils::resolveScreenName {
 public:
  explicit tagged_call(int tag) : resolveScreenName{"durov"}, tag_{tag} {}
  [[nodiscard]] vkxx::request to_request() const {
    return resolveScreenName::to_request().set("tag", tag_);
  }

 private:
  int tag_;
};

asio::awaitable<void> call_typed_again(const vkxx::client& vk, int& started, int calls) {
  while (started < calls) {
    const tagged_call method{started++};
    auto work = vk.call(method);
    const auto answer = co_await std::move(work);
    if (!answer.object_id) throw std::runtime_error{"a wrong answer"};
  }
}
#endif

using caller = asio::awaitable<void>(const vkxx::client& vk, int& started, int calls);

// CPU of a call.
numbers measure_cpu(const target& where, int calls, bool batched, caller call) {
  auto settings = settings_of(where);
  if (batched) settings.batching(vkxx::batching{});
  asio::io_context loop{1};
  const vkxx::client vk{loop.get_executor(), settings};
  const int in_flight = batched ? 32 * 25 : 32;
  int started = 0;
  const auto before = cpu_microseconds();
  for (int i = 0; i < in_flight; ++i) asio::co_spawn(loop, call(vk, started, calls), rethrow);
  loop.run();
  const auto seen = vk.metrics();
  return {(cpu_microseconds() - before) / calls,
          static_cast<double>(calls) / static_cast<double>(seen.attempts)};
}

// Measures the part of a call that is spent below the client.
class watched_transport final : public vkxx::http::transport {
 public:
  explicit watched_transport(std::shared_ptr<vkxx::http::transport> wrapped)
      : wrapped_{std::move(wrapped)} {}
  asio::awaitable<vkxx::result<vkxx::http::response>> send(vkxx::http::request message) override {
    const auto begun = steady::now();
    auto work = wrapped_->send(std::move(message));
    auto answer = co_await std::move(work);
    spent = steady::now() - begun;
    co_return answer;
  }
  steady::duration spent{};

 private:
  std::shared_ptr<vkxx::http::transport> wrapped_;
};

asio::awaitable<void> call_and_watch(const vkxx::client& vk, const watched_transport& transport,
                                     std::vector<double>& own, std::vector<double>& whole,
                                     int calls) {
  for (int i = 0; i < calls; ++i) {
    const auto begun = steady::now();
    vkxx::request request{"utils.resolveScreenName"};
    request.set("screen_name", "durov").set("tag", i);
    auto work = vk.call(std::move(request));
    const auto answer = co_await std::move(work);
    const auto spent = steady::now() - begun;
    own.push_back(microseconds{spent - transport.spent}.count());
    whole.push_back(microseconds{spent}.count());
  }
}

double median(std::vector<double>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

// The client's own part of a call by itself, and all of it: medians.
numbers measure_own_time(const target& where, int calls) {
  auto settings = settings_of(where);
  asio::io_context loop{1};
  const auto transport =
      std::make_shared<watched_transport>(vkxx::http::make_curl_transport(loop.get_executor(), {}));
  settings.transport(transport);
  std::vector<double> own;
  std::vector<double> whole;
  {
    const vkxx::client vk{loop.get_executor(), settings};
    asio::co_spawn(loop, call_and_watch(vk, *transport, own, whole, calls), rethrow);
    loop.run();
  }
  return {median(own), median(whole)};
}

// Bytes of a call that waits for the limit.
numbers measure_memory(const target& where, int calls) {
  vkxx::config settings;
  settings.emulator(where.url).access_token(where.token);
  // At 3 calls per second the last one waits nine hours for its permit; a shorter limit would fail
  // it.
  settings.total_timeout(24h);
  asio::io_context loop{1};
  const vkxx::client vk{loop.get_executor(), settings};
  const auto before = resident_bytes();
  for (int i = 0; i < calls; ++i) {
    asio::co_spawn(
        loop,
        [&vk, i]() -> asio::awaitable<void> {
          auto work = vk.try_call(vkxx::request{"users.get"}.set("user_ids", i));
          static_cast<void>(co_await std::move(work));
        },
        asio::detached);
  }
  loop.poll();
  const auto waiting = vk.metrics().waiting;
  return {static_cast<double>(resident_bytes() - before) / calls, static_cast<double>(waiting)};
}

// Ends the program if it fails.
template <class Function>
numbers apart(const Function& measure) {
  const auto seen = bench::apart("vkxx_bench_costs", measure);
  if (!seen) std::exit(EXIT_FAILURE);
  return *seen;
}

template <class Function>
numbers best_of(int runs, const Function& measure) {
  auto best = apart(measure);
  for (int i = 1; i < runs; ++i) {
    const auto measured = apart(measure);
    if (measured.first < best.first) best = measured;
  }
  return best;
}

void report(const target& where, int calls, int runs) {
  const auto cpu = [&](bool batched, caller call) {
    return best_of(runs,
                   [&] { return measure_cpu(where, batched ? 5 * calls : calls, batched, call); });
  };
  const auto single = cpu(false, call_again);
  const auto batched = cpu(true, call_again);
  const auto own = best_of(runs, [&] { return measure_own_time(where, calls); });
  const auto memory = apart([&] { return measure_memory(where, 100'000); });
  std::printf("| measure | value |\n|---|---:|\n");
  std::printf("| CPU a call, 32 in flight | %.1f µs |\n", single.first);
  std::printf("| CPU a call in batches of %.1f, 32 in flight | %.1f µs |\n", batched.second,
              batched.first);
  std::printf("| its share of a single call's | %.2f |\n", batched.first / single.first);
#ifdef VKXX_BENCH_TYPED
  const auto typed = cpu(false, call_typed_again);
  const auto typed_batched = cpu(true, call_typed_again);
  std::printf("| CPU a typed call, 32 in flight | %.1f µs |\n", typed.first);
  std::printf("| CPU a typed call in batches of %.1f, 32 in flight | %.1f µs |\n",
              typed_batched.second, typed_batched.first);
  std::printf("| its share of a single typed call's | %.2f |\n", typed_batched.first / typed.first);
#endif
  std::printf("| time of a call at one in flight, median | %.1f µs |\n", own.second);
  std::printf("| of it in the client, above the transport, median | %.1f µs |\n", own.first);
  std::printf("| memory a call, with %.0f waiting | %.0f bytes |\n", memory.second, memory.first);
}

// The emulator, until its input ends; its address and a token go to `out`.
[[noreturn]] void serve(int in, int out) {
  const vkxx::emulator vk{vkxx::emulator_options{}.record_limit(1)};
  const auto line = vk.url() + ' ' + vk.tokens().community;
  if (write(out, line.data(), line.size()) < 0) std::_Exit(EXIT_FAILURE);
  close(out);
  char ignored = 0;
  std::_Exit(read(in, &ignored, 1) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace

int main(int count, char** arguments) {
  const int calls = count > 1 ? std::atoi(arguments[1]) : 20'000;
  const int runs = count > 2 ? std::atoi(arguments[2]) : 3;
  std::array<int, 2> life{};
  std::array<int, 2> told{};
  if (pipe(life.data()) != 0 || pipe(told.data()) != 0) return EXIT_FAILURE;
  const auto child = fork();
  if (child == 0) {
    close(life[1]);
    close(told[0]);
    serve(life[0], told[1]);
  }
  close(life[0]);
  close(told[1]);
  std::string line;
  std::array<char, 1024> piece{};
  for (ssize_t got = 0; (got = read(told[0], piece.data(), piece.size())) > 0;) {
    line.append(piece.data(), static_cast<std::size_t>(got));
  }
  const auto space = line.find(' ');
  if (space == std::string::npos) return EXIT_FAILURE;
  report({line.substr(0, space), line.substr(space + 1)}, calls, runs);
  close(life[1]);
  waitpid(child, nullptr, 0);
  return EXIT_SUCCESS;
}
