/// @file
/// The emulator without its sockets: HTTP requests in, answers out.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <vkxx/emulator/options.hpp>
#include <vkxx/emulator/recorded_request.hpp>

#include "emulator/api/api.hpp"
#include "emulator/http/answer.hpp"
#include "emulator/oauth/oauth_endpoints.hpp"

namespace vkxx::emulation::detail {

/// Thread safety: safe to share.
class service {
 public:
  explicit service(const emulator_options& options);

  /// The emulator's address for requests without `Host`.
  void set_base_url(std::string url);
  /// The whole answer: `answer_to`, then `pack`.
  [[nodiscard]] answer handle(const http_message& message);
  /// Whether the answer takes microseconds, whatever the request contains. All other requests
  /// belong on another thread than that of the sockets.
  [[nodiscard]] bool is_quick(const http_message& message) const;
  /// The answer before it is compressed or made MessagePack.
  [[nodiscard]] answer answer_to(const http_message& message);
  /// Encodes the body as the request accepts it.
  static void pack(const http_message& message, answer& reply);

  fault_id add_fault(const fault& value);
  bool remove_fault(fault_id id);
  void clear_faults();
  [[nodiscard]] std::vector<active_fault> faults() const;
  [[nodiscard]] std::vector<recorded_request> requests() const;
  void clear_requests();
  [[nodiscard]] std::vector<executed_write> journal() const;
  [[nodiscard]] std::string captcha_answer(std::string_view sid) const;
  [[nodiscard]] std::string pass_captcha_page(std::string_view redirect_uri);
  void add_account(account value);
  [[nodiscard]] std::vector<account> accounts() const;
  void add_procedure(procedure value);
  [[nodiscard]] std::vector<procedure> procedures() const;
  [[nodiscard]] world_tokens tokens() const;
  void reset();
  [[nodiscard]] const logger& log() const noexcept { return log_; }

 private:
  struct stage;

  [[nodiscard]] answer route(const http_message& message, recorded_request& record);
  [[nodiscard]] answer call_method(const http_message& message, recorded_request& record);
  [[nodiscard]] answer show_page(const http_message& message, recorded_request& record);
  [[nodiscard]] answer challenge_page(const http_message& message);
  [[nodiscard]] answer control(const http_message& message);
  [[nodiscard]] answer control_faults(const http_message& message);
  [[nodiscard]] answer control_requests(const http_message& message);
  [[nodiscard]] answer control_captcha(const http_message& message);
  [[nodiscard]] answer control_accounts(const http_message& message);
  [[nodiscard]] answer control_procedures(const http_message& message);
  [[nodiscard]] moment now_for(const http_message& message) const;
  void finish(const http_message& message, recorded_request record);

  /// The world and its state: replaced by a reset.
  struct stage {
    stage(const emulator_options& options);
    void add_account(account value);
    world state;
    procedure_book procedures;
    account_book accounts;
    fault_engine faults;
    challenges open;
    class api methods;
    oauth_endpoints logins;
    [[nodiscard]] std::chrono::milliseconds drawn_latency(const emulator_options& options);
    random_source latencies;
    bounded_log<recorded_request> record;
    std::uint64_t last_number = 0;
  };

  mutable std::mutex mutex_;
  emulator_options options_;
  logger log_;
  std::string base_url_;
  std::string scheme_;
  time_point start_;
  std::int64_t unix_start_;
  const method_table own_methods_;
  // A running request keeps the world that it began in.
  std::shared_ptr<stage> stage_;
};

}  // namespace vkxx::emulation::detail
