#include "auth/tokens/refresh_worker.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "core/async/process_mark.hpp"

namespace vkxx::auth::detail {
namespace {

using namespace std::chrono_literals;

// How long work may take to end after it is cancelled or its time is up.
constexpr auto grace = 5s;

}  // namespace

// Shared between the worker and the thread, either of which may release it last.
class refresh_worker::loop final : public refresh_worker::run,
                                   public std::enable_shared_from_this<refresh_worker::loop> {
 public:
  void commit(duration limit) noexcept override {
    const std::lock_guard lock{mutex_};
    ends_by_ = std::chrono::steady_clock::now() + limit;
  }

  void begin(const refresh_worker::work& begun) {
    asio::co_spawn(context_, begun(*this),
                   asio::bind_cancellation_slot(stop_.slot(), [](std::exception_ptr) {}));
    thread_ = std::thread{[self = shared_from_this()] { self->work(); }};
  }

  // Must be called once.
  void end() noexcept {
    // The work itself may release the last owner of the source.
    const bool forked = !process_.is_here();
    if (forked || thread_.get_id() == std::this_thread::get_id()) return thread_.detach();
    // The event loop may have ended, and would then never run or release the handler.
    asio::post(context_, [alive = weak_from_this()] {
      const auto self = alive.lock();
      if (self && !self->limit()) self->stop_.emit(asio::cancellation_type::terminal);
    });
    if (!wait()) context_.stop();
    thread_.join();
  }

 private:
  void work() noexcept {
    try {
      context_.run();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the work ends here
    }
    const std::lock_guard lock{mutex_};
    done_ = true;
    ended_.notify_all();
  }

  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> limit() const {
    const std::lock_guard lock{mutex_};
    return ends_by_;
  }

  // Returns whether the work has ended.
  bool wait() {
    const auto begun = std::chrono::steady_clock::now();
    std::unique_lock lock{mutex_};
    while (!done_) {
      // The work may commit meanwhile.
      const auto until = ends_by_.value_or(begun) + grace;
      if (std::chrono::steady_clock::now() >= until) return false;
      ended_.wait_until(lock, until);
    }
    return true;
  }

  asio::io_context context_{1};
  asio::cancellation_signal stop_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  // Set once the work is committed.
  std::optional<std::chrono::steady_clock::time_point> ends_by_;
  const vkxx::detail::process_mark process_;
  std::thread thread_;
};

refresh_worker::refresh_worker() = default;

refresh_worker::~refresh_worker() {
  if (last_) last_->end();
}

void refresh_worker::start(const work& begun) {
  auto next = std::make_shared<loop>();
  next->begin(begun);
  std::shared_ptr<loop> before;
  {
    const std::lock_guard lock{mutex_};
    before = std::exchange(last_, std::move(next));
  }
  if (before) before->end();
}

}  // namespace vkxx::auth::detail
