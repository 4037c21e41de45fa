// Makes calls wait for each other's challenges. The driver of gate_machine, with one machine per
// token.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <vkxx/core/secret.hpp>
#include "client/challenge/gate_machine.hpp"
#include "client/challenge/hook_place.hpp"
#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: safe to share.
class challenge_gate : public std::enable_shared_from_this<challenge_gate> {
 public:
  [[nodiscard]] std::uint64_t new_call() noexcept;

  // Waits for the call's turn. Returns `lead`, `passed` or `refused`, or an empty optional if
  // cancelled. A waiting call keeps the gate alive.
  [[nodiscard]] static asio::awaitable<std::optional<gate_verdict>> enter(
      std::shared_ptr<challenge_gate> gate, secret token, std::uint64_t call, challenge_kind kind);

  // The leading call runs its hook at `place`.
  void answering(const secret& token, std::uint64_t call, hook_place place);
  // The hook has ended.
  void answered(const secret& token, std::uint64_t call) noexcept;
  // Whether a call at `place` was made by the hook that answers the token's challenge. Such a call
  // would wait for itself.
  [[nodiscard]] bool is_inside_hook(const secret& token, const hook_place& place);

  // Ends the call's part: its lead or its wait.
  void leave(const secret& token, std::uint64_t call, turn_end end) noexcept;

 private:
  using verdict_handler = asio::any_completion_handler<void(std::optional<gate_verdict>)>;
  struct lane {
    secret token;
    gate_machine machine;
    std::optional<std::pair<std::uint64_t, hook_place>> answering;
  };

  void start(const asio::any_io_executor& executor, const secret& token, std::uint64_t call,
             challenge_kind kind, verdict_handler handler);
  void cancel(std::uint64_t call) noexcept;
  [[nodiscard]] lane& lane_of(const secret& token);
  void drop_idle_lanes() noexcept;

  std::mutex mutex_;
  std::uint64_t last_call_ = 0;
  std::vector<lane> lanes_;
  std::map<std::uint64_t, parked_handler<std::optional<gate_verdict>>> parked_;
};

// A call's part at the gate. The destructor ends it.
class gate_visit {
 public:
  explicit gate_visit(std::shared_ptr<challenge_gate> gate) noexcept : gate_{std::move(gate)} {}
  gate_visit(const gate_visit&) = delete;
  gate_visit& operator=(const gate_visit&) = delete;
  ~gate_visit() { end(turn_end::abandoned); }

  [[nodiscard]] asio::awaitable<std::optional<gate_verdict>> enter(secret token,
                                                                   challenge_kind kind);
  // See `challenge_gate`.
  [[nodiscard]] bool is_inside_hook(const secret& token, const hook_place& place) const {
    return gate_->is_inside_hook(token, place);
  }
  void answering(hook_place place) { gate_->answering(token_, call_, std::move(place)); }
  void answered() noexcept { gate_->answered(token_, call_); }
  // Has no effect if the call has no part.
  void end(turn_end result) noexcept;
  // Whether the call asks, or has asked, the person about this kind of challenge.
  [[nodiscard]] bool leads(challenge_kind kind) const noexcept { return leads_ == kind; }
  [[nodiscard]] bool leads() const noexcept { return leads_.has_value(); }
  void now_leads(challenge_kind kind) noexcept { leads_ = kind; }

 private:
  std::shared_ptr<challenge_gate> gate_;
  std::uint64_t call_ = 0;
  secret token_;
  bool inside_ = false;
  std::optional<challenge_kind> leads_;
};

}  // namespace vkxx::detail
