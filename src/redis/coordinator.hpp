// The Redis side of one process: the buckets of all its tokens.
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

namespace vkxx::redis::detail {

// This process' view of the bucket of one token.
struct bucket_state {
  explicit bucket_state(const std::string& name);
  // The keys of the permits, the queue, the processes, and the end of the settling time.
  std::vector<std::string> keys;
  std::atomic<std::size_t> processes{0};
  // Used by the thread only.
  time_point used{};
};

class coordinator {
 public:
  coordinator(endpoint redis, std::string prefix, duration timeout);

  // The loop of the thread; returns after `stop`.
  void run();
  void stop() { io_.stop(); }

  // May be called from any thread.
  [[nodiscard]] std::shared_ptr<bucket_state> bucket(const secret& token, std::string_view methods);
  void acquire(std::shared_ptr<bucket_state> bucket, const permit_request& request,
               shared_bucket::handler handler);
  void release(std::shared_ptr<bucket_state> bucket, const shared_permit& permit, duration lease);

 private:
  // On the thread only.
  void ask(const std::shared_ptr<bucket_state>& bucket, const permit_request& request,
           shared_bucket::handler handler);
  void evaluate(const char* command, const std::string& script,
                const std::shared_ptr<bucket_state>& bucket,
                const std::vector<std::string>& arguments, connection::handler handler);
  [[nodiscard]] result<permit_grant> read(const redisReply* answer, std::uint64_t first,
                                          bucket_state& bucket) const;
  void send_heartbeats();
  void schedule_heartbeats();

  std::string prefix_;
  std::string me_;
  std::string script_name_;
  std::uint64_t last_number_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<bucket_state>> buckets_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer heartbeat_;
  connection connection_;
};

}  // namespace vkxx::redis::detail
