// A sentinel that says what a test wants.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace vkxx::test {

// Listens on a port of its own.
class fake_sentinel {
 public:
  fake_sentinel();
  ~fake_sentinel();
  fake_sentinel(const fake_sentinel&) = delete;
  fake_sentinel& operator=(const fake_sentinel&) = delete;

  // What it answers from now on: the primary server at this host, port 6379, or these bytes. Empty:
  // nothing.
  void name(const std::string& host, std::uint64_t epoch);
  void say(std::string bytes);
  [[nodiscard]] std::string url() const;

 private:
  struct visit;
  void accept();
  void read(std::shared_ptr<visit> visitor);
  [[nodiscard]] std::string answer() const;

  mutable std::mutex mutex_;
  std::string answer_;
  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace vkxx::test
