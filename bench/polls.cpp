// The long polls of many communities in one process, over TLS: memory of each, and how fast events
// arrive and what each of them costs. An emulator and the sender of events run in processes of
// their own.
//   vkxx_bench_polls [COMMUNITIES [EVENTS_PER_SECOND [SECONDS]]]
// Needs two file descriptors a community in each process (`ulimit -n`). Linux only.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>
#include <vkxx/http/curl_transport.hpp>
#include <vkxx/updates.hpp>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

// The first communities belong to the emulator's own world.
constexpr int first_community = 101;
constexpr int waves = 64;
constexpr auto senders = 8;

struct load {
  int communities = 1000;
  int events_per_second = 1000;
  int seconds = 10;
  std::string url{};
  std::string ca_file{};
  std::string user_token{};
};

void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

std::int64_t nanoseconds() {
  return std::chrono::nanoseconds{steady::now().time_since_epoch()}.count();
}

std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t whole = 0;
  std::size_t resident = 0;
  file >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::chrono::duration<double, std::micro> processor_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return std::chrono::seconds{used.ru_utime.tv_sec + used.ru_stime.tv_sec} +
         std::chrono::microseconds{used.ru_utime.tv_usec + used.ru_stime.tv_usec};
}

std::string token_of(int community) {
  return "vk1.a.bench-community-" + std::to_string(community);
}

// A process that runs `work` until the other end of its pipe closes, and what it says first.
class helper {
 public:
  explicit helper(const std::function<void(int said, int until)>& work) {
    std::array<int, 2> out{};
    std::array<int, 2> in{};
    if (::pipe(out.data()) != 0 || ::pipe(in.data()) != 0) throw std::runtime_error{"no pipe"};
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(out[0]);
      ::close(in[1]);
      try {
        work(out[1], in[0]);
        std::_Exit(EXIT_SUCCESS);
      } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
      }
      std::_Exit(EXIT_FAILURE);
    }
    ::close(out[1]);
    ::close(in[0]);
    said_ = out[0];
    until_ = in[1];
  }
  helper(const helper&) = delete;
  helper& operator=(const helper&) = delete;
  ~helper() {
    ::close(said_);
    ::close(until_);
    ::waitpid(process_, nullptr, 0);
  }
  [[nodiscard]] std::string line() const {
    std::string text;
    char letter = 0;
    while (::read(said_, &letter, 1) == 1 && letter != '\n') text += letter;
    return text;
  }
  void go() const {
    if (::write(until_, "\n", 1) != 1) throw std::runtime_error{"a process has ended"};
  }

 private:
  pid_t process_ = -1;
  int said_ = -1;
  int until_ = -1;
};

void say(int pipe, const std::string& line) {
  const auto text = line + '\n';
  if (::write(pipe, text.data(), text.size()) < 0) throw std::runtime_error{"a pipe is closed"};
}

bool wait_for_byte(int pipe) {
  char letter = 0;
  return ::read(pipe, &letter, 1) == 1;
}

