// What a body costs that streams: CPU beside the program `curl`, memory above that of an idle
// transport.
//   vkxx_bench_streams [GIB [RUNS]]
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <vkxx/http/curl_transport.hpp>

#include "apart.hpp"

namespace bench {
namespace {

namespace http = vkxx::http;

constexpr std::size_t block = std::size_t{1} << 20U;

struct cost {
  double cpu = std::numeric_limits<double>::max();  // seconds
  double wall = 0;                                  // seconds
  long memory = 0;                                  // KiB at the peak, above what was there before
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_of(const rusage& usage) {
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

// A line of /proc/self/status, in KiB.
long memory(std::string_view name) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stol(line.substr(name.size() + 1));
  }
  throw std::runtime_error{"/proc/self/status does not say it"};
}

void forget_peak_memory() {
  std::ofstream{"/proc/self/clear_refs"} << 5;
}

// A server in a process of its own that forgets what it is sent, and sends `size` zero bytes for a
// GET.
class sink_server {
 public:
  explicit sink_server(std::uint64_t size) : listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, generic, &length) != 0) {
      throw std::runtime_error{"no port"};
    }
    port_ = ntohs(address.sin_port);
    process_ = ::fork();
    if (process_ != 0) return;
    for (;;) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      std::thread{[peer, size] { serve(peer, size); }}.detach();
    }
  }
  sink_server(const sink_server&) = delete;
  sink_server& operator=(const sink_server&) = delete;
  ~sink_server() {
    ::close(listener_);
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/";
  }

 private:
  static void serve(int peer, std::uint64_t size) {
    std::string buffer(block, '\0');
    std::string text;
    for (;;) {
      const auto head = text.find("\r\n\r\n");
      if (head == std::string::npos) {
        const auto got = ::recv(peer, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        text.append(buffer, 0, static_cast<std::size_t>(got));
        continue;
      }
      const bool sends = text.starts_with("GET");
      std::uint64_t left = 0;
      if (const auto at = text.find("Content-Length: "); at < head) {
        std::from_chars(text.data() + at + 16, text.data() + head, left);
      }
      left -= text.size() - head - 4;
      text.clear();
      while (left > 0) {
        const auto wanted = std::min<std::uint64_t>(left, buffer.size());
        const auto got = ::recv(peer, buffer.data(), static_cast<std::size_t>(wanted), 0);
        if (got <= 0) break;
        left -= static_cast<std::uint64_t>(got);
      }
      answer(peer, sends ? size : 0, buffer);
    }
    ::close(peer);
  }

  static void answer(int peer, std::uint64_t size, std::string& buffer) {
    const auto head = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
    static_cast<void>(::send(peer, head.data(), head.size(), MSG_NOSIGNAL));
    std::ranges::fill(buffer, '\0');
    while (size > 0) {
      const auto wanted = std::min<std::uint64_t>(size, buffer.size());
      const auto sent = ::send(peer, buffer.data(), static_cast<std::size_t>(wanted), MSG_NOSIGNAL);
      if (sent <= 0) return;
      size -= static_cast<std::uint64_t>(sent);
    }
  }

  int listener_;
  int port_ = 0;
  pid_t process_ = -1;
};

class sparse_file {
 public:
  explicit sparse_file(std::uint64_t size) {
    std::string path = std::filesystem::temp_directory_path() / "vkxx-streams-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    if (descriptor == -1 || ::ftruncate(descriptor, static_cast<off_t>(size)) != 0) {
      throw std::runtime_error{"no file of that size"};
    }
    path_ = path;
    // Into the system's cache, at nobody's cost.
    std::string buffer(block, '\0');
    while (::read(descriptor, buffer.data(), buffer.size()) > 0) continue;
    ::close(descriptor);
  }
  sparse_file(const sparse_file&) = delete;
  sparse_file& operator=(const sparse_file&) = delete;
  ~sparse_file() { std::filesystem::remove(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

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

template <class... Arguments>
cost curl_cost(const Arguments&... arguments) {
  const auto began = now();
  const auto child = ::fork();
  if (child == 0) {
    ::execlp("curl", "curl", "--silent", "--fail", "--noproxy", "*", "--output", "/dev/null",
             arguments..., nullptr);
    std::_Exit(EXIT_FAILURE);
  }
  int status = EXIT_FAILURE;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  if (status != 0) throw std::runtime_error{"curl failed"};
  cost measured;
  measured.wall = now() - began;
  measured.cpu = cpu_of(usage);
  return measured;
}

template <class Measure>
void keep_best(cost& best, const Measure& measure) {
  const auto seen = apart("a contender", measure);
  if (!seen) throw std::runtime_error{"a contender failed"};
  const auto memory = std::max(best.memory, seen->memory);  // of memory the worst
  if (seen->cpu < best.cpu) best = *seen;
  best.memory = memory;
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
