// How long handlers take.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <vkxx/client/metrics.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// By type of update and route. Thread safety: safe to share.
class handler_times {
 public:
  using table = std::map<std::pair<std::string, std::string>, latency_histogram>;

  // More than 200 pairs count as `other`: types are VK's texts.
  void add(std::string_view type, std::string_view route, duration time);
  [[nodiscard]] table seen() const;

 private:
  mutable std::mutex mutex_;
  table times_;
};

}  // namespace vkxx::detail
