/// @file
/// A client configured by the options of a command.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client/pages.hpp>

#include "command_line/exit_status.hpp"
#include "options/call_command.hpp"
#include "output/report.hpp"
#include "terminal/interruption.hpp"
#include "terminal/wait_notice.hpp"

namespace vkxx::cli {

/// Calls methods with the token that the options select, and answers VK's challenges by prompts on
/// the terminal.
class caller {
 public:
  /// `first`: the first request, which may have a token of its own. `stop` must outlive the caller.
  /// Throws `usage_failure`.
  caller(const call_command& options, const request& first, const interruption& stop);
  caller(const caller&) = delete;
  caller& operator=(const caller&) = delete;
  /// Prints the client's statistics if the options say so.
  ~caller();

  [[nodiscard]] result<reply> call(request method_call);
  /// The pages of a list, which the caller must outlive.
  [[nodiscard]] blocking_page_sequence pages(request first, const paging& list_paging,
                                             page_options options);
  /// To be called regularly during many calls of `method`. When a user's limit takes effect and the
  /// token's kind is unknown, asks VK once: a community may make more calls per second. Failures
  /// change nothing.
  void learn_token_kind(const std::string& method);
  /// The client, for uploads. The caller must outlive its use.
  [[nodiscard]] blocking_client& client() noexcept { return *client_; }
  /// No long wait is explained any more: the command shows its progress itself.
  void pause_notices();
  /// As in `call_settings`.
  [[nodiscard]] const std::string& account() const noexcept { return account_; }
  [[nodiscard]] const secret& given_token() const noexcept { return given_token_; }
  /// Whether the calls have a token.
  [[nodiscard]] token_presence token() const noexcept { return token_; }
  /// Reports the failure of a call on standard error and returns the exit status.
  [[nodiscard]] exit_status report(const error& failure) const;

 private:
  // Declared before the client that notifies it, and stopped before the client is destroyed.
  std::shared_ptr<wait_watch> watch_;
  const interruption* stop_;
  error_format format_;
  bool stats_;
  token_presence token_ = token_presence::missing;
  std::string account_;
  secret given_token_;
  // The kind of the token is known neither from an option nor from a profile, and VK was not asked
  // yet.
  bool kind_unknown_ = false;
  std::optional<blocking_client> client_;
};

/// A client's settings by the options of a command.
struct call_settings {
  config settings;
  token_presence token = token_presence::missing;
  /// The kind of the token is known neither from an option nor from a profile.
  bool kind_unknown = false;
  /// The address of the API, and the owner of the profile, if its token is used: for what must not
  /// be shared between accounts.
  std::string account;
  /// The token, unless it is a profile's. Its owner is not known.
  secret given_token;
};

/// The settings for calls with the token that the options select. `first`: the first request, which
/// may have a token of its own. `watch` may be null. `stop` must outlive the client. Throws
/// `usage_failure`.
[[nodiscard]] call_settings settings_for(const call_command& options, const request& first,
                                         const interruption& stop,
                                         const std::shared_ptr<wait_watch>& watch);

/// Prints to standard error what was probably mistyped; see `call_hints`.
void show_hints(const call_command& options, std::optional<api_errc> failure);

}  // namespace vkxx::cli
