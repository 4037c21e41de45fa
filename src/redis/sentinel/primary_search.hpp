// Asks sentinels for the address of the primary server.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/core/clock.hpp>
#include "redis/link.hpp"
#include "redis/sentinel/primary_vote.hpp"

namespace vkxx::redis::detail {

// The sentinels, and the name by which they know the primary server.
struct sentinel_set {
  std::string primary;
  std::vector<endpoint> sentinels;
};

// Used on the thread of its io_context only, and only once. After `cancel` it calls nobody.
class primary_search : public std::enable_shared_from_this<primary_search> {
 public:
  // Called once: the server, or why none is known. Must not throw.
  using handler = std::function<void(const std::optional<known_primary>&, const std::string& why)>;

  primary_search(boost::asio::io_context& io, std::shared_ptr<const sentinel_set> set,
                 handler found);
  ~primary_search() { cancel(); }
  primary_search(const primary_search&) = delete;
  primary_search& operator=(const primary_search&) = delete;

  // Takes no longer than `limit`.
  void start(duration limit);
  void cancel() noexcept;

 private:
  void ask(std::size_t sentinel);
  void answered(std::size_t sentinel, const redisReply& answer);
  void failed(std::size_t sentinel, const std::string& why);
  void decide(bool last);

  boost::asio::io_context& io_;
  std::shared_ptr<const sentinel_set> set_;
  handler found_;
  primary_vote vote_;
  std::vector<std::shared_ptr<link>> links_;
  // Answers to AUTH that are still to come.
  std::vector<std::size_t> greetings_;
  boost::asio::steady_timer limit_;
  bool ended_ = false;
};

// The server that a sentinel's answer to `SENTINEL MASTER` names; nothing: it is no such answer.
[[nodiscard]] std::optional<known_primary> read_primary(const redisReply& answer);

}  // namespace vkxx::redis::detail
