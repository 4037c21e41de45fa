// A connection to a Redis server that is reopened when lost: hiredis on asio.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/core/clock.hpp>
#include "redis/address.hpp"

struct redisAsyncContext;
struct redisReply;

namespace vkxx::redis::detail {

class socket_watch;

// Used on the thread of its io_context only.
class connection {
 public:
  // The answer, which may be an error of Redis; null: there will be none. Must not throw.
  using handler = std::function<void(const redisReply*)>;

  // `ready` is called whenever a connection is established.
  connection(boost::asio::io_context& io, address where, duration timeout,
             std::function<void()> ready);
  ~connection() { close(); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void open();
  // Closes it permanently.
  void close() noexcept;
  // Handlers are called in the order of the commands, or at once without a connection.
  void send(const std::vector<std::string>& command, handler told);
  // Why the last command got no answer.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

 private:
  struct hooks;

  void bind();
  void greet();
  void greeted(const redisReply* answer);
  void answered(const redisReply* answer);
  void watch_time();
  void drop(std::string why);
  void note_fault();
  void lost() noexcept;

  boost::asio::io_context& io_;
  address where_;
  duration timeout_;
  std::function<void()> ready_;
  redisAsyncContext* context_ = nullptr;
  std::shared_ptr<socket_watch> watch_;
  // The deadlines of the pending commands.
  std::deque<std::chrono::steady_clock::time_point> due_;
  boost::asio::steady_timer deadline_timer_;
  boost::asio::steady_timer again_;
  bool timing_ = false;
  bool closed_ = false;
  duration pause_;
  std::string fault_ = "no connection yet";
};

// The first word of a Redis error, which names its kind; the rest may repeat the command.
[[nodiscard]] std::string kind_of_error(const redisReply& answer);

}  // namespace vkxx::redis::detail
