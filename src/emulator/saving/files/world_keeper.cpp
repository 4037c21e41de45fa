#include "emulator/saving/files/world_keeper.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "emulator/saving/files/world_file.hpp"

namespace vkxx::emulation::detail {

std::chrono::milliseconds pause_after(std::chrono::milliseconds interval,
                                      std::chrono::nanoseconds span) noexcept {
  return std::max(interval, std::chrono::ceil<std::chrono::milliseconds>(span * 19));
}

world_keeper::world_keeper(service& answers, std::string path, std::chrono::milliseconds interval,
                           std::size_t warned_bytes)
    : answers_{answers},
      path_{std::move(path)},
      interval_{interval},
      warned_bytes_{warned_bytes},
      pause_{interval} {
  if (path_.empty()) return;
  // A folder that is missing is found at the start.
  written_ = answers_.activity();
  text_ = timed_snapshot();
  try {
    replace_world_file(path_, text_);
    warn_of_size();
  } catch (const world_file_failure& failure) {
    throw std::invalid_argument{failure.what()};
  }
  thread_ = std::thread{[this] { run(); }};
}

void world_keeper::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  // Nothing is tried after it: the last failure is reported although it was before.
  failure_.clear();
  write();
}

// Looks once in a pause: requests must not wait for a file, nor report each change.
void world_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, pause_, [this] { return stopping_; })) {
    lock.unlock();
    write();
    lock.lock();
  }
}

// The world is locked meanwhile.
std::string world_keeper::timed_snapshot() {
  const auto begun = std::chrono::steady_clock::now();
  auto text = answers_.snapshot();
  pause_ = pause_after(interval_, std::chrono::steady_clock::now() - begun);
  return text;
}

void world_keeper::warn_of_size() {
  if (text_.size() <= warned_bytes_ || std::exchange(warned_, true)) return;
  answers_.report(log_level::warning,
                  "The world in `" + path_ + "` has " + std::to_string(text_.size()) +
                      " bytes. Above " + std::to_string(largest_snapshot) +
                      " it is no longer written, because no emulator would read it: a smaller "
                      "message limit keeps it small.");
}

void world_keeper::write() {
  const auto activity = answers_.activity();
  if (activity == written_) return;
  std::string failed;
  try {
    auto text = timed_snapshot();
    if (text != text_) replace_world_file(path_, text);
    text_ = std::move(text);
    written_ = activity;
    warn_of_size();
  } catch (const world_file_failure& failure) {
    failed = failure.what();
  } catch (const std::exception& failure) {
    failed = "The world cannot be written to `" + path_ + "`: " + failure.what();
  }
  // A disk stays full for a while: each attempt would say the same.
  if (!failed.empty() && failed != failure_) answers_.report(log_level::warning, failed);
  failure_ = std::move(failed);
}

}  // namespace vkxx::emulation::detail
