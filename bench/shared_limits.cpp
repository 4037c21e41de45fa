#include "shared_limits.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>
#include <vkxx/redis.hpp>

#include "integration/http/servers/process.hpp"

namespace vkxx::bench {
namespace {

using http::test::child_process;

boost::asio::awaitable<void> call_on_and_on(const client& vk) {
  for (;;) {
    auto work = vk.try_call(request{"utils.resolveScreenName"}.set("screen_name", "durov"));
    static_cast<void>(co_await std::move(work));
  }
}

}  // namespace

shared_outcome measure_shared(int processes, std::chrono::milliseconds round_trip,
                              std::chrono::seconds time) {
  const auto server = http::test::required_program("redis-server");
  const http::test::temporary_folder folder;
  const auto socket = folder.path("redis.sock");
  const child_process redis{
      {server, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder.path()},
      folder.path("redis.log")};
  emulator_options options;
  options.strict_limits(true).latency(round_trip, round_trip).record_limit(1'000'000);
  emulator vk{options};
  // Redis is given the time to start: it would be waited for, but not in the first second.
  std::this_thread::sleep_for(std::chrono::seconds{1});
  const std::vector<std::string> command{"/proc/self/exe", "--share", vk.url(),
                                         vk.tokens().community, "unix://" + socket};
  std::deque<child_process> children;
  for (int i = 0; i < processes; ++i) children.emplace_back(command, folder.path("log"));
  while (vk.requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  std::this_thread::sleep_for(time);
  shared_outcome seen;
  const auto requests = vk.requests();
  const auto end = requests.front().time + time;
  int sent = 0;
  for (const auto& request : requests) {
    if (request.time >= end) break;
    seen.refused += request.error_code == 6;
    ++sent;
  }
  seen.calls_a_second = (sent - seen.refused) / std::chrono::duration<double>{time}.count();
  return seen;
}

int run_shared_process(int argc, char** argv) {
  if (argc != 5) return 2;
  config settings;
  settings.emulator(argv[2]).access_token(argv[3]).token_kind(token_kind::community);
  settings.limits(limits{}.share(redis::make_shared_limit(redis::options{secret{argv[4]}})));
  boost::asio::io_context io{1};
  const client vk{io.get_executor(), settings};
  for (int i = 0; i < 25; ++i) {
    boost::asio::co_spawn(io, call_on_and_on(vk), boost::asio::detached);
  }
  io.run();
  return 0;
}

}  // namespace vkxx::bench
