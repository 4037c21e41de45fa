// What a body costs that streams: CPU beside the program `curl`, memory above that of an idle
// transport.
//   vkxx_bench_streams [GIB [RUNS]]
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <vkxx/http/curl_transport.hpp>

#include "stream_costs.hpp"

namespace bench {
namespace {

namespace http = vkxx::http;

void send_one(boost::asio::io_context& context, http::transport& transport, http::request message) {
  std::optional<vkxx::result<http::response>> outcome;
  boost::asio::co_spawn(context, transport.send(std::move(message)),
                        [&](std::exception_ptr, vkxx::result<http::response> ended) {
                          outcome.emplace(std::move(ended));
                        });
  context.restart();
  context.run();
  if (outcome->value().status != 200) throw std::runtime_error{"the answer is not 200"};
}

http::request limited(const char* method, const std::string& url) {
  http::request message{method, url};
  message.timeout(std::chrono::hours{1}).silence_limit(std::chrono::minutes{1});
  return message;
}

// After a small exchange, so that what every transport needs is there before.
cost vkxx_cost(const std::string& url, const http::request& message) {
  boost::asio::io_context context;
  const auto transport = http::make_curl_transport(context.get_executor(), {});
  auto first = limited("POST", url);
  first.body("small", "text/plain");
  send_one(context, *transport, std::move(first));
  const auto idle = memory("VmRSS");
  forget_peak_memory();
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto began = now();
  send_one(context, *transport, message);
  cost measured;
  measured.wall = now() - began;
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  measured.cpu = cpu_of(after) - cpu_of(before);
  measured.memory = memory("VmHWM") - idle;
  return measured;
}

void print(const char* name, const cost& bare, const cost& ours) {
  std::printf("| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %ld |\n", name, bare.cpu, ours.cpu,
              ours.cpu / bare.cpu, bare.wall, ours.wall, ours.memory);
}

void measure(std::uint64_t size, int runs) {
  const sink_server server{size};
  const sparse_file file{size};
  const auto url = server.url();
  cost curl_up;
  cost vkxx_up;
  cost curl_down;
  cost vkxx_down;
  for (int i = 0; i < runs; ++i) {
    keep_best(curl_up,
              [&] { return curl_cost("-H", "Expect:", "-T", file.path().c_str(), url.c_str()); });
    keep_best(vkxx_up, [&] {
      auto message = limited("PUT", url);
      message.body(http::make_file_source(file.path()).value(), "application/octet-stream");
      return vkxx_cost(url, message);
    });
    keep_best(curl_down, [&] { return curl_cost(url.c_str()); });
    keep_best(vkxx_down, [&] {
      auto message = limited("GET", url);
      message.sink(http::make_file_sink("/dev/null").value()).receive_buffer(102400);
      return vkxx_cost(url, message);
    });
  }
  std::printf(
      "| | curl, CPU s | vkxx, CPU s | ratio | curl, wall s | vkxx, wall s | vkxx, peak memory "
      "above idle, KiB |\n|---|---:|---:|---:|---:|---:|---:|\n");
  print("upload of a file", curl_up, vkxx_up);
  print("download", curl_down, vkxx_down);
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) {
  try {
    const auto number = [&](int i, double standard) {
      return count > i ? std::stod(arguments[i]) : standard;
    };
    const auto size = static_cast<std::uint64_t>(number(1, 4) * 1024 * 1024 * 1024);
    bench::measure(size, static_cast<int>(number(2, 3)));
    return EXIT_SUCCESS;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return EXIT_FAILURE;
  }
}
