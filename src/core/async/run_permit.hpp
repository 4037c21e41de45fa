// Whether a handler may still act.
#pragma once

#include <optional>

#include <vkxx/core/error.hpp>

namespace vkxx::detail {

// Thread safety: safe to share.
class run_permit {
 public:
  run_permit() = default;
  run_permit(const run_permit&) = delete;
  run_permit& operator=(const run_permit&) = delete;
  virtual ~run_permit() = default;

  // Why it may not: another process, or another dispatcher, may be handling its update by now.
  [[nodiscard]] virtual std::optional<error> obstacle() const = 0;
};

}  // namespace vkxx::detail
