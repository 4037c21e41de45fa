/// @file
/// Where a service reports each change of its world, so that it can be kept.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
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
  /// A world that is about to replace the current one. Destroyed without the lock, in the thread
  /// that has made it.
  class successor {
   public:
    successor() = default;
    successor(const successor&) = delete;
    successor& operator=(const successor&) = delete;
    virtual ~successor() = default;
    /// Under the lock: it is the world from now on. False: it cannot be any more, `replaced` can.
    [[nodiscard]] virtual bool take_over() noexcept = 0;
  };
  /// Without the lock, unlike the others: what takes long. Null: it cannot be prepared.
  /// @param snapshot of the successor, as in `replaced`.
  [[nodiscard]] virtual std::unique_ptr<successor> prepare(
      const std::function<std::string(std::uint64_t log)>& snapshot) noexcept = 0;
  /// The world has changed in a way that has no record.
  /// @param snapshot of the world; its argument is the number of the log that continues it.
  virtual void replaced(const std::function<std::string(std::uint64_t log)>& snapshot) noexcept = 0;
};

}  // namespace vkxx::emulation::detail
