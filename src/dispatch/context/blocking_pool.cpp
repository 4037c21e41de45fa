#include "dispatch/context/blocking_pool.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "core/async/parked_handler.hpp"

namespace vkxx::detail {
namespace {

using blocking_handler = parked_handler<std::exception_ptr>;

std::exception_ptr blocking_cancelled() {
  return std::make_exception_ptr(boost::system::system_error{asio::error::operation_aborted});
}

// Whether a function may begin, runs, or has ended.
class blocking_turn {
 public:
  // Whether it may begin.
  [[nodiscard]] bool begin() {
    const std::lock_guard lock{mutex_};
    if (phase_ != phase::waits) return false;
    phase_ = phase::runs;
    return true;
  }
  void end() {
    {
      const std::lock_guard lock{mutex_};
      phase_ = phase::over;
    }
    ended_.notify_all();
  }
  // Whether it will never begin.
  [[nodiscard]] bool cancel() {
    const std::lock_guard lock{mutex_};
    if (phase_ == phase::waits) phase_ = phase::over;
    return phase_ == phase::over;
  }
  void wait() {
    std::unique_lock lock{mutex_};
    ended_.wait(lock, [this] { return phase_ == phase::over; });
  }

 private:
  enum class phase { waits, runs, over };
  std::mutex mutex_;
  std::condition_variable ended_;
  phase phase_ = phase::waits;
};

// What the function refers to goes after this.
class blocking_guard {
 public:
  explicit blocking_guard(std::shared_ptr<blocking_turn> turn) : turn_{std::move(turn)} {}
  blocking_guard(const blocking_guard&) = delete;
  blocking_guard& operator=(const blocking_guard&) = delete;
  ~blocking_guard() {
    if (!turn_->cancel()) turn_->wait();
  }

 private:
  std::shared_ptr<blocking_turn> turn_;
};

void run_task(const std::function<void()>& work, blocking_turn& turn, blocking_handler parked) {
  if (!turn.begin()) return;
  std::exception_ptr failure;
  try {
    work();
  } catch (...) {
    failure = std::current_exception();
  }
  turn.end();
  parked.complete(failure);
}

}  // namespace

blocking_pool::~blocking_pool() {
  close();
}

void blocking_pool::close() {
  std::unique_ptr<asio::thread_pool> pool;
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    pool = std::move(pool_);
  }
  if (!pool) return;
  pool->stop();
  pool->join();
}

bool blocking_pool::post(std::function<void()> work) {
  const std::lock_guard lock{mutex_};
  if (closed_) return false;
  if (!pool_) pool_ = std::make_unique<asio::thread_pool>(threads_);
  asio::post(*pool_, std::move(work));
  return true;
}

asio::awaitable<void> blocking_pool::run(std::shared_ptr<blocking_pool> self,
                                         std::function<void()> work) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  const auto executor = co_await asio::this_coro::executor;
  const auto turn = std::make_shared<blocking_turn>();
  const blocking_guard guard{turn};
  auto initiation = [&self, &work, &executor, &turn](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    blocking_handler parked{executor, std::move(handler)};
    if (slot.is_connected()) {
      slot.assign([parked, turn](asio::cancellation_type) mutable {
        if (turn->cancel()) parked.complete(blocking_cancelled());
      });
    }
    std::function<void()> task = [work = std::move(work), turn, parked] {
      run_task(work, *turn, parked);
    };
    if (!self->post(std::move(task))) parked.complete(blocking_cancelled());
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(
      initiation, asio::use_awaitable);
}

}  // namespace vkxx::detail
