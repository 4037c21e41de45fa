#include "auth/tokens/save_timer.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <thread>
#include <utility>

#include "core/async/process_mark.hpp"

namespace vkxx::auth::detail {

// Shared between the timer and the thread, either of which may release it last.
class save_timer::loop final : public std::enable_shared_from_this<save_timer::loop> {
 public:
  void begin(time_point moment, attempt next) {
    thread_ = std::thread{
        [self = shared_from_this(), moment, next = std::move(next)] { self->work(moment, next); }};
  }

  [[nodiscard]] bool done() const {
    const std::lock_guard lock{mutex_};
    return done_;
  }

  // Must be called once.
  void end() noexcept {
    // An attempt may release the last owner of the object it works for.
    const bool forked = !process_.is_here();
    if (forked || thread_.get_id() == std::this_thread::get_id()) {
      if (!forked) stop();
      return thread_.detach();
    }
    stop();
    thread_.join();
  }

 private:
  void stop() noexcept {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    changed_.notify_all();
  }

  void work(time_point moment, const attempt& next) noexcept {
    for (std::optional<time_point> at = moment; at; at = next()) {
      std::unique_lock lock{mutex_};
      if (changed_.wait_until(lock, *at, [this] { return stopped_; })) break;
    }
    const std::lock_guard lock{mutex_};
    done_ = true;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  bool done_ = false;
  const vkxx::detail::process_mark process_;
  std::thread thread_;
};

save_timer::save_timer() = default;

save_timer::~save_timer() {
  if (loop_) loop_->end();
}

void save_timer::start(time_point moment, attempt next) noexcept {
  const std::lock_guard lock{mutex_};
  if (loop_ && !loop_->done()) return;
  try {
    if (auto before = std::exchange(loop_, nullptr)) before->end();
    auto created = std::make_shared<loop>();
    created->begin(moment, std::move(next));
    loop_ = std::move(created);
  } catch (...) {  // NOLINT(bugprone-empty-catch): calls offer it as well
  }
}

}  // namespace vkxx::auth::detail
