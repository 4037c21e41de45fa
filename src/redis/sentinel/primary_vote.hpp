// Decides which server the answers of several sentinels mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vkxx::redis::detail {

// The primary server as one sentinel knows it.
struct known_primary {
  std::string host;
  std::uint16_t port = 0;
  // Of the sentinels' configuration: each failover has a higher one.
  std::uint64_t epoch = 0;

  friend bool operator==(const known_primary&, const known_primary&) = default;
};

class primary_vote {
 public:
  explicit primary_vote(std::size_t sentinels) : answers_(sentinels), problems_(sentinels) {}

  // Only the first word of each sentinel counts.
  void answered(std::size_t sentinel, known_primary primary);
  void failed(std::size_t sentinel, std::string why);

  // Whether there is nothing to wait for: all have spoken, or more than half of them say what is
  // chosen.
  [[nodiscard]] bool is_decided() const;
  // The newest of the answers; of equally new ones that which most have given. A sentinel that was
  // cut off from the others knows an older one.
  [[nodiscard]] std::optional<known_primary> chosen() const;
  // Why there is none, one after the other.
  [[nodiscard]] std::string problems() const;

 private:
  [[nodiscard]] bool has_spoken(std::size_t sentinel) const;
  [[nodiscard]] std::size_t votes_for(const known_primary& primary) const;

  std::vector<std::optional<known_primary>> answers_;
  std::vector<std::string> problems_;
};

}  // namespace vkxx::redis::detail
