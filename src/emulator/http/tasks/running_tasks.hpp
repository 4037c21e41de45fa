/// @file
/// The coroutines that run on one io_context, and the end of all of them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <exception>
#include <list>
#include <memory>
#include <utility>

namespace vkxx::emulation::detail {

namespace asio = boost::asio;

/// All members belong to the thread of the context, which runs out of work before this ends.
class running_tasks {
 public:
  explicit running_tasks(asio::io_context& context) : context_{context} {}
  running_tasks(const running_tasks&) = delete;
  running_tasks& operator=(const running_tasks&) = delete;

  /// What the task throws ends it.
  void spawn(asio::awaitable<void> task) {
    if (!ending_ && 2 * ended_ > tasks_.size()) sweep();
    auto& added = tasks_.emplace_back();
    // By its destructor: a coroutine that runs out of memory may be destroyed without an end.
    const std::shared_ptr<void> member{nullptr, [this, &added](void*) {
                                         added.ended = true;
                                         ++ended_;
                                       }};
    auto ended = [member](const std::exception_ptr&) {};
    asio::co_spawn(context_, std::move(task),
                   asio::bind_cancellation_slot(added.signal.slot(), std::move(ended)));
  }

  /// Cancels each task.
  void end() {
    ending_ = true;
    for (auto& task : tasks_)
      if (!task.ended) task.signal.emit(asio::cancellation_type::terminal);
    ending_ = false;
  }

  /// Whether all have ended.
  [[nodiscard]] bool empty() const noexcept { return ended_ == tasks_.size(); }

 private:
  // It outlives its task: a cancellation may end the task at once (that of a WebSocket's write that
  // waits for another one does), while the signal emits and `end` is at this place of the list.
  struct entry {
    asio::cancellation_signal signal{};
    bool ended = false;
  };

  void sweep() {
    std::erase_if(tasks_, [](const entry& task) { return task.ended; });
    ended_ = 0;
  }

  asio::io_context& context_;
  std::list<entry> tasks_{};
  std::size_t ended_ = 0;
  bool ending_ = false;
};

}  // namespace vkxx::emulation::detail
