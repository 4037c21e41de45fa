/// @file
/// Where a service reports each change of its world, so that it can be kept.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// Called under the lock of the world, before anybody can see the change.
class change_sink {
 public:
  change_sink() = default;
  change_sink(const change_sink&) = delete;
  change_sink& operator=(const change_sink&) = delete;
  virtual ~change_sink() = default;

  /// A change that `service` can make again from the record. A failure is the sink's to report.
  virtual void append(std::string_view record) noexcept = 0;
  /// A change whose record could not be made.
  virtual void lose() noexcept = 0;
  /// The world has changed in a way that has no record.
  /// @param snapshot of the world; its argument is the number of the log that continues it.
  virtual void replaced(const std::function<std::string(std::uint64_t log)>& snapshot) noexcept = 0;
};

}  // namespace vkxx::emulation::detail
