/// @file
/// Passes VK's validation page (error 17, or in the middle of a login) without a browser.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include <vkxx/auth/access_token.hpp>
#include <vkxx/auth/flow_options.hpp>
#include <vkxx/client/handler.hpp>
#include <vkxx/client/token_source.hpp>

namespace vkxx::auth {

/// Walks through the pages of a validation (codes of a second factor, captchas, digits of the phone
/// number) up to the address that carries the new token.
///
/// ```cpp
/// vkxx::auth::validation pages;
/// pages.on_second_factor(ask_for_code);
/// vk.on_validation(pages.hook(vk.environment()));
/// ```
class validation : public challenge_options<validation> {
 public:
  /// Without hooks: nobody is asked. A page asks for at most 3 captchas, and 3 more in the middle
  /// of a second factor.
  validation();

  /// Passes the page.
  ///
  /// Completion: the new token; empty: the page was passed, and the present token stays valid.
  /// Errors, cancellation, lifetime, executor: see `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<vkxx::auth::access_token>> pass(
      std::string redirect_uri, token_environment environment) const;

  /// For `on_validation` of a client: the new token replaces the refused one. Returns `refused` if
  /// a hook refused; throws other failures as exceptions of `call`.
  [[nodiscard]] challenge_hook hook(token_environment environment) const;
};

}  // namespace vkxx::auth
