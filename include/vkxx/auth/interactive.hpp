/// @file
/// Authentication flows that prompt for whatever they were not given.
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
/// is asked before it is needed, and nothing twice: what was typed is kept after a login that
/// succeeded.
///
/// ```cpp
/// vkxx::blocking_client vk{vkxx::auth::interactive{vkxx::auth::implicit{}.scope("friends")}};
/// ```
///
/// The questions block the thread they are asked on: with `blocking_client` and the blocking
/// `log_in` the one of the event loop, on which nothing else of value waits then; with `client`
/// yours.
class interactive {
 public:
  explicit interactive(implicit flow);     ///< the web login of a user
  explicit interactive(communities flow);  ///< the web login for communities
  explicit interactive(direct flow);       ///< login and password by OAuth

  /// Who is asked; `make_terminal_prompter()` by default.
  interactive& prompts(std::shared_ptr<prompter> prompter);
  [[nodiscard]] const std::shared_ptr<prompter>& prompts() const noexcept { return asks_; }

  /// The flow. Its errors beside those of the flow inside: `challenge_refused` when a login or a
  /// password was asked for and none came.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's settings with this flow as its source of tokens, and a person for the captchas,
  /// validations and confirmations of calls.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

 private:
  std::variant<implicit, communities, direct> flow_;
  std::shared_ptr<prompter> asks_;
};

}  // namespace vkxx::auth
