// What one run of a handler has sent: numbers of messages that are the same in each run, and who
// takes none.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <vkxx/client/request.hpp>
#include <vkxx/core/ids.hpp>

namespace vkxx::detail {

// Thread safety: safe to share.
class effect_numbers {
 public:
  explicit effect_numbers(std::string event_key) : event_key_{std::move(event_key)} {}

  // 1 to 2^31-1, from the key of the event, the receiver, all parameters, and how many equal calls
  // there were before.
  [[nodiscard]] std::int32_t next(const request& call);
  // Peers to which VK took no message in this run, for a reason that a retry does not change.
  void refuse(peer_id peer);
  [[nodiscard]] bool refuses(peer_id peer);

 private:
  const std::string event_key_;
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;  // by digest
  std::set<peer_id> refused_;
};

}  // namespace vkxx::detail
