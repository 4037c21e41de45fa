// Sends calls together in requests of `execute`: the driver of batch_machine.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "client/batch_machine.hpp"
#include "client/call_context.hpp"
#include "core/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: safe to share. Owns itself while anybody waits or a batch is under way.
class call_batcher : public std::enable_shared_from_this<call_batcher> {
 public:
  // `executor`: where the batches are sent.
  call_batcher(asio::any_io_executor executor, const batching::settings& settings);

  // Whether the call can be gathered: the token is at hand, and nothing in it stands against it.
  [[nodiscard]] static std::optional<secret> token_for(const call_context& context,
                                                       const request& what);
  [[nodiscard]] bool takes(const call_context& context, const request& what) const;

  // What the call came to; nothing: it has to be sent by itself. Throws operation_aborted when
  // cancelled. `what` lives until it is over.
  [[nodiscard]] static asio::awaitable<std::optional<result<reply>>> call(
      std::shared_ptr<call_batcher> batcher, std::shared_ptr<call_context> context,
      const request& what);

 private:
  struct told {
    bool cancelled = false;
    std::optional<result<reply>> outcome;
  };
  using told_handler = asio::any_completion_handler<void(told)>;
  // Calls on one token that may go together.
  struct lane {
    explicit lane(const batch_rules& rules) : machine{rules} {}
    batch_machine machine;
    std::unordered_map<batch_machine::item, request> requests;
    secret token;
    call_nature nature = call_nature::read;
    call_priority priority = call_priority::normal;
  };
  struct waiting {
    std::string lane;
    parked_handler<told> handler;
  };
  using load = std::vector<batch_machine::item>;
  struct journey;

  void start(const asio::any_io_executor& executor, const std::shared_ptr<call_context>& context,
             const request& what, const secret& token, std::uint64_t ticket, told_handler handler);
  void cancel(std::uint64_t ticket) noexcept;
  void set_out(const std::shared_ptr<call_state>& state, const std::string& lane_name,
               std::optional<load> given);
  [[nodiscard]] static asio::awaitable<void> travel(std::shared_ptr<call_batcher> self,
                                                    std::shared_ptr<journey> way);
  [[nodiscard]] bool fill(journey& way, request& into);
  void arrived(const std::shared_ptr<journey>& way, const result<reply>& answer);
  [[nodiscard]] static std::vector<std::optional<result<reply>>> outcomes(
      const journey& way, const result<reply>& answer);
  // Takes the calls of the load along; those of a load that is split are put back.
  static void take_calls(lane& in, journey& way);
  void split(lane& in, journey& way);
  void settle(lane& in, batch_machine::item which, const std::optional<result<reply>>& outcome);
  [[nodiscard]] static bool goes_alone(const journey& way, const error& failure);

  asio::any_io_executor executor_;
  batching::settings settings_;
  mutable std::mutex mutex_;
  std::uint64_t last_ticket_ = 0;
  std::unordered_map<std::string, lane> lanes_;
  std::unordered_map<std::uint64_t, waiting> waiting_;
  // Numbers of tokens that may not call `execute` (error 28).
  std::vector<std::size_t> refused_;
};

}  // namespace vkxx::detail
