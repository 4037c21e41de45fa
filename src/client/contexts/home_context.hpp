// The execution context of a client and its destruction.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: safe to share.
class home_context {
 public:
  // `at_end`: called when the context is destroyed, while its services still exist. Must own its
  // data: the context may be destroyed while another thread destroys this object.
  home_context(asio::any_io_executor executor, std::function<void()> at_end)
      : executor_{std::move(executor)},
        mark_{std::make_shared<mark>(std::move(at_end))},
        parked_{parked_handlers::of(executor_)} {
    parked_->add(mark_);
  }
  home_context(const home_context&) = delete;
  home_context& operator=(const home_context&) = delete;
  ~home_context() {
    if (const auto staying = stay()) static_cast<void>(parked_->take(*mark_));
  }

  // Whether the executor runs in this context. False once it is gone, as another may reuse its
  // address.
  [[nodiscard]] bool holds(const asio::any_io_executor& executor) const {
    return !mark_->gone && &asio::query(executor, asio::execution::context) ==
                               &asio::query(executor_, asio::execution::context);
  }
  // A thread outside of the context may use the executor only while it holds a `stay` that is true.
  [[nodiscard]] parked_handlers::list::stay stay() const noexcept {
    return parked_handlers::list::stay{*parked_};
  }
  // Must not be used once the context is gone.
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

 private:
  struct mark final : parked_handlers::node {
    explicit mark(std::function<void()> last) : at_end{std::move(last)} {}
    void abandon() noexcept override {
      gone = true;
      if (at_end) at_end();
    }
    std::function<void()> at_end;
    std::atomic<bool> gone = false;
  };

  asio::any_io_executor executor_;
  std::shared_ptr<mark> mark_;
  std::shared_ptr<parked_handlers::list> parked_;
};

}  // namespace vkxx::detail
