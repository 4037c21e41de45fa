// How many messages a second the emulator takes, beside nginx with a constant answer.
//   vkxx_bench_sends [REQUESTS [IN_FLIGHT [emulator]]]
// Each server runs in a process of its own. This process sends POSTs of `messages.send` on
// kept-alive connections, and reads nothing of the answers but their length and whether they
// succeeded. With `emulator` it measures that one alone: for a profiler. Linux only.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <vkxx/emulator.hpp>

namespace {

using steady = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& action) {
  throw std::runtime_error{action + ": " + std::strerror(errno)};
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int connected(std::uint16_t port) {
  const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  if (::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(peer);
    return -1;
  }
  const int on = 1;
  ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return peer;
}

struct server {
  pid_t process = -1;
  std::uint16_t port = 0;
  std::string token;
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  server() = default;
  ~server() {
    if (process <= 0) return;
    ::kill(process, SIGTERM);
    ::waitpid(process, nullptr, 0);
  }

  // User and system time of all its threads and children, in seconds.
  [[nodiscard]] double cpu() const {
    double sum = 0;
    const auto folder = "/proc/" + std::to_string(process) + "/task";
    for (const auto& task : std::filesystem::directory_iterator{folder}) {
      std::uint64_t nanoseconds = 0;
      std::ifstream{task.path() / "schedstat"} >> nanoseconds;
      sum += static_cast<double>(nanoseconds) / 1e9;
    }
    return sum;
  }
};

void start_emulator(server& started) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) fail("pipe");
  started.process = ::fork();
  if (started.process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const vkxx::emulator vk{vkxx::emulator_options{}};
    const auto line = std::to_string(vk.port()) + ' ' + vk.tokens().user + '\n';
    if (::write(ends[1], line.data(), line.size()) < 0) std::_Exit(EXIT_FAILURE);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  std::string line;
  char letter = 0;
  while (::read(ends[0], &letter, 1) == 1 && letter != '\n') line += letter;
  ::close(ends[0]);
  const auto space = line.find(' ');
  if (space == std::string::npos) throw std::runtime_error{"the emulator did not start"};
  started.port = static_cast<std::uint16_t>(std::stoi(line));
  started.token = line.substr(space + 1);
}

std::uint16_t free_port() {
  const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(peer, generic, length) != 0 || ::getsockname(peer, generic, &length) != 0)
    fail("bind");
  ::close(peer);
  return ntohs(address.sin_port);
}

