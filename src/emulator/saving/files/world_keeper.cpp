#include "emulator/saving/files/world_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>

#include "emulator/saving/files/world_file.hpp"

namespace vkxx::emulation::detail {
namespace {

// Logs of earlier runs have other numbers, whatever has become of them.
std::uint64_t next_log(const std::string& path, std::uint64_t current) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  auto number = std::max(current, static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0)));
  const auto logs = change_logs_of(path);
  if (!logs.empty()) number = std::max(number, logs.rbegin()->first);
  return number + 1;
}

}  // namespace

std::chrono::milliseconds pause_after(std::chrono::milliseconds interval,
                                      std::chrono::nanoseconds span) noexcept {
  return std::max(interval, std::chrono::ceil<std::chrono::milliseconds>(span * 19));
}

world_keeper::world_keeper(service& answers, std::string path, const keeper_limits& limits)
    : answers_{answers}, path_{std::move(path)}, limits_{limits}, log_{path_} {
  if (path_.empty()) return;
  answers_.begin_keeping(*this);
  // A folder that is missing is found at the start.
  if (!failure_.empty()) {
    answers_.end_keeping();
    if (log_.number() != 0) std::remove(change_log_name(path_, log_.number()).c_str());
    throw std::invalid_argument{failure_};
  }
  warn_of_size();
  thread_ = std::thread{[this] { run(); }};
}

// The log continues the new snapshot from the first change on; if the snapshot cannot be written,
// nothing continues the old one, until it can be.
void world_keeper::replaced(const std::function<std::string(std::uint64_t)>& snapshot) noexcept {
  std::string failed;
  std::size_t bytes = 0;
  try {
    const auto number = next_log(path_, log_.number());
    const auto text = snapshot(number);
    bytes = text.size();
    if (const int code = log_.begin_again(number); code != 0)
      throw world_file_failure{"The world cannot be written to `" + path_ +
                               "`: " + std::strerror(code)};
    replace_world_file(path_, text);
    log_.remove_before(number);
  } catch (const std::exception& failure) {
    log_.lose();
    try {
      failed = failure.what();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // No memory to say more: the thread tries again, and reports its own failure.
    }
  }
  const std::lock_guard lock{facts_mutex_};
  if (failed.empty()) written_bytes_ = bytes;
  failure_ = std::move(failed);
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
  reported_.clear();
  write_last();
}

void world_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, limits_.interval, [this] { return stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void world_keeper::look() {
  try {
    log_.retry();
    if (log_.lost()) {
      write_whole();
    } else if (log_.failure().empty()) {
      log_.sync();
      if (is_log_long()) shorten_log();
    }
    std::string failure;
    {
      const std::lock_guard lock{facts_mutex_};
      failure = failure_;
    }
    if (failure.empty()) failure = log_.failure();
    note_failure(std::move(failure));
  } catch (const std::exception& failure) {
    note_failure("The world cannot be written to `" + path_ + "`: " + failure.what());
  }
}

// The world is locked meanwhile.
void world_keeper::write_whole() {
  const auto begun = std::chrono::steady_clock::now();
  if (begun < next_snapshot_) return;
  answers_.keep_whole();
  const auto ended = std::chrono::steady_clock::now();
  next_snapshot_ = ended + pause_after(limits_.interval, ended - begun);
  warn_of_size();
}

bool world_keeper::is_log_long() {
  const auto bytes = log_.bytes();
  const std::lock_guard lock{facts_mutex_};
  return bytes > std::max<std::uint64_t>(limits_.log_bytes, written_bytes_) &&
         std::chrono::steady_clock::now() >= next_snapshot_;
}

// The old snapshot, its log and the new one are the world until the new snapshot is there.
void world_keeper::shorten_log() {
  std::uint64_t number = 0;
  const auto begun = std::chrono::steady_clock::now();
  bool turned = false;
  std::string failed;
  std::size_t bytes = 0;
  try {
    const auto text = answers_.snapshot([&] {
      // The next one: a run that finds the old snapshot reads one log after the other.
      number = log_.number() + 1;
      turned = log_.turn_to(number);
      return turned ? number : std::uint64_t{0};
    });
    next_snapshot_ = std::chrono::steady_clock::now() +
                     pause_after(limits_.interval, std::chrono::steady_clock::now() - begun);
    if (!turned) return;
    bytes = text.size();
    replace_world_file(path_, text);
    log_.remove_before(number);
  } catch (const world_file_failure& failure) {
    failed = failure.what();
  }
  {
    const std::lock_guard lock{facts_mutex_};
    failure_ = failed;
    if (failed.empty()) written_bytes_ = bytes;
  }
  warn_of_size();
}

// The file alone is the whole world then. If it cannot be written, the old one and its log are.
void world_keeper::write_last() {
  std::string failed;
  try {
    const auto text = answers_.snapshot([] { return std::uint64_t{0}; });
    answers_.end_keeping();
    log_.retry();
    replace_world_file(path_, text);
    log_.remove_all();
    const std::lock_guard lock{facts_mutex_};
    written_bytes_ = text.size();
  } catch (const world_file_failure& failure) {
    failed = failure.what();
  } catch (const std::exception& failure) {
    failed = "The world cannot be written to `" + path_ + "`: " + failure.what();
  }
  answers_.end_keeping();
  if (failed.empty())
    warn_of_size();
  else
    note_failure(std::move(failed));
}

void world_keeper::note_failure(std::string failure) {
  // A disk stays full for a while: each attempt would say the same.
  if (failure == reported_) return;
  if (failure.empty())
    answers_.report(log_level::warning,
                    "The world is written to `" + path_ + "` again; nothing is missing.");
  else
    answers_.report(log_level::warning, failure);
  reported_ = std::move(failure);
}

void world_keeper::warn_of_size() {
  std::size_t bytes = 0;
  {
    const std::lock_guard lock{facts_mutex_};
    bytes = written_bytes_;
  }
  if (bytes <= limits_.warned_bytes || std::exchange(warned_, true)) return;
  answers_.report(log_level::warning,
                  "The world in `" + path_ + "` has " + std::to_string(bytes) + " bytes. Above " +
                      std::to_string(largest_snapshot) +
                      " it is no longer written, because no emulator would read it: a smaller "
                      "message limit keeps it small.");
}

}  // namespace vkxx::emulation::detail
