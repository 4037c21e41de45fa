// Walks through the pages of a login.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <vkxx/client/handler.hpp>
#include <vkxx/client/token_source.hpp>
#include "auth/web_login/page_machine.hpp"

namespace vkxx::auth::detail {

struct page_hooks {
  challenge_hook captcha;
  challenge_hook second_factor;
  challenge_hook phone;
};

// The token; empty if a validation was passed without a new one.
[[nodiscard]] asio::awaitable<result<access_token>> walk_pages(page_task task, page_hooks hooks,
                                                               token_environment environment);

// The same for a validation page of known address.
[[nodiscard]] asio::awaitable<result<access_token>> pass_validation_page(
    std::string address, std::string phone, page_hooks hooks, token_environment environment);

}  // namespace vkxx::auth::detail
