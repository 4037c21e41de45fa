// Sends the person to a page, and waits for the address that comes back.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include <vkxx/auth/redirect.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::auth {

// The address. Error: `challenge_refused` when there is no hook.
[[nodiscard]] asio::awaitable<result<std::string>> open_page(page_hook opener, std::string url);

}  // namespace vkxx::auth
