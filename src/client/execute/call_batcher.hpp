// Sends calls together in requests of `execute`: the driver of batch_machine.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "client/execute/batch_machine.hpp"
#include "client/pipeline/call_context.hpp"
#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: safe to share. Waiting calls and batches in flight keep it alive.
class call_batcher : public std::enable_shared_from_this<call_batcher> {
 public:
  // `executor`: runs the batches.
  call_batcher(asio::any_io_executor executor, const batching& settings);

  // Whether the call can be part of a batch.
  [[nodiscard]] bool takes(const call_context& context, const request& request) const;
  // Returns the token of the batch that the call can join, if it is already known. Empty if the
  // call must be sent by itself.
  [[nodiscard]] std::optional<secret> token_for(const call_context& context,
                                                const request& request) const;

  struct told {
    bool cancelled = false;
    // The known effect of the batches on this call, and the number of their sends. VK's answer, if
    // any, is in the outcome.
    request_effect effect = request_effect::not_sent;
    int attempts = 0;
    // The outcome of the call. Empty if it must be sent by itself.
    std::optional<result<reply>> outcome;
    // What ended the batch instead of an outcome: a lack of memory. Usually null.
    std::exception_ptr failure;
  };
  // Waits for the outcome of the call. `context` and `call_request` must live until then.
  [[nodiscard]] static asio::awaitable<told> call(std::shared_ptr<call_batcher> batcher,
                                                  const call_context& context,
                                                  const request& call_request, secret token);

 private:
  using told_handler = parked_handler<told>;
  // Identifies calls that may share a batch.
  struct lane_key {
    std::size_t token = 0;
    call_idempotency idempotency = call_idempotency::read_only;
    call_priority priority = call_priority::normal;
    friend bool operator==(const lane_key&, const lane_key&) = default;
  };
  struct lane_hash {
    [[nodiscard]] std::size_t operator()(const lane_key& key) const noexcept {
      return key.token + 8 * static_cast<std::size_t>(key.idempotency) +
             static_cast<std::size_t>(key.priority);
    }
  };
  // The calls on one token that may share a batch.
  struct lane {
    explicit lane(const batch_rules& rules) : machine{rules} {}
    batch_machine machine;
    std::unordered_map<batch_machine::item, request> requests;
    // The effects of the calls in flight.
    std::unordered_map<batch_machine::item, std::shared_ptr<const batch_effect>> effects;
    secret token;
  };
  struct waiting {
    lane_key lane;
    batch_machine::item item = 0;
    told_handler handler;
    // Asked before each attempt of the batch, if there is one. The waiting call owns it: it may own
    // the client, which would never go if the call has died with its context.
    bool has_permit = false;
    std::weak_ptr<const run_permit> permit;
  };
  using load = std::vector<batch_machine::item>;
  struct batch_run;

  void start(const call_context& context, const request& request, secret token,
             told_handler handler, asio::cancellation_slot slot);
  void cancel(std::uint64_t ticket) noexcept;
  void start_batch(const std::shared_ptr<call_state>& state, const lane_key& where,
                   std::optional<load> given, request_effect before = request_effect::not_sent);
  [[nodiscard]] static asio::awaitable<void> run_batch(std::shared_ptr<call_batcher> self,
                                                       std::shared_ptr<batch_run> run);
  [[nodiscard]] static asio::awaitable<void> carry_out(std::shared_ptr<call_batcher> self,
                                                       std::shared_ptr<batch_run> run);
  [[nodiscard]] bool fill(batch_run& run, request& into);
  void load_calls(lane& in, batch_run& run);
  // Ends the calls that may not be sent any more.
  void refuse_calls(lane& in, const batch_run& run);
  // Drops the calls that no caller waits for.
  static void drop_unwanted(lane& in, batch_run& run);
  void arrived(const std::shared_ptr<batch_run>& run, const result<reply>& answer);
  [[nodiscard]] static std::vector<told> outcomes(const batch_run& run,
                                                  const result<reply>& answer);
  // Takes the calls of the load; the rest of a split load is put back.
  static void take_calls(lane& in, batch_run& run);
  void split(lane& in, batch_run& run);
  // Called in a catch block: the batch ends without an answer, and its calls with the exception.
  void broke(batch_run& run) noexcept;
  void settle(lane& in, batch_machine::item which, const told& news);
  [[nodiscard]] static bool goes_alone(const batch_run& run, const error& failure);

  asio::any_io_executor executor_;
  batching settings_;
  mutable std::mutex mutex_;
  std::uint64_t last_ticket_ = 0;
  std::unordered_map<lane_key, lane, lane_hash> lanes_;
  std::unordered_map<std::uint64_t, waiting> waiting_;
  // The keys of tokens that may not call `execute` (error 28).
  std::vector<std::size_t> refused_;
};

}  // namespace vkxx::detail
