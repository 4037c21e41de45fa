// What the inbox costs: an echo handler behind a file of SQLite, beside the same with a store in
// memory; and the memory of a process that has handled many updates.
//   vkxx_bench_inbox [SECONDS [RATE]]
//   vkxx_bench_inbox memory UPDATES [memory|full|normal]
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <vkxx/state/sqlite_state.hpp>

#include "inbox_load.hpp"
#include "stream_costs.hpp"

namespace bench {
namespace {

enum class store_kind { memory, full, normal };

const char* name_of(store_kind kind) {
  switch (kind) {
    case store_kind::memory:
      return "memory";
    case store_kind::full:
      return "SQLite, full";
    case store_kind::normal:
      return "SQLite, normal";
  }
  return "";
}

class folder {
 public:
  folder() {
    auto pattern = (std::filesystem::current_path() / "vkxx-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder here"};
    path_ = pattern;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::shared_ptr<vkxx::state_store> open_store(store_kind kind, const folder& files) {
  if (kind == store_kind::memory) return std::make_shared<vkxx::memory_state>();
  vkxx::sqlite_options options;
  if (kind == store_kind::normal) options.durability(vkxx::sqlite_durability::normal);
  return vkxx::sqlite_state::open(files.file("inbox.db"), options).value();
}

// What an echo program reads; the answer is not sent: this is not about HTTP.
struct echo {
  explicit echo(const vkxx::update& received) {
    const auto object = boost::json::parse(received.raw());
    const auto& message = object.at("message");
    text = message.at("text").as_string();
    const auto in_lane = message.at("conversation_message_id").to_number<std::uint64_t>() - 1;
    number = in_lane * conversations + message.at("peer_id").to_number<std::uint64_t>() - 100;
  }

  std::string text;
  std::uint64_t number = 0;  // of the update
};

struct outcome {
  double wall = 0;  // seconds, from the first update to the end of the last handler
  double cpu = 0;
  double commit_50 = 0, commit_99 = 0, lag_50 = 0, lag_99 = 0;  // milliseconds
};

// `each` is called after each handler with their number. `most_rows`: in the inbox.
outcome handle(store_kind kind, std::uint64_t count, double rate, std::size_t most_rows,
               const std::function<void(std::uint64_t)>& each = {}) {
  const folder files;
  load_measures measures;
  const auto store = std::make_shared<measured_store>(open_store(kind, files), measures);
  asio::io_context io;
  const auto options = vkxx::dispatcher_options{}.inbox_limit(most_rows);
  vkxx::dispatcher dispatcher{io.get_executor(), store, options};
  const auto source = std::make_shared<load_source>(count, rate);
  dispatcher.add(source);
  std::size_t echoed = 0;
  dispatcher.on_update([&](vkxx::update_context context) -> asio::awaitable<void> {
    const echo answer{context.update()};
    echoed += answer.text.size();
    measures.lag.add(steady::now() - source->due(answer.number));
    ++measures.handled;
    if (each) each(measures.handled);
    co_return;
  });
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto began = now();
  asio::co_spawn(io, dispatcher.run(), [](const std::exception_ptr&, const auto& report) {
    if (!report) throw std::runtime_error{report.error().to_string()};
  });
  io.run();
  outcome measured;
  measured.wall = now() - began;
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  measured.cpu = cpu_of(after) - cpu_of(before);
  if (measures.handled != count || echoed != count * 250) throw std::runtime_error{"some are lost"};
  measured.commit_50 = measures.commits.percentile(0.5);
  measured.commit_99 = measures.commits.percentile(0.99);
  measured.lag_50 = measures.lag.percentile(0.5);
  measured.lag_99 = measures.lag.percentile(0.99);
  return measured;
}

void print_row(store_kind kind, std::uint64_t count, double rate) {
  const auto seen = apart(name_of(kind), [&] { return handle(kind, count, rate, 100'000); });
  if (!seen) return;
  const auto offered = rate > 0 ? std::to_string(static_cast<long>(rate)) : "all";
  const auto events = static_cast<double>(count);
  std::printf("| %s | %s | %.0f | %.2f | %.2f | ", name_of(kind), offered.c_str(),
              events / seen->wall, seen->commit_50, seen->commit_99);
  if (rate > 0) {
    std::printf("%.2f | %.2f", seen->lag_50, seen->lag_99);
  } else {
    std::printf(" | ");
  }
  std::printf(" | %.0f |\n", seen->cpu / events * 1e6);
  std::fflush(stdout);
}

// What the disk alone takes: 64 KiB behind the end of a file, and `fdatasync`.
void print_disk() {
  constexpr int times = 1000;
  const folder files;
  const int file = ::open(files.file("log").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  const std::string bytes(std::size_t{1} << 16U, 'x');
  histogram taken;
  for (int time = 0; time < times; ++time) {
    const auto began = steady::now();
    const bool written = ::write(file, bytes.data(), bytes.size()) > 0 && ::fdatasync(file) == 0;
    if (!written) throw std::runtime_error{"the disk could not be written"};
    taken.add(steady::now() - began);
  }
  ::close(file);
  std::printf("| the disk alone | | | %.2f | %.2f | | | |\n", taken.percentile(0.5),
              taken.percentile(0.99));
  std::fflush(stdout);
}

void measure_rates(double seconds, double rate) {
  std::printf(
      "| store | offered, 1/s | handled, 1/s | commit p50, ms | p99, ms | lag p50, ms | p99, ms | "
      "CPU an update, µs |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
  const auto count = static_cast<std::uint64_t>(seconds * rate);
  for (const double offered : {rate, 0.}) {
    print_disk();
    for (const auto kind : {store_kind::memory, store_kind::normal, store_kind::full}) {
      print_row(kind, count, offered);
    }
  }
}

void measure_memory(store_kind kind, std::uint64_t count) {
  std::printf("| %s, updates handled | RSS, MiB | peak, MiB |\n|---:|---:|---:|\n", name_of(kind));
  std::uint64_t next = 10'000;
  // A few, so that they are not what is measured.
  handle(kind, count, 0, 2000, [&](std::uint64_t handled) {
    if (handled != next && handled != count) return;
    const auto million = std::uint64_t{1'000'000};
    std::printf("| %lu | %.1f | %.1f |\n", static_cast<unsigned long>(handled),
                static_cast<double>(memory("VmRSS")) / 1024,
                static_cast<double>(memory("VmHWM")) / 1024);
    std::fflush(stdout);
    next = next < million ? next * 10 : next + million;
  });
}

store_kind kind_of(std::string_view text) {
  if (text == "memory") return store_kind::memory;
  if (text == "full") return store_kind::full;
  if (text == "normal") return store_kind::normal;
  throw std::invalid_argument{"the store is memory, full or normal"};
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) {
  try {
    const std::string_view first = count > 1 ? arguments[1] : "";
    if (first == "memory") {
      if (count < 3) throw std::invalid_argument{"expected: memory UPDATES [memory|full|normal]"};
      bench::measure_memory(bench::kind_of(count > 3 ? arguments[3] : "memory"),
                            std::stoull(arguments[2]));
      return EXIT_SUCCESS;
    }
    bench::measure_rates(count > 1 ? std::stod(arguments[1]) : 60,
                         count > 2 ? std::stod(arguments[2]) : 5000);
    return EXIT_SUCCESS;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return EXIT_FAILURE;
  }
}
