// A primary server of Redis with a replica, and a sentinel that watches them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/redis.hpp>
#include "integration/redis/redis_server.hpp"

namespace vkxx::test {

// Two servers with addresses that nobody else on this machine uses: such of the loopback network
// as follow from the number of this process.
class redis_pair {
 public:
  static constexpr std::size_t size = 2;
  static constexpr auto password = "inside";

  // The second is a replica of the first.
  redis_pair();

  [[nodiscard]] static std::string host(std::size_t server);
  [[nodiscard]] const redis_server& operator[](std::size_t server) const {
    return *servers_.at(server);
  }
  [[nodiscard]] redis_server& operator[](std::size_t server) { return *servers_.at(server); }
  // What redis-cli prints.
  std::string command(std::size_t server, std::vector<std::string> words) const;
  // Waits until the replica has what the primary server has. Throws after 40 s.
  void wait_for_replica() const;

 private:
  std::array<std::unique_ptr<redis_server>, size> servers_;
};

class sentinel_group {
 public:
  // After how long without an answer a server counts as down.
  explicit sentinel_group(std::chrono::milliseconds down_after);

  // Of the primary server, by a list of which the first sentinel is never there.
  [[nodiscard]] redis::options options() const;
  [[nodiscard]] std::string sentinel_url() const;
  // Which of both servers the sentinel names.
  [[nodiscard]] std::size_t primary() const;
  // Ends when the sentinel names the other server. Throws after 60 s, as the next one.
  void fail_over();
  void wait_for_other_than(std::size_t server) const;
  // Until there is a replica to which one could fail over.
  void wait_for_replica() const;

  redis_pair servers;

 private:
  std::string command(const std::vector<std::string>& words) const;

  http::test::temporary_folder folder_;
  std::unique_ptr<http::test::child_process> sentinel_;
};

}  // namespace vkxx::test
