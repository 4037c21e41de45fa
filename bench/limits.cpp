// How close to VK's limits the client comes, against the emulator with strict limits: the table of
// docs/performance.md.
//   vkxx_bench_limits [SECONDS [CALLS [LOAD]]]
// SECONDS: how long each load lasts (60). CALLS: how many of the chaos table (10,000). LOAD: only
// loads with this in their names, and nothing else.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>

#include "chaos/chaos_table.hpp"
#include "shared_limits.hpp"

namespace {

using namespace std::chrono_literals;

struct load_case {
  const char* name;
  std::chrono::milliseconds round_trip;
  bool community;
  bool batched;
  double calls_a_second;  // what the limit allows
};

struct outcome {
  double calls_a_second = 0;
  int wrong = 0;
  int refused = 0;
};

boost::asio::awaitable<void> worker(const vkxx::client& vk, int first, int step, const bool& over,
                                    outcome& seen, int& done) {
  for (int i = first; !over; i += step) {
    vkxx::request request{"utils.resolveScreenName"};
    request.set("screen_name", i % 2 == 0 ? "durov" : "nobody_of_that_name").set("tag", i);
    auto work = vk.try_call(std::move(request));
    const auto answer = co_await std::move(work);
    if (over) co_return;
    ++done;
    const bool found =
        answer && answer->json().is_object() && answer->json().as_object().contains("object_id");
    if (!answer || found != (i % 2 == 0)) ++seen.wrong;
  }
}

outcome measure(const load_case& load, std::chrono::seconds time) {
  vkxx::emulator_options options;
  options.strict_limits(true).latency(load.round_trip, load.round_trip).record_limit(1'000'000);
  vkxx::emulator vk{options};
  vkxx::config settings;
  const auto tokens = vk.tokens();
  settings.emulator(vk.url()).access_token(load.community ? tokens.community : tokens.user);
  if (load.community) settings.token_kind(vkxx::token_kind::community);
  if (load.batched) settings.batching(vkxx::batching{});
  boost::asio::io_context io{1};
  const vkxx::client client{io.get_executor(), settings};
  outcome seen;
  bool over = false;
  int done = 0;
  const int workers = load.batched ? 2000 : 100;
  for (int i = 0; i < workers; ++i) {
    boost::asio::co_spawn(io, worker(client, i, workers, over, seen, done), boost::asio::detached);
  }
  // Not counted: the last answers, which are still under way. The first window is full at once, so
  // that a whole number of windows is watched.
  boost::asio::steady_timer end{io, time};
  end.async_wait([&](auto) {
    over = true;
    io.stop();
  });
  io.run();
  int sent = 0;
  for (const auto& request : vk.requests()) {
    seen.refused += request.error_code == 6;
    ++sent;
  }
  const auto counted = load.batched ? done : sent - seen.refused;
  seen.calls_a_second = counted / std::chrono::duration<double>{time}.count();
  return seen;
}

void print(const load_case& load, const outcome& seen) {
  std::printf("| %s | %.2f of %.0f | %.1f %% | %d | %d |\n", load.name, seen.calls_a_second,
              load.calls_a_second, 100 * seen.calls_a_second / load.calls_a_second, seen.refused,
              seen.wrong);
  std::fflush(stdout);
}

void chaos(int calls) {
  std::printf(
      "\n| under faults of 5 %% each of six kinds | done | once | more than once | wrongly "
      "reported | unknown |\n|---|---:|---:|---:|---:|---:|\n");
  for (const bool batched : {false, true}) {
    const std::string suffix = batched ? ", batched" : "";
    vkxx::chaos::table table;
    table.limit = 600s;
    table.batched = batched;
    table.reads = calls;
    table.keyed_writes = calls;
    auto seen = vkxx::chaos::run(table);
    std::printf("| %d reads, %d messages with random_id%s | %d + %d | %d | %d | %d | %d |\n", calls,
                calls, suffix.c_str(), seen.good_reads, seen.good_writes, seen.executed_once,
                seen.executed_more, seen.wrongly_reported, seen.unknown_writes);
    table.reads = table.keyed_writes = 0;
    table.plain_writes = calls;
    seen = vkxx::chaos::run(table);
    std::printf("| %d posts without a key%s | %d | %d | %d | %d | %d |\n", calls, suffix.c_str(),
                seen.good_writes, seen.executed_once, seen.executed_more, seen.wrongly_reported,
                seen.unknown_writes);
    std::fflush(stdout);
  }
}

void shared_loads(std::chrono::seconds time, const std::string& which) {
#ifdef VKXX_BENCH_REDIS
  for (const auto round_trip : {20ms, 500ms}) {
    const auto name = "four processes on one community token through Redis, round trip " +
                      std::to_string(round_trip.count()) + " ms";
    if (name.find(which) == std::string::npos) continue;
    const auto seen = vkxx::bench::measure_shared(4, round_trip, time);
    print(load_case{name.c_str(), round_trip, true, false, 20},
          outcome{seen.calls_a_second, 0, seen.refused});
  }
#else
  static_cast<void>(time);
  static_cast<void>(which);
#endif
}

}  // namespace

int main(int argc, char** argv) {
#ifdef VKXX_BENCH_REDIS
  if (argc > 1 && std::string{argv[1]} == "--share") {
    return vkxx::bench::run_shared_process(argc, argv);
  }
#endif
  const std::chrono::seconds time{argc > 1 ? std::atoi(argv[1]) : 60};
  const int calls = argc > 2 ? std::atoi(argv[2]) : 10'000;
  const std::string which = argc > 3 ? argv[3] : "";
  std::printf(
      "\n| load | calls a second | of the limit | error 6 | wrong answers |\n"
      "|---|---:|---:|---:|---:|\n");
  for (const auto& load : {load_case{"user token, round trip 20 ms", 20ms, false, false, 3},
                           load_case{"user token, round trip 500 ms", 500ms, false, false, 3},
                           load_case{"community token, round trip 20 ms", 20ms, true, false, 20},
                           load_case{"community token, round trip 500 ms", 500ms, true, false, 20},
                           load_case{"community token, batched reads", 20ms, true, true, 500}}) {
    if (std::string{load.name}.find(which) != std::string::npos) print(load, measure(load, time));
  }
  shared_loads(time, which);
  if (which.empty()) chaos(calls);
  return 0;
}
