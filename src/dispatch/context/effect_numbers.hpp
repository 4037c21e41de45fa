// Numbers of messages that are the same in each run of a handler.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <vkxx/client/request.hpp>

namespace vkxx::detail {

// Thread safety: safe to share.
class effect_numbers {
 public:
  explicit effect_numbers(std::string event_key) : event_key_{std::move(event_key)} {}

  // 1 to 2^31-1, from the key of the event, the receiver, all parameters, and how many equal calls
  // there were before.
  [[nodiscard]] std::int32_t next(const request& call);

 private:
  const std::string event_key_;
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;  // by digest
};

}  // namespace vkxx::detail
