// A completion handler that waits for somebody to complete it later.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include <vkxx/core/clock.hpp>

namespace vkxx {

// The handlers that wait in one execution context. When the context dies they die with it, as those
// of asio's own operations do. A handler owns its coroutine, and that often owns the place where
// the handler waits: without this, such a ring would never be freed.
class parked_handlers final : public asio::execution_context::service {
 public:
  class node {
   public:
    node() = default;
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    virtual ~node() = default;
    virtual void abandon() noexcept = 0;
  };

  static inline asio::execution_context::id id;

  explicit parked_handlers(asio::execution_context& context) : service{context} {}

  void add(std::shared_ptr<node> parked) {
    const std::lock_guard lock{mutex_};
    parked_.insert(std::move(parked));
  }
  void remove(const std::shared_ptr<node>& parked) noexcept {
    const std::lock_guard lock{mutex_};
    parked_.erase(parked);
  }

 private:
  void shutdown() noexcept override {
    std::set<std::shared_ptr<node>> left;
    {
      const std::lock_guard lock{mutex_};
      left.swap(parked_);
    }
    for (const auto& one : left) one->abandon();
  }

  std::mutex mutex_;
  std::set<std::shared_ptr<node>> parked_;
};

// Keeps the handler's execution context running while it waits, and completes it by a post, never
// inline: on the executor that the handler is bound to, else on the one given.
//
// Thread safety: safe to share.
template <class Value>
class parked_handler {
 public:
  using handler = asio::any_completion_handler<void(Value)>;

  // `executor`: the one of the waiting coroutine.
  parked_handler(const asio::any_io_executor& executor, handler waiting)
      : place_{std::make_shared<place>(executor, std::move(waiting))} {
    place_->home().add(place_);
  }

  // Only the first call counts; none does after the execution context has died.
  void complete(Value value) { place_->complete(place_, std::move(value)); }

 private:
  class place final : public parked_handlers::node {
   public:
    place(const asio::any_io_executor& executor, handler waiting)
        : home_{&asio::use_service<parked_handlers>(
              asio::query(executor, asio::execution::context))},
          work_{asio::prefer(executor, asio::execution::outstanding_work.tracked)},
          handler_{std::move(waiting)} {}

    [[nodiscard]] parked_handlers& home() noexcept { return *home_; }

    void complete(const std::shared_ptr<place>& self, Value value) {
      auto [work, parked] = take();
      if (!parked) return;
      home_->remove(self);
      asio::post(work, [work, waiting = std::move(parked), value = std::move(value)]() mutable {
        const auto wanted = asio::get_associated_executor(waiting, work);
        wanted.execute([handler = std::move(waiting), value = std::move(value)]() mutable {
          std::move(handler)(std::move(value));
        });
      });
    }

    void abandon() noexcept override { static_cast<void>(take()); }

   private:
    // What is taken dies outside of the lock: a coroutine may complete others when it ends.
    std::pair<asio::any_io_executor, handler> take() noexcept {
      const std::lock_guard lock{mutex_};
      return {std::exchange(work_, {}), std::move(handler_)};
    }

    parked_handlers* home_;
    std::mutex mutex_;
    asio::any_io_executor work_;
    handler handler_;
  };

  std::shared_ptr<place> place_;
};

}  // namespace vkxx
