// Measures what a call costs compared with a bare libcurl loop that does the same:
//
//   vkxx_bench_calls http://127.0.0.1:PORT [CALLS [RUNS [CONTENDER IN_FLIGHT]]]
//
// With a contender's name it runs that one, once, in this process: for a profiler.
// Each contender runs in a process of its own, so that its memory is measured alone. Prints a table
// in Markdown. `bench/run` starts a server and calls this.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "apart.hpp"
#include "contenders.hpp"

namespace {

struct measurement {
  double cpu_microseconds = 0;  // user and system, per call
  double wall_microseconds = 0;
  double peak_megabytes = 0;
};

struct contender {
  const char* name;
  void (*run)(const bench::workload&);
};

constexpr std::array contenders{
    contender{"bare libcurl", bench::run_bare_curl},
    contender{"http transport", bench::run_transport},
    contender{"client", bench::run_client},
    contender{"client, limiter on", bench::run_limited_client},
    contender{"blocking_client", bench::run_blocking_client},
};

double microseconds(const timeval& span) {
  return static_cast<double>(span.tv_sec) * 1e6 + static_cast<double>(span.tv_usec);
}

measurement measure(const contender& who, const bench::workload& work) {
  const auto start = std::chrono::steady_clock::now();
  who.run(work);
  const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - start;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto calls = static_cast<double>(work.calls);
  return {(microseconds(used.ru_utime) + microseconds(used.ru_stime)) / calls, wall.count() / calls,
          static_cast<double>(used.ru_maxrss) / 1024};
}

// The run with the least CPU of several: the others were disturbed.
std::optional<measurement> best_of(int runs, const contender& who, const bench::workload& work) {
  std::optional<measurement> best;
  for (int i = 0; i < runs; ++i) {
    const auto measured = bench::apart(who.name, [&] { return measure(who, work); });
    if (!measured) return std::nullopt;
    if (!best || measured->cpu_microseconds < best->cpu_microseconds) best = measured;
  }
  return best;
}

int run_one(std::string_view name, const bench::workload& work) {
  for (const auto& who : contenders) {
    if (name != who.name) continue;
    who.run(work);
    return EXIT_SUCCESS;
  }
  return EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: %s http://HOST:PORT [CALLS [RUNS [CONTENDER IN_FLIGHT]]]\n",
                 arguments[0]);
    return 2;
  }
  const int calls = count > 2 ? std::atoi(arguments[2]) : 60'000;
  const int runs = count > 3 ? std::atoi(arguments[3]) : 3;
  if (count > 5) return run_one(arguments[4], {arguments[1], calls, std::atoi(arguments[5])});
  std::printf(
      "| in flight | contender | CPU per call, µs | ratio | wall per call, µs | peak memory, MB | "
      "ratio |\n");
  std::printf("|---:|---|---:|---:|---:|---:|---:|\n");
  for (const int in_flight : {1, 32, 256}) {
    std::optional<measurement> bare;
    for (const auto& who : contenders) {
      const auto measured = best_of(runs, who, {arguments[1], calls, in_flight});
      if (!measured) return EXIT_FAILURE;
      if (!bare) bare = measured;
      std::printf("| %d | %s | %.1f | %.2f | %.1f | %.1f | %.2f |\n", in_flight, who.name,
                  measured->cpu_microseconds, measured->cpu_microseconds / bare->cpu_microseconds,
                  measured->wall_microseconds, measured->peak_megabytes,
                  measured->peak_megabytes / bare->peak_megabytes);
    }
  }
  return EXIT_SUCCESS;
}
