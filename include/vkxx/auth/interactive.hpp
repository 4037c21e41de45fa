/// @file
/// Authentication flows that prompt for missing values.
#pragma once

#include <memory>
#include <variant>

#include <vkxx/auth/direct.hpp>
#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/implicit.hpp>
#include <vkxx/auth/prompter.hpp>

namespace vkxx::auth {

/// An authentication flow that prompts for what is missing: an empty login asks `VK user login: `,
/// an empty password `VK user password: `, a challenge without a hook asks for its answer. Nothing
/// is asked before it is needed, nor twice: the answers are kept after a successful login.
///
/// ```cpp
/// vkxx::blocking_client vk{vkxx::auth::interactive{vkxx::auth::implicit{}.scope("friends")}};
/// ```
///
/// A prompt blocks its thread: that of the internal event loop with `blocking_client` and the
/// blocking `log_in`, and your own with `client`.
class interactive {
 public:
  explicit interactive(implicit flow);     ///< the web login of a user
  explicit interactive(communities flow);  ///< the web login for communities
  explicit interactive(direct flow);       ///< login and password by OAuth

  /// The prompter; `make_terminal_prompter()` by default.
  interactive& prompts(std::shared_ptr<prompter> prompter);
  [[nodiscard]] const std::shared_ptr<prompter>& prompts() const noexcept { return asks_; }

  /// The flow. Errors in addition to those of the inner flow: `challenge_refused` if a prompt for
  /// login or password gets no answer.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's config with this flow as its source of tokens, and with prompts for the captchas,
  /// validations and confirmations of calls.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

 private:
  std::variant<implicit, communities, direct> flow_;
  std::shared_ptr<prompter> asks_;
};

}  // namespace vkxx::auth
