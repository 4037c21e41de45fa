#include "state/sqlite/sqlite_worker.hpp"

namespace vkxx::detail {
namespace {

// Large enough that the disk's share of a unit is small, small enough that the first does not wait
// long for the last.
constexpr std::size_t largest_group = 256;

}  // namespace

sqlite_worker::sqlite_worker(std::unique_ptr<sqlite_engine> engine, duration group_time)
    : engine_{std::move(engine)}, group_time_{group_time}, thread_{[this] { work(); }} {}

sqlite_worker::~sqlite_worker() {
  if (!process_.is_here()) {
    // Neither the thread nor the lock of the file is there. SQLite forbids closing it here.
    thread_.detach();
    static_cast<void>(engine_.release());
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

asio::awaitable<result<commit_receipt>> sqlite_worker::commit(std::shared_ptr<sqlite_worker> self,
                                                              state_unit unit) {
  auto start = [self = std::move(self), unit = std::move(unit)](receipt_handler parked) mutable {
    const auto worker = std::move(self);
    if (!worker->process_.is_here()) return parked.complete(opened_before_fork());
    worker->push(job{commit_job{std::move(unit), std::move(parked)}, {}});
  };
  return submit<commit_receipt>(std::move(start));
}

void sqlite_worker::push(job added) {
  bool wakes = true;
  {
    const std::lock_guard lock{mutex_};
    if (!added.commit) ++others_;
    jobs_.push_back(std::move(added));
    // The thread that collects a group is not woken by each commit.
    wakes = !collecting_ || whole_group();
  }
  if (wakes) changed_.notify_all();
}

bool sqlite_worker::whole_group() const noexcept {
  return closing_ || others_ > 0 || jobs_.size() >= largest_group;
}

// Several commits, or one other operation. False: there is nothing, and never will be.
bool sqlite_worker::take_jobs(std::vector<job>& jobs) {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
  if (jobs_.empty()) return false;
  if (busy_times_) {
    collecting_ = true;
    changed_.wait_for(lock, group_time_, [this] { return whole_group(); });
    collecting_ = false;
  }
  do {
    if (!jobs_.front().commit) --others_;
    jobs.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  } while (jobs.back().commit && !jobs_.empty() && jobs_.front().commit &&
           jobs.size() < largest_group);
  return true;
}

void sqlite_worker::work() {
  std::vector<job> jobs;
  while (take_jobs(jobs)) {
    if (jobs.front().commit) {
      busy_times_ = jobs.size() > 1;
      do_commits(jobs);
    } else {
      jobs.front().other(*engine_);
    }
    jobs.clear();
  }
}

void sqlite_worker::do_commits(std::vector<job>& jobs) {
  std::vector<state_unit> units;
  units.reserve(jobs.size());
  for (auto& waiting : jobs) units.push_back(std::move(waiting.commit->unit));
  auto outcomes = engine_->commit(std::move(units));
  for (std::size_t index = 0; index < jobs.size(); ++index) {
    jobs[index].commit->parked.complete(std::move(outcomes[index]));
  }
}

}  // namespace vkxx::detail
