// A connection to a Redis server that is reopened when lost.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include "redis/address.hpp"
#include "redis/link.hpp"
#include "redis/sentinel/primary_search.hpp"

struct redisReply;

namespace vkxx::redis::detail {

// What a connection reports. They must not throw.
struct connection_events {
  // A connection is established.
  std::function<void()> ready;
  // It is lost; then the handlers of pending commands are called. Empty: nobody listens.
  std::function<void()> lost;
  // A message of a channel. Empty: the connection subscribes to none.
  std::function<void(const redisReply&)> message;
};

// Used on the thread of its io_context only.
class connection {
 public:
  // The answer, which may be an error of Redis; null: there will be none. Must not throw.
  using handler = std::function<void(const redisReply*)>;

  connection(boost::asio::io_context& io, endpoint where, duration timeout,
             connection_events events);
  ~connection() { close(); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void open();
  // Closes it permanently.
  void close() noexcept;
  // Handlers are called in the order of the commands, or at once without a connection. Commands
  // are held until the connection is established.
  void send(const std::vector<std::string>& command, handler told);
  // Gives the connection up, and opens another one after a pause.
  void drop(const std::string& why);
  // The same, after the longest pause: the server answers, and cannot be used.
  void refuse(const std::string& why);
  // Asks the sentinels, if there are any, whether the server is still the primary one; gives the
  // connection up if they know a newer one.
  void confirm();
  // Why the last command got no answer.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

 private:
  void bind();
  void search();
  void found(const std::optional<known_primary>& primary, const std::string& why);
  void check_role(const redisReply* answer);
  void check_error(const redisReply& answer);
  void greet();
  void greeted(const redisReply* answer);
  void answered(const redisReply& answer);
  void watch_time();
  void lost(const std::string& why);
  void fail_all();

  boost::asio::io_context& io_;
  endpoint where_;
  duration timeout_;
  connection_events events_;
  std::shared_ptr<link> link_;
  std::shared_ptr<primary_search> search_;
  // The server of this connection as the sentinels know it.
  known_primary primary_;
  struct pending {
    handler told;
    std::chrono::steady_clock::time_point due;
  };
  std::deque<pending> pending_;
  boost::asio::steady_timer deadline_timer_;
  boost::asio::steady_timer again_;
  bool timing_ = false;
  bool closed_ = false;
  duration pause_;
  std::string fault_ = "no connection yet";
};

// Of a string or status; empty: it is none.
[[nodiscard]] std::string_view text_in(const redisReply& reply);
// What a user or password is sent with.
[[nodiscard]] std::vector<std::string> auth_command(const address& server);
// The first word of a Redis error, which names its kind; the rest may repeat the command.
[[nodiscard]] std::string kind_of_error(const redisReply& answer);

}  // namespace vkxx::redis::detail
