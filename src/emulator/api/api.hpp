/// @file
/// A call of an API method, from its parameters to its envelope.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/emulator/executed_write.hpp>
#include <vkxx/emulator/options.hpp>

#include "emulator/api/api_failure.hpp"
#include "emulator/api/api_request.hpp"
#include "emulator/api/limiter.hpp"
#include "emulator/challenges/challenges.hpp"
#include "emulator/execute/procedures.hpp"
#include "emulator/faults/fault_engine.hpp"
#include "emulator/http/answer.hpp"
#include "emulator/http/bounded_log.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// The time of a call, and the address that it was sent to.
struct moment {
  time_point now;
  std::int64_t unix_time = 0;
  std::int64_t unix_ms = 0;
  std::uint64_t request = 0;  ///< The number of the recorded request.
  std::string base_url;       ///< The emulator's own address as the caller sees it.
};

/// The outcome of a call.
struct api_outcome {
  answer reply;
  int error_code = 0;
  bool executed = false;
  std::string fault;  ///< The faults played, as texts.
};

/// Error 14, 17 and the others as VK writes them.
[[nodiscard]] boost::json::value error_envelope(const api_failure& failure,
                                                const api_request& request);
/// `method`, `oauth`, `v`, then the caller's parameters, without the token.
[[nodiscard]] boost::json::array request_params(std::string_view method,
                                                const argument_list& arguments);

class api {
 public:
  struct attempt;

  api(world& state, file_registry& files, transport_hub& hub, const procedure_book& procedures,
      fault_engine& faults, challenges& open, const emulator_options& options);

  /// @param lock of the world, held. It is released before the answer is written, and during long
  /// work.
  [[nodiscard]] api_outcome call(const api_request& request, const http_message& message,
                                 const moment& when, std::unique_lock<std::mutex>& lock);
  void clear_limits() { limits_.clear(); }
  /// Called under the lock after each method that may have changed the world, also inside of a
  /// script, whether it has failed or not.
  using change_observer = std::function<void(const attempt& call, const std::string& method,
                                             const argument_list& arguments)>;
  void on_change(change_observer function) { on_change_ = std::move(function); }
  [[nodiscard]] bounded_log<executed_write>::entries journal() const { return journal_.all(); }

 private:
  [[nodiscard]] boost::json::value execute_call(attempt& call);
  [[nodiscard]] const token_record* admitted(attempt& call, const method_entry& entry);
  void challenge(attempt& call);
  [[noreturn]] void fail_with_captcha(attempt& call, fault_kind kind, bool check_remixstlid,
                                      int number);
  [[noreturn]] void fail_with(attempt& call, const active_fault& played);
  [[nodiscard]] boost::json::value force_captcha(attempt& call);
  [[nodiscard]] method_entry entry_of(const std::string& method) const;
  [[nodiscard]] boost::json::value run_execute(attempt& call);
  /// @throws api_failure 3, 100
  [[nodiscard]] const procedure& asked_procedure(const api_request& request) const;
  [[nodiscard]] boost::json::value run_procedure(attempt& call, const procedure& stored);
  [[nodiscard]] boost::json::value run_code(attempt& call, std::string_view code,
                                            const argument_list& arguments);
  [[nodiscard]] boost::json::value inner_call(attempt& call, const std::string& method,
                                              argument_list arguments);

  // Runs the method; a write is added to the journal.
  [[nodiscard]] boost::json::value run(attempt& call, const std::string& method,
                                       const argument_list& arguments, bool in_execute);
  [[nodiscard]] boost::json::object answer_of(attempt& call);
  void repeat(const attempt& call);

  world& state_;
  file_registry& files_;
  transport_hub& hub_;
  const procedure_book& procedures_;
  fault_engine& faults_;
  challenges& open_;
  bool strict_limits_;
  bool samples_;
  std::uint64_t seed_;
  limiter limits_;
  method_table methods_;
  bounded_log<executed_write> journal_;
  std::uint64_t writes_ = 0;
  change_observer on_change_;
};

}  // namespace vkxx::emulation::detail
