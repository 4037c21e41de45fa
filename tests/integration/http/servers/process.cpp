#include "integration/http/servers/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace vkxx::http::test {

namespace asio = boost::asio;
using asio::ip::tcp;

temporary_folder::temporary_folder() {
  auto name = (std::filesystem::temp_directory_path() / "vkxx-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
  folder_ = name;
  // Servers that give up root's rights must reach what is in it.
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string temporary_folder::path(std::string_view name) const {
  return (folder_ / name).string();
}

void temporary_folder::write(std::string_view name, std::string_view text) const {
  std::ofstream{path(name)} << text;
}

child_process::child_process(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  const auto failure =
      posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error{command.front() + " cannot be started"};
}

child_process::~child_process() {
  if (pid_ == -1) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int child_process::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void run_program(const std::vector<std::string>& command) {
  const temporary_folder folder;
  child_process program{command, folder.path("log")};
  if (program.wait() == 0) return;
  std::ifstream log{folder.path("log")};
  throw std::runtime_error{command.front() +
                           " failed: " + std::string{std::istreambuf_iterator<char>{log}, {}}};
}

std::uint16_t free_port() {
  asio::io_context context;
  const tcp::acceptor briefly{context, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  return briefly.local_endpoint().port();
}

void wait_for_listener(std::uint16_t port) {
  asio::io_context context;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (std::chrono::steady_clock::now() < end) {
    tcp::socket socket{context};
    boost::system::error_code failure;
    socket.connect({asio::ip::address_v4::loopback(), port}, failure);
    if (!failure) return;
    std::this_thread::yield();
  }
  throw std::runtime_error{"nobody listens on port " + std::to_string(port)};
}

std::string required_program(std::string_view name) {
  for (const std::string_view folder :
       {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    auto path = std::string{folder} + std::string{name};
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  throw std::runtime_error{std::string{name} +
                           " is not installed: scripts/dependencies.sh test installs what the "
                           "tests need"};
}

}  // namespace vkxx::http::test
