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

// Of the files beside, so that those who write at the same time do not meet.
constexpr std::string_view locked_suffix = ".whole";
constexpr std::string_view prepared_suffix = ".next";

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
  // What a killed run has left.
  for (const auto suffix : {new_world_file::usual_suffix, locked_suffix, prepared_suffix})
    std::remove((path_ + std::string{suffix}).c_str());
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

// Under the lock of the world. The log continues the new snapshot from the first change on.
void world_keeper::begin_world(std::uint64_t log, new_world_file& file, std::size_t bytes) {
  std::string failed;
  try {
    const std::lock_guard lock{files_mutex_};
    ++worlds_;
    if (const int code = log_.begin_again(log); code != 0)
      throw world_file_failure{"The world cannot be written to `" + path_ +
                               "`: " + std::strerror(code)};
    file.take_place();
    log_.remove_before(log);
  } catch (const std::exception& failure) {
    // Nothing continues the old snapshot, until a new one can be written.
    log_.lose();
    failed = failure.what();
  }
  note_world(std::move(failed), bytes);
}

void world_keeper::note_world(std::string failed, std::size_t bytes) noexcept {
  const std::lock_guard lock{facts_mutex_};
  if (failed.empty()) written_bytes_ = bytes;
  failure_ = std::move(failed);
}

// Requests wait while it is written: for the first world, and where `prepare` has failed.
void world_keeper::replaced(const std::function<std::string(std::uint64_t)>& snapshot) noexcept {
  try {
    try {
      const auto number = next_log(path_, log_.number());
      const auto text = snapshot(number);
      new_world_file file{path_, text, locked_suffix};
      begin_world(number, file, text.size());
      file.sync_folder();
    } catch (const std::exception& failure) {
      {
        const std::lock_guard lock{files_mutex_};
        ++worlds_;
      }
      log_.lose();
      note_world(failure.what(), 0);
    }
  } catch (const std::exception&) {
    // No memory to say more: the thread tries again, and reports its own failure.
    log_.lose();
  }
}

// The file of a world that is not there yet, and the log that continues it.
class world_keeper::prepared_world final : public change_sink::successor {
 public:
  prepared_world(world_keeper& keeper, const std::function<std::string(std::uint64_t)>& snapshot)
      : keeper_{keeper},
        turn_{keeper.preparing_},
        // Not the number after the current one, which would continue the world before.
        log_{next_log(keeper.path_, keeper.log_.number()) + 1},
        text_{snapshot(log_)},
        bytes_{text_.size()},
        file_{keeper.path_, text_, prepared_suffix} {
    text_ = {};
  }
  ~prepared_world() override {
    if (taken_) file_.sync_folder();
  }
  bool take_over() noexcept override {
    if (keeper_.log_.number() >= log_) return false;
    try {
      keeper_.begin_world(log_, file_, bytes_);
    } catch (const std::exception&) {
      return false;
    }
    return taken_ = true;
  }

 private:
  world_keeper& keeper_;
  const std::unique_lock<std::mutex> turn_;
  const std::uint64_t log_;
  std::string text_;
  const std::size_t bytes_;
  new_world_file file_;
  bool taken_ = false;
};

std::unique_ptr<change_sink::successor> world_keeper::prepare(
    const std::function<std::string(std::uint64_t)>& snapshot) noexcept {
  try {
    return std::make_unique<prepared_world>(*this, snapshot);
  } catch (const std::exception&) {
    return nullptr;
  }
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

// What was lost is in the new snapshot; until it is there, the old one lacks it.
void world_keeper::write_whole() {
  if (std::chrono::steady_clock::now() < next_snapshot_) return;
  std::uint64_t begun = 0;
  const auto give_up = [&] {
    log_.lose();
    // Nothing leads to it, and the next attempt begins another.
    if (begun != 0) std::remove(change_log_name(path_, begun).c_str());
  };
  try {
    if (!write_beside([&] { return begun = begin_log_again(); }).empty()) give_up();
  } catch (const std::exception&) {
    give_up();
    throw;
  }
  warn_of_size();
}

std::uint64_t world_keeper::begin_log_again() {
  // Not the number after the current one: that log has a hole.
  const auto number = next_log(path_, log_.number()) + 1;
  if (const int code = log_.begin_again(number); code != 0)
    throw world_file_failure{"The world cannot be written to `" + path_ +
                             "`: " + std::strerror(code)};
  return number;
}

bool world_keeper::is_log_long() {
  const auto bytes = log_.bytes();
  const std::lock_guard lock{facts_mutex_};
  return bytes > std::max<std::uint64_t>(limits_.log_bytes, written_bytes_) &&
         std::chrono::steady_clock::now() >= next_snapshot_;
}

// The old snapshot, its log and the new one are the world until the new snapshot is there.
void world_keeper::shorten_log() {
  write_beside([this] {
    // The next one: a run that finds the old snapshot reads one log after the other.
    const auto number = log_.number() + 1;
    return log_.turn_to(number) ? number : std::uint64_t{0};
  });
  warn_of_size();
}

// A snapshot with the log that continues it; 0 from the function: not now. Requests do not wait.
// Returns why it could not be written.
std::string world_keeper::write_beside(const std::function<std::uint64_t()>& next_number) {
  std::uint64_t number = 0;
  std::uint64_t world = 0;
  std::string failed;
  std::size_t bytes = 0;
  const auto begun = std::chrono::steady_clock::now();
  try {
    const auto text = answers_.snapshot([&] {
      world = worlds_;
      return number = next_number();
    });
    next_snapshot_ = std::chrono::steady_clock::now() +
                     pause_after(limits_.interval, std::chrono::steady_clock::now() - begun);
    if (number == 0) return {};
    bytes = text.size();
    new_world_file file{path_, text};
    {
      const std::lock_guard lock{files_mutex_};
      // Another world has replaced this one meanwhile: its snapshot is there already.
      if (worlds_ != world) return {};
      file.take_place();
      log_.remove_before(number);
    }
    file.sync_folder();
  } catch (const world_file_failure& failure) {
    failed = failure.what();
  }
  note_world(failed, bytes);
  return failed;
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
