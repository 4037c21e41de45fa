// A completion handler that waits for somebody to complete it later.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <utility>

#include <vkxx/core/clock.hpp>

namespace vkxx {

// Keeps the handler's execution context running while it waits, and completes it by a post to the
// executor of the coroutine that waits, never inline.
template <class Value>
class parked_handler {
 public:
  // `executor`: the one of the waiting coroutine.
  parked_handler(asio::any_io_executor executor, asio::any_completion_handler<void(Value)> handler)
      : work_{asio::prefer(std::move(executor), asio::execution::outstanding_work.tracked)},
        handler_{std::move(handler)} {}

  void complete(Value value) {
    asio::post(work_, [handler = std::move(handler_), value = std::move(value)]() mutable {
      std::move(handler)(std::move(value));
    });
    work_ = {};
  }

 private:
  asio::any_io_executor work_;
  asio::any_completion_handler<void(Value)> handler_;
};

}  // namespace vkxx
