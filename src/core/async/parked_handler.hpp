// A completion handler that waits for somebody to complete it later.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// The handlers that wait in one execution context. When the context dies they die with it, as those
// of asio's own operations do. A handler owns its coroutine, and that often owns the place where
// the handler waits: without this, such a ring would never be freed.
class parked_handlers final : public asio::execution_context::service {
 public:
  class list;

  // Kept alive by the list that it is in. Whoever takes it out has it for himself.
  class node {
   public:
    node() = default;
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    virtual ~node() = default;
    // The context died; the node is in the list no more.
    virtual void abandon() noexcept = 0;

   private:
    friend class list;
    std::shared_ptr<node> self_;
    node* before_ = nullptr;
    node* after_ = nullptr;
  };

  // Outlives the context while anybody holds it.
  class list {
   public:
    void add(std::shared_ptr<node> parked) noexcept {
      const std::lock_guard lock{mutex_};
      auto& item = *parked;
      item.after_ = first_;
      if (first_ != nullptr) first_->before_ = &item;
      first_ = &item;
      item.self_ = std::move(parked);
    }
    // Null: it is not there, or no more.
    [[nodiscard]] std::shared_ptr<node> take(node& item) noexcept {
      const std::lock_guard lock{mutex_};
      return item.self_ ? unlinked(item) : nullptr;
    }
    // Keeps the context from going down as long as the value exists; false once it has begun to.
    // Must not be held across a wait.
    class stay {
     public:
      explicit stay(list& home) noexcept : home_{home.enter() ? &home : nullptr} {}
      stay(const stay&) = delete;
      stay& operator=(const stay&) = delete;
      ~stay() {
        if (home_ != nullptr) home_->leave();
      }
      [[nodiscard]] explicit operator bool() const noexcept { return home_ != nullptr; }

     private:
      list* home_;
    };
    // Waits for whoever stays, and drops all handlers.
    void close() noexcept {
      {
        std::unique_lock lock{mutex_};
        closed_ = true;
        deserted_.wait(lock, [this] { return visitors_ == 0; });
      }
      while (const auto left = take_any()) left->abandon();
    }

   private:
    [[nodiscard]] bool enter() noexcept {
      const std::lock_guard lock{mutex_};
      if (!closed_) ++visitors_;
      return !closed_;
    }
    void leave() noexcept {
      const std::lock_guard lock{mutex_};
      if (--visitors_ == 0) deserted_.notify_all();
    }
    [[nodiscard]] std::shared_ptr<node> take_any() noexcept {
      const std::lock_guard lock{mutex_};
      return first_ != nullptr ? unlinked(*first_) : nullptr;
    }

    [[nodiscard]] std::shared_ptr<node> unlinked(node& item) noexcept {
      if (item.after_ != nullptr) item.after_->before_ = item.before_;
      (item.before_ != nullptr ? item.before_->after_ : first_) = item.after_;
      item.before_ = item.after_ = nullptr;
      return std::exchange(item.self_, nullptr);
    }

    std::mutex mutex_;
    std::condition_variable deserted_;
    std::size_t visitors_ = 0;
    bool closed_ = false;
    node* first_ = nullptr;
  };

  static inline asio::execution_context::id id;

  explicit parked_handlers(asio::execution_context& context) : service{context} {}
  // What was parked while the context went down.
  ~parked_handlers() override { shutdown(); }

  [[nodiscard]] static const std::shared_ptr<list>& of(const asio::any_io_executor& executor) {
    auto& context = asio::query(executor, asio::execution::context);
    if (!asio::has_service<parked_handlers>(context)) {
      // Services shut down in the reverse order of their creation, and a handler may be completed
      // through a strand. The first strand of a context creates the service of all its strands,
      // which has to outlast this one.
      static_cast<void>(asio::make_strand(executor));
    }
    return asio::use_service<parked_handlers>(context).parked_;
  }

 private:
  void shutdown() noexcept final { parked_->close(); }

  std::shared_ptr<list> parked_ = std::make_shared<list>();
};

// Keeps the handler's execution context running while it waits, and completes it by a post, never
// inline: on the executor that the handler is bound to, else on the one given. A context that is
// destroyed while another thread completes a handler waits for that thread's post.
//
// Thread safety: safe to share.
template <class Value>
class parked_handler {
 public:
  // `executor`: the one of the waiting coroutine.
  template <class Handler>
  parked_handler(const asio::any_io_executor& executor, Handler waiting)
      : place_{std::make_shared<place_of<Handler>>(executor, std::move(waiting))} {
    place_->home->add(place_);
  }

  // Only the first call counts; none does after the execution context has died.
  void complete(Value value) {
    // A copy: the completion may end the owner of this object. And none is posted to a context that
    // goes down: the thread that calls this may be none of its own.
    const auto parked = place_;
    const parked_handlers::list::stay staying{*parked->home};
    if (!staying) return;
    if (const auto mine = parked->home->take(*parked)) parked->complete(std::move(value));
  }
  // Destroys the handler here and now, unless it was completed; it keeps the context no longer
  // running.
  void drop() {
    const auto parked = place_;
    const parked_handlers::list::stay staying{*parked->home};
    if (!staying) return;
    if (const auto mine = parked->home->take(*parked)) mine->abandon();
  }

 private:
  struct place : parked_handlers::node {
    explicit place(const asio::any_io_executor& executor) : home{parked_handlers::of(executor)} {}
    virtual void complete(Value value) = 0;

    const std::shared_ptr<parked_handlers::list> home;
  };

  // The handler in its own type: very many may wait, and another allocation for each would show.
  template <class Handler>
  class place_of final : public place {
   public:
    place_of(const asio::any_io_executor& executor, Handler waiting)
        : place{executor},
          work_{asio::prefer(executor, asio::execution::outstanding_work.tracked)},
          handler_{std::move(waiting)} {}

    void complete(Value value) override {
      const auto work = std::exchange(work_, {});
      asio::post(work, [work, waiting = std::move(handler_), value = std::move(value)]() mutable {
        const auto wanted = asio::get_associated_executor(waiting, work);
        wanted.execute([handler = std::move(waiting), value = std::move(value)]() mutable {
          std::move(handler)(std::move(value));
        });
      });
    }
    void abandon() noexcept override {
      work_ = {};
      [[maybe_unused]] const auto dropped = std::move(handler_);
    }

   private:
    asio::any_io_executor work_;
    Handler handler_;
  };

  std::shared_ptr<place> place_;
};

}  // namespace vkxx::detail
