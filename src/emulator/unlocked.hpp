/// @file
/// Releases a lock for a scope.
#pragma once

#include <mutex>

namespace vkxx::emulation::detail {

/// Releases the lock for its lifetime.
class unlocked {
 public:
  explicit unlocked(std::unique_lock<std::mutex>& lock) : lock_{lock} { lock_.unlock(); }
  unlocked(const unlocked&) = delete;
  unlocked& operator=(const unlocked&) = delete;
  ~unlocked() { lock_.lock(); }

 private:
  std::unique_lock<std::mutex>& lock_;
};

/// Holds the lock again, inside an `unlocked`, for its lifetime.
class locked_again {
 public:
  explicit locked_again(std::unique_lock<std::mutex>& lock) : lock_{lock} { lock_.lock(); }
  locked_again(const locked_again&) = delete;
  locked_again& operator=(const locked_again&) = delete;
  ~locked_again() { lock_.unlock(); }

 private:
  std::unique_lock<std::mutex>& lock_;
};

}  // namespace vkxx::emulation::detail
