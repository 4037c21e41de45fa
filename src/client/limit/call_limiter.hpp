// Lets calls wait for the limit of their token: the driver of limiter_machine and quota_machine,
// one of each for every token and class of methods.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <vkxx/core/log.hpp>
#include <vkxx/core/parameters.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include "client/limit/limiter_machine.hpp"
#include "client/limit/quota_machine.hpp"
#include "client/limit/rates.hpp"
#include "client/limit/shared_lane.hpp"
#include "core/async/answer_gate.hpp"
#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

class call_limiter;

// The limiter's input for a call.
struct limiter_question {
  std::string_view method;
  // Null if the recipient is unknown.
  const parameters* values = nullptr;
  token_kind kind = token_kind::user;
  call_priority priority = call_priority::normal;
  std::uint64_t caller = 0;
  time_point deadline = no_deadline;
  bool again = false;
};

// A place in the window. Returned if the call ends without being sent. Empty without a limiter.
class limiter_turn {
 public:
  limiter_turn() = default;
  limiter_turn(std::shared_ptr<call_limiter> home, std::size_t lane, std::uint64_t ticket,
               time_point sent) noexcept
      : home_{std::move(home)}, lane_{lane}, ticket_{ticket}, sent_{sent} {}
  limiter_turn(limiter_turn&& other) noexcept = default;
  limiter_turn& operator=(limiter_turn&& other) noexcept;
  ~limiter_turn() { settle(leaving_ ? limiter_answer::lost : limiter_answer::unsent); }

  // From here on the request may reach VK.
  void leaves() noexcept { leaving_ = true; }
  // Ends the turn. Only the first call has an effect.
  void settle(limiter_answer answer) noexcept;
  void settle(limiter_answer answer, time_point now) noexcept;

 private:
  std::shared_ptr<call_limiter> home_;
  std::size_t lane_ = 0;
  std::uint64_t ticket_ = 0;
  time_point sent_{};
  bool leaving_ = false;
};

// Thread safety: safe to share. A waiting call keeps it alive.
class call_limiter : public std::enable_shared_from_this<call_limiter> {
 public:
  // `executor`: runs its single timer.
  call_limiter(const asio::any_io_executor& executor, std::shared_ptr<clock> time,
               const limits& settings, logger log = {});
  call_limiter(const call_limiter&) = delete;
  call_limiter& operator=(const call_limiter&) = delete;
  ~call_limiter() { close(); }

  // Waits until the thread of the shared limit has left, and keeps it out from now on. Calls that
  // wait for its answer wait until their deadlines.
  void close() noexcept {
    if (gate_) gate_->close();
  }

  // Called while the execution context is destroyed. The limiter does not use it from now on.
  void leave_context() noexcept {
    const std::lock_guard lock{mutex_};
    strand_.reset();
  }

  // Returns the turn if the call may be sent at once, the error if it may never be sent, and an
  // empty optional if it has to wait.
  [[nodiscard]] std::optional<result<limiter_turn>> enter(const secret& token,
                                                          const limiter_question& question,
                                                          time_point now);
  // The verdict for a waiting call.
  struct told {
    limiter_verdict verdict = limiter_verdict::wait;
    std::uint64_t ticket = 0;
    time_point at{};
  };
  // Waits for the turn, until the deadline at the latest. Returns an empty optional if cancelled.
  // `asking` returns the token and the question when the wait begins. Not a coroutine, since very
  // many calls may wait.
  template <class Asking>
  [[nodiscard]] static asio::awaitable<std::optional<told>> wait(
      std::shared_ptr<call_limiter> limiter, Asking asking) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::optional<told>)>(
        // A copy: once the call is parked, another thread may resume and end the coroutine.
        [](auto handler, std::shared_ptr<call_limiter> home, const Asking& ask) {
          const asio::any_io_executor where = asio::get_associated_executor(handler);
          const auto slot = asio::get_associated_cancellation_slot(handler);
          const auto [token, question] = ask();
          home->park(*token, question, told_handler{where, std::move(handler)}, slot);
        },
        asio::use_awaitable, std::move(limiter), std::move(asking));
  }
  // Returns the turn, or the error.
  [[nodiscard]] result<limiter_turn> after(const told& news, const secret& token,
                                           const limiter_question& question);

  // Returns the error that VK would answer, by its recent answers. Empty if the call may be sent.
  [[nodiscard]] std::optional<error> blocked(const secret& token, const limiter_question& question);
  // VK answered the call with this error, which may close the method for the token.
  void note(const secret& token, const limiter_question& question, api_errc code);

  struct state {
    std::size_t tokens = 0;
    std::size_t waiting = 0;
  };
  [[nodiscard]] state now() const;

 private:
  friend class limiter_turn;
  using told_handler = parked_handler<std::optional<told>>;
  struct lane {
    limiter_machine machine;
    quota_machine quotas;
    token_kind kind = token_kind::user;
    std::size_t in_flight = 0;
    std::optional<time_point> scheduled;
    // Null if no other process uses the token.
    std::unique_ptr<shared_lane> shared;
  };
  struct parked_call {
    std::size_t lane = 0;
    told_handler handler;
  };
  struct alarm;

  [[nodiscard]] static std::size_t key_of(const secret& token, method_class call_class) noexcept;
  [[nodiscard]] lane& lane_of(std::size_t key, const secret& token, method_class call_class,
                              token_kind kind);
  [[nodiscard]] std::optional<error> refusal(lane& in, const limiter_question& question,
                                             time_point now);
  [[nodiscard]] error too_late(const limiter_machine& machine, const limiter_call& call,
                               time_point now) const;
  [[nodiscard]] error full() const;
  void park(const secret& token, const limiter_question& question, told_handler handler,
            asio::cancellation_slot slot);
  void cancel(std::uint64_t ticket) noexcept;
  void settle(std::size_t key, std::uint64_t ticket, time_point sent, limiter_answer answer,
              time_point now) noexcept;
  // The caller of these functions holds the lock.
  void release(std::size_t key, lane& in, time_point now);
  void ask_others(std::size_t key, lane& in, time_point now);
  [[nodiscard]] std::optional<log_line> sharing_line(const lane& in,
                                                     const result<permit_grant>& answer);
  void schedule(std::size_t key, lane& in, time_point now);
  void drop_idle_lanes(time_point now);
  void set_alarm();
  // The caller of these functions does not hold the lock.
  void ring();
  void heard(std::size_t key, const result<permit_grant>& answer);
  static void arm(const std::shared_ptr<call_limiter>& self, std::optional<time_point> when);

  std::shared_ptr<clock> time_;
  limits settings_;
  logger log_;
  // Empty once its execution context is gone.
  std::optional<asio::strand<asio::any_io_executor>> strand_;
  // Used in the strand only.
  std::shared_ptr<alarm> alarm_;

  // Null if no other process uses the tokens.
  std::shared_ptr<answer_gate> gate_;

  mutable std::mutex mutex_;
  std::uint64_t last_ticket_ = 0;
  std::size_t lanes_before_sweep_ = 64;
  std::unordered_map<std::size_t, lane> lanes_;
  std::unordered_map<std::uint64_t, parked_call> parked_;
  std::set<std::pair<time_point, std::size_t>> due_;
  std::optional<time_point> alarm_at_;
  // Whether the failure to reach the shared limit has been logged.
  bool alone_logged_ = false;
};

}  // namespace vkxx::detail
