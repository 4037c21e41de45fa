#include "emulator/saving/files/world_keeper.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include "emulator/saving/files/world_file.hpp"

namespace vkxx::emulation::detail {

world_keeper::world_keeper(service& answers, std::string path, std::chrono::milliseconds interval)
    : answers_{answers}, path_{std::move(path)}, interval_{interval} {
  if (path_.empty()) return;
  // A folder that is missing is found at the start.
  written_ = answers_.activity();
  text_ = answers_.snapshot();
  try {
    replace_world_file(path_, text_);
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

// Looks once in an interval: requests must not wait for a file, nor report each change.
void world_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    write();
    lock.lock();
  }
}

void world_keeper::write() {
  const auto activity = answers_.activity();
  if (activity == written_) return;
  std::string failed;
  try {
    auto text = answers_.snapshot();
    if (text != text_) replace_world_file(path_, text);
    text_ = std::move(text);
    written_ = activity;
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
