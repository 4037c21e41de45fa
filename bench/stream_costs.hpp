// A server that forgets what it is sent, a sparse file, and what the program `curl` takes.
#pragma once

#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "apart.hpp"

namespace bench {

inline constexpr std::size_t block = std::size_t{1} << 20U;

struct cost {
  double cpu = std::numeric_limits<double>::max();  // seconds
  double wall = 0;                                  // seconds
  long memory = 0;                                  // KiB at the peak, above what was there before
};

inline double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

inline double cpu_of(const rusage& usage) {
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

inline double now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

// A line of /proc/self/status, in KiB.
inline long memory(std::string_view name) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stol(line.substr(name.size() + 1));
  }
  throw std::runtime_error{"/proc/self/status does not say it"};
}

inline void forget_peak_memory() {
  std::ofstream{"/proc/self/clear_refs"} << 5;
}

// A server in a process of its own that forgets what it is sent, and sends `size` zero bytes for a
// GET. To requests of an upload it answers as VK does.
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
      std::thread{[peer, size, url = url()] { serve(peer, size, url); }}.detach();
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
  static void serve(int peer, std::uint64_t size, const std::string& url) {
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
      const auto json = json_for(text, url);
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
      if (json.empty()) {
        answer(peer, sends ? size : 0, buffer);
      } else {
        send_text(peer, json);
      }
    }
    ::close(peer);
  }

  // Empty: no request of an upload.
  static std::string json_for(std::string_view request, const std::string& url) {
    if (request.starts_with("POST /method/docs.getUploadServer"))
      return R"({"response":{"upload_url":")" + url + R"(upload"}})";
    if (request.starts_with("POST /upload")) return R"({"file":"1|2|3"})";
    if (request.starts_with("POST /method/docs.save"))
      return R"({"response":{"type":"doc","doc":{"id":1,"owner_id":1}}})";
    return {};
  }

  static void send_text(int peer, const std::string& text) {
    const auto answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
    static_cast<void>(::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL));
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

}  // namespace bench
