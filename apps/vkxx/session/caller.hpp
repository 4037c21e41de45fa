/// @file
/// A client as the options of a command want it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client/pages.hpp>

#include "command_line/exit_status.hpp"
#include "commands/commands.hpp"
#include "output/report.hpp"
#include "terminal/interruption.hpp"
#include "terminal/wait_notice.hpp"

namespace vkxx::cli {

/// Calls with the token that the options name, and asks the person at the terminal what VK asks.
class caller {
 public:
  /// `first`: the call that will be made first; it may bring a token of its own. `stop` must
  /// outlive it. Throws `usage_failure`.
  caller(const call_command& what, const request& first, const interruption& stop);
  caller(const caller&) = delete;
  caller& operator=(const caller&) = delete;
  /// Shows what the client counted, if the options want it.
  ~caller();

  [[nodiscard]] result<reply> call(request what);
  /// The pages of a list. The caller must outlive them.
  [[nodiscard]] blocking_page_sequence pages(request first, const paging& how,
                                             page_options options);
  /// To be called now and then in the course of many calls of `method`. When a user's limit begins
  /// to be felt, and nobody has said what kind of token it is, VK is asked, once: a community's may
  /// make more calls a second. Failures change nothing.
  void learn_token_kind(const std::string& method);
  /// Tells on standard error why a call failed; gives what the process ends with.
  [[nodiscard]] exit_status report(const error& failure) const;

 private:
  config settings(const call_command& what, const request& first);

  // Declared before the client that tells it, and stopped before that goes.
  std::shared_ptr<wait_watch> watch_;
  const interruption* stop_;
  error_format format_;
  bool stats_;
  token_presence token_ = token_presence::missing;
  // Neither an option nor a profile says the kind of the token, and VK was not asked yet.
  bool kind_unknown_ = false;
  // Made by `settings`, which sets the member above.
  std::optional<blocking_client> client_;
};

/// Tells on standard error what was probably mistyped; see `call_hints`.
void show_hints(const call_command& what, std::optional<api_errc> failure);

}  // namespace vkxx::cli