class temporary_folder {
 public:
  temporary_folder() {
    std::string path = std::filesystem::temp_directory_path() / "vkxx-polls-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error{"no folder"};
    path_ = path;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write_world(const std::string& path, int communities) {
  boost::json::array list;
  for (int i = 0; i < communities; ++i) {
    const auto id = first_community + i;
    list.push_back(boost::json::object{{"id", id},
                                       {"name", "Community " + std::to_string(id)},
                                       {"admins", boost::json::array{1}},
                                       {"token", token_of(id)}});
  }
  std::ofstream{path} << boost::json::object{{"communities", std::move(list)}};
}

void emulate(const std::string& world, const std::string& ca_file, int said, int until) {
  vkxx::emulator_options options;
  options.tls(true).world(world).record_limit(0);
  vkxx::emulator vk{options};
  std::ofstream{ca_file} << vk.ca_certificate_pem();
  say(said, vk.url());
  say(said, vk.tokens().user);
  while (wait_for_byte(until)) continue;
}

vkxx::config settings_of(const load& work, std::string token,
                         std::shared_ptr<vkxx::http::transport> transport) {
  vkxx::config settings;
  settings.emulator(work.url).access_token(std::move(token)).transport(std::move(transport));
  settings.limits(vkxx::limits{}.off());
  return settings;
}

std::shared_ptr<vkxx::http::transport> transport_for(const load& work, asio::io_context& loop) {
  vkxx::http::transport_options options;
  options.ca_file(work.ca_file);
  return vkxx::http::make_curl_transport(loop.get_executor(), options);
}

// Sends every `senders`-th message, when it is due.
asio::awaitable<void> send_each(vkxx::client vk, const load& work, int first,
                                steady::time_point begin) {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  const auto count = work.events_per_second * work.seconds;
  for (int i = first; i < count; i += senders) {
    timer.expires_at(begin + std::chrono::nanoseconds{1s} * i / work.events_per_second);
    co_await timer.async_wait(asio::use_awaitable);
    vkxx::request request{"messages.send"};
    // A prime step: neighbours in time are not neighbours in the list.
    const auto community = static_cast<int>(std::int64_t{i} * 7919 % work.communities);
    request.set("peer_id", -(first_community + community)).set("random_id", i + 1);
    request.set("message", std::to_string(nanoseconds()));
    auto sending = vk.call(std::move(request));
    static_cast<void>(co_await std::move(sending));
  }
}

void send_all(const load& work, int said, int until) {
  if (!wait_for_byte(until)) return;
  asio::io_context loop{1};
  {
    const vkxx::client vk{loop.get_executor(),
                          settings_of(work, work.user_token, transport_for(work, loop))};
    const auto begin = steady::now() + 200ms;
    for (int i = 0; i < senders; ++i) asio::co_spawn(loop, send_each(vk, work, i, begin), rethrow);
    loop.run();
  }
  say(said, "done");
}

struct seen {
  int open = 0;
  std::vector<double> latencies{};  // ms
  steady::time_point first{};
  steady::time_point last{};
};

void note(const vkxx::update& update, seen& events) {
  if (update.type() != "message_new") return;
  const auto object = boost::json::parse(update.raw());
  const auto& text = object.at("message").at("text").as_string();
  std::int64_t sent = 0;
  std::from_chars(text.data(), text.data() + text.size(), sent);
  events.latencies.push_back(static_cast<double>(nanoseconds() - sent) / 1e6);
  events.last = steady::now();
  if (events.latencies.size() == 1) events.first = events.last;
}

asio::awaitable<void> read(vkxx::bots_long_poll& source, seen& events, bool& open) {
  for (;;) {
    auto reading = source.next();
    const auto batch = co_await std::move(reading);
    if (!batch) {
      if (batch.error() != vkxx::errc::cancelled)
        std::fprintf(stderr, "%s\n", batch.error().to_string().c_str());
      co_return;
    }
    for (const auto& update : *batch) note(update, events);
    source.commit(batch->cursor());
    if (!std::exchange(open, true)) ++events.open;
  }
}

struct community {
  std::unique_ptr<vkxx::bots_long_poll> source;
  bool open = false;
};

template <class Condition>
void run_until(asio::io_context& loop, std::chrono::seconds limit, const Condition& holds) {
  const auto end = steady::now() + limit;
  while (!holds()) {
    if (steady::now() >= end) throw std::runtime_error{"it takes too long"};
    loop.run_for(10ms);
    loop.restart();
  }
}

double at(std::vector<double>& sorted, double share) {
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[index];
}

void measure(const load& work, const helper& sender) {
  asio::io_context loop{1};
  const auto transport = transport_for(work, loop);
  seen events;
  std::vector<community> all(static_cast<std::size_t>(work.communities));
  events.latencies.reserve(static_cast<std::size_t>(work.events_per_second * work.seconds));
  std::size_t before = 0;
  std::size_t counted_from = 0;
  vkxx::long_poll_options options;
  options.wait(90s);
  // In waves, so that no connection waits for too many others. The first pays for what all share.
  for (std::size_t begun = 0; begun < all.size();) {
    const auto wave = begun == 0 ? std::size_t{1} : std::min(begun + waves, all.size());
    for (; begun < wave; ++begun) {
      const auto id = first_community + static_cast<int>(begun);
      const vkxx::client vk{loop.get_executor(), settings_of(work, token_of(id), transport)};
      all[begun].source = std::make_unique<vkxx::bots_long_poll>(vk, vkxx::group_id{id}, options);
      asio::co_spawn(loop, read(*all[begun].source, events, all[begun].open), rethrow);
    }
    run_until(loop, 60s, [&] { return events.open == static_cast<int>(begun); });
    if (counted_from != 0) continue;
    before = resident_bytes();
    counted_from = begun;
  }
  // The polls after the first answers are on their way, on connections of their own.
  while (loop.run_for(2s) > 0) loop.restart();
  loop.restart();
  const auto grown = static_cast<double>(resident_bytes() - before) /
                     static_cast<double>(all.size() - counted_from) / 1000;
  const auto used_before = processor_time();
  sender.go();
  const auto expected = static_cast<std::size_t>(work.events_per_second * work.seconds);
  run_until(loop, std::chrono::seconds{work.seconds + 60},
            [&] { return events.latencies.size() >= expected; });
  const auto used = processor_time() - used_before;
  const std::chrono::duration<double> span = events.last - events.first;
  auto& sorted = events.latencies;
  std::ranges::sort(sorted);
  std::printf("| %d | %.1f | %.0f | %.1f | %.1f | %.1f | %.0f |\n", work.communities, grown,
              static_cast<double>(sorted.size()) / span.count(), at(sorted, 0.5), at(sorted, 0.99),
              sorted.back(), used.count() / static_cast<double>(sorted.size()));
  for (const auto& each : all) each.source->stop();
  loop.run_for(1s);
}

void raise_descriptors(int communities) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  // A connection has two of them until its second request.
  const auto needed = 2 * static_cast<rlim_t>(communities) + 100;
  if (limit.rlim_cur < needed) {
    throw std::runtime_error{"only " + std::to_string(limit.rlim_cur) +
                             " descriptors may be open, and " + std::to_string(needed) +
                             " are needed (ulimit -n)"};
  }
}

void run(load work) {
  raise_descriptors(work.communities);
  const temporary_folder folder;
  const auto world = folder.file("world.json");
  work.ca_file = folder.file("ca.pem");
  write_world(world, work.communities);
  const helper emulator{[&](int said, int until) { emulate(world, work.ca_file, said, until); }};
  work.url = emulator.line();
  work.user_token = emulator.line();
  if (work.user_token.empty()) throw std::runtime_error{"the emulator did not start"};
  const helper sender{[&](int said, int until) { send_all(work, said, until); }};
  std::printf(
      "| communities | KB a poll | events a second | median, ms | p99, ms | most, ms | CPU, µs |\n"
      "|---:|---:|---:|---:|---:|---:|---:|\n");
  measure(work, sender);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const auto number = [&](int i, int standard) {
      return count > i ? std::stoi(arguments[i]) : standard;
    };
    run({.communities = number(1, 1000),
         .events_per_second = number(2, 1000),
         .seconds = number(3, 10)});
    return EXIT_SUCCESS;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return EXIT_FAILURE;
  }
}
