// What one process says to Redis, and hears: the windows of all its tokens.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/shared_limit.hpp>
#include "redis/connection.hpp"

namespace vkxx::redis {

// One token's window, as far as this process knows it.
struct window_state {
  explicit window_state(const std::string& name);
  // Of the places, the line, the processes, and the end of the settling.
  std::vector<std::string> keys;
  std::atomic<std::size_t> processes{0};
  // Touched in the thread alone.
  time_point used{};
};

class meeting_place {
 public:
  meeting_place(address where, std::string prefix, duration timeout);

  // The thread: until `stop`.
  void run();
  void stop() { io_.stop(); }

  // From any thread.
  [[nodiscard]] std::shared_ptr<window_state> window(const secret& token, std::string_view methods);
  void take(std::shared_ptr<window_state> window, const places_wanted& wanted,
            shared_window::told handler);
  void settle(std::shared_ptr<window_state> window, const shared_place& place, duration held);

 private:
  // In the thread.
  void ask(const std::shared_ptr<window_state>& window, const places_wanted& wanted,
           shared_window::told handler);
  void evaluate(const char* how, const std::string& what,
                const std::shared_ptr<window_state>& window, const std::vector<std::string>& rest,
                connection::handler told);
  [[nodiscard]] result<places_given> read(const redisReply* answer, std::uint64_t first,
                                          window_state& window) const;
  void show_up();
  void keep_showing_up();

  std::string prefix_;
  std::string me_;
  std::string script_name_;
  std::uint64_t last_number_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<window_state>> windows_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer pulse_;
  connection connection_;
};

}  // namespace vkxx::redis
