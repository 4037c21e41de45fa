// Sends the person to a page and waits for the address of the redirect.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <utility>

#include <vkxx/auth/access_token.hpp>
#include <vkxx/auth/redirect.hpp>
#include <vkxx/client/token_source.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::auth::detail {

// Returns that address. Error: `challenge_refused` without a hook.
[[nodiscard]] asio::awaitable<result<std::string>> open_page(page_hook opener, std::string url);

// Completes a login with the address that the browser was redirected to.
template <class Options, class Login>
using finish_step = asio::awaitable<result<access_token>> (*)(Options, Login, std::string,
                                                              token_environment);

// Runs a login from its page to the end.
template <class Options, class Login>
asio::awaitable<result<access_token>> open_and_finish(finish_step<Options, Login> finish,
                                                      Options options, Login login,
                                                      token_environment environment) {
  auto opening = open_page(options.on_page(), login.authorize_url);
  auto address = co_await std::move(opening);
  if (!address) co_return address.error();
  auto finishing =
      finish(std::move(options), std::move(login), std::move(*address), std::move(environment));
  co_return co_await std::move(finishing);
}

}  // namespace vkxx::auth::detail