// One process that answers `{"response":1}`.
void start_nginx(server& started, const std::string& folder) {
  started.port = free_port();
  started.token = "token";
  const auto path = folder + "/nginx.conf";
  std::ofstream{path} << "daemon off; master_process off; pid " << folder << "/pid; error_log "
                      << folder << "/error.log; events { worker_connections 4096; } http { "
                      << "access_log off; keepalive_requests 1000000000; default_type "
                      << "application/json; client_body_temp_path " << folder
                      << "/body; proxy_temp_path " << folder << "/proxy; fastcgi_temp_path "
                      << folder << "/fastcgi; uwsgi_temp_path " << folder
                      << "/uwsgi; scgi_temp_path " << folder
                      << "/scgi; server { listen 127.0.0.1:" << started.port
                      << "; location / { return 200 '{\"response\":1}'; } } }";
  started.process = ::fork();
  if (started.process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto log = "error_log " + folder + "/error.log;";
    ::execlp("nginx", "nginx", "-c", path.c_str(), "-p", folder.c_str(), "-g", log.c_str(),
             nullptr);
    std::_Exit(EXIT_FAILURE);
  }
  for (int i = 0; i < 1000; ++i) {
    const int peer = connected(started.port);
    if (peer >= 0) {
      ::close(peer);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  throw std::runtime_error{"nginx did not start"};
}

// The requests in flight: one on each connection.
class load {
 public:
  load(const server& target, int requests, int in_flight) : target_{target}, requests_{requests} {
    events_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < in_flight; ++i) {
      const int peer = connected(target.port);
      if (peer < 0) fail("connect");
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = answers_.size();
      ::epoll_ctl(events_, EPOLL_CTL_ADD, peer, &event);
      answers_.push_back({peer, {}});
    }
  }
  load(const load&) = delete;
  load& operator=(const load&) = delete;
  ~load() {
    for (const auto& each : answers_) ::close(each.peer);
    ::close(events_);
  }

  void run() {
    for (auto& each : answers_) send_next(each.peer);
    std::array<epoll_event, 64> ready{};
    std::array<char, 16384> bytes{};
    while (done_ < requests_) {
      const int count = ::epoll_wait(events_, ready.data(), static_cast<int>(ready.size()), 30'000);
      if (count <= 0) throw std::runtime_error{"no answer"};
      for (int i = 0; i < count; ++i) {
        auto& each = answers_[ready[static_cast<std::size_t>(i)].data.u64];
        const auto got = ::recv(each.peer, bytes.data(), bytes.size(), 0);
        if (got <= 0) throw std::runtime_error{"a connection has ended"};
        each.text.append(bytes.data(), static_cast<std::size_t>(got));
        if (is_whole(each.text)) end(each);
      }
    }
  }

 private:
  struct connection {
    int peer = -1;
    std::string text;
  };

  static bool is_whole(std::string_view text) {
    constexpr std::string_view name = "Content-Length: ";
    const auto head = text.find("\r\n\r\n");
    if (head == std::string_view::npos) return false;
    std::size_t length = 0;
    const auto at = text.find(name) + name.size();
    std::from_chars(text.data() + at, text.data() + head, length);
    return text.size() >= head + 4 + length;
  }

  void end(connection& each) {
    if (each.text.find("{\"response\":") == std::string::npos)
      throw std::runtime_error{"a wrong answer: " + each.text};
    each.text.clear();
    ++done_;
    if (sent_ < requests_) send_next(each.peer);
  }

  void send_next(int peer) {
    ++sent_;
    const auto body = "access_token=" + target_.token +
                      "&v=5.199&peer_id=-1&random_id=" + std::to_string(sent_) +
                      "&message=Good+morning";
    const auto text =
        "POST /method/messages.send HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "User-Agent: bench\r\nAccept: */*\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    if (::send(peer, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
      fail("send");
  }

  const server& target_;
  int requests_;
  int events_ = -1;
  int sent_ = 0;
  int done_ = 0;
  std::vector<connection> answers_;
};

struct figures {
  double per_second = 0;
  double cpu_microseconds = 0;
};

figures measure(const server& target, int requests, int in_flight) {
  load{target, requests / 10, in_flight}.run();
  const auto before = target.cpu();
  const auto begun = steady::now();
  load{target, requests, in_flight}.run();
  const std::chrono::duration<double> span = steady::now() - begun;
  return {requests / span.count(), (target.cpu() - before) / requests * 1e6};
}

void print(const char* name, const figures& seen, const figures& reference) {
  std::printf("| %s | %.0f | %.2f | %.1f | %.2f |\n", name, seen.per_second,
              seen.per_second / reference.per_second, seen.cpu_microseconds,
              seen.cpu_microseconds / reference.cpu_microseconds);
}

void run(int requests, int in_flight, bool alone) {
  std::string folder = std::filesystem::temp_directory_path() / "vkxx-sends-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) fail("mkdtemp");
  std::printf(
      "| server | requests a second | ratio | CPU a request, us | ratio |\n"
      "|---|---:|---:|---:|---:|\n");
  figures reference{1, 1};
  if (!alone) {
    server nginx;
    start_nginx(nginx, folder);
    reference = measure(nginx, requests, in_flight);
    print("nginx, a constant answer", reference, reference);
  }
  {
    server emulator;
    start_emulator(emulator);
    print("emulator, messages.send", measure(emulator, requests, in_flight), reference);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const auto number = [&](int i, int standard) {
      return count > i ? std::stoi(arguments[i]) : standard;
    };
    run(number(1, 100'000), number(2, 32),
        count > 3 && std::string_view{arguments[3]} == "emulator");
    return EXIT_SUCCESS;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return EXIT_FAILURE;
  }
}
