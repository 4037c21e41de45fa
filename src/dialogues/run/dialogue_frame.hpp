// A dialogue in memory: its coroutine, and where it waits.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/dialogues/dialogue.hpp>
#include "core/async/parked_handler.hpp"
#include "dialogues/machine/dialogue_machine.hpp"
#include "dialogues/run/dialogue_turn.hpp"

namespace vkxx::detail {

enum class frame_stop_kind {
  asks,    // it waits for an answer
  ended,   // the function has returned
  again,   // it wants to begin again; `frame_stop::text` is its state
  lost,    // the function does not fit the log; `frame_stop::text` says why
  failed,  // `frame_stop::failure`
};

struct frame_stop {
  frame_stop_kind kind = frame_stop_kind::ended;
  std::string text;
  std::exception_ptr failure;
};

// The function runs in `executor`, one call after another. Between two runs nobody but the owner
// touches the frame. A frame that waits keeps the executor's context running.
class dialogue_frame : public std::enable_shared_from_this<dialogue_frame> {
 public:
  dialogue_frame(asio::any_io_executor executor, std::shared_ptr<const dialogue_kind> kind,
                 conversation_key key, dialogue_log log)
      : executor_{std::move(executor)},
        kind_{std::move(kind)},
        key_{key},
        machine_{std::move(log)} {}

  // Starts the function, or gives it the answer it waits for, and waits until it stops.
  // Cancellation reaches what it awaits.
  [[nodiscard]] static asio::awaitable<frame_stop> run(std::shared_ptr<dialogue_frame> self,
                                                       std::shared_ptr<dialogue_turn> turn,
                                                       std::optional<answer> value);
  // Ends a function that waits, for good: it is destroyed.
  void drop() noexcept;

  [[nodiscard]] dialogue_machine& machine() noexcept { return machine_; }
  [[nodiscard]] const conversation_key& key() const noexcept { return key_; }
  [[nodiscard]] const std::shared_ptr<dialogue_turn>& turn() const noexcept { return turn_; }

 private:
  friend struct dialogue_calls;
  struct nothing {};

  template <class Handler>
  void begin(const asio::any_io_executor& executor, Handler handler);
  void resume();
  void cancel(std::uint64_t run) noexcept;
  // The function has stopped: whoever waits for it goes on.
  void stopped(frame_stop stop);
  // Called by the function: it stops, until `run` continues it or the frame is dropped.
  [[nodiscard]] static asio::awaitable<void> pause(std::shared_ptr<dialogue_frame> self,
                                                   frame_stop stop);
  // It never continues.
  [[nodiscard]] static asio::awaitable<void> give_up(std::shared_ptr<dialogue_frame> self,
                                                     frame_stop stop);

  const asio::any_io_executor executor_;
  const std::shared_ptr<const dialogue_kind> kind_;
  const conversation_key key_;
  dialogue_machine machine_;
  std::shared_ptr<dialogue_turn> turn_;
  std::optional<answer> value_;
  std::optional<frame_stop> stop_;
  bool started_ = false;
  std::uint64_t last_run_ = 0;  // of the owner
  // Of the executor.
  std::uint64_t run_ = 0;
  asio::cancellation_signal cancellation_;
  std::optional<parked_handler<nothing>> driver_;
  std::optional<parked_handler<nothing>> function_;
};

// Drops a frame at the end.
class frame_owner {
 public:
  frame_owner() = default;
  explicit frame_owner(std::shared_ptr<dialogue_frame> frame) : frame_{std::move(frame)} {}
  frame_owner(frame_owner&&) noexcept = default;
  frame_owner& operator=(frame_owner&& other) noexcept {
    if (this != &other) {
      reset();
      frame_ = std::move(other.frame_);
    }
    return *this;
  }
  frame_owner(const frame_owner&) = delete;
  frame_owner& operator=(const frame_owner&) = delete;
  ~frame_owner() { reset(); }

  void reset() noexcept {
    if (frame_) frame_->drop();
    frame_.reset();
  }
  [[nodiscard]] const std::shared_ptr<dialogue_frame>& get() const noexcept { return frame_; }
  [[nodiscard]] explicit operator bool() const noexcept { return frame_ != nullptr; }

 private:
  std::shared_ptr<dialogue_frame> frame_;
};

}  // namespace vkxx::detail
