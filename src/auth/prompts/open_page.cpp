#include "auth/prompts/open_page.hpp"

#include <utility>

namespace vkxx::auth::detail {

asio::awaitable<result<std::string>> open_page(page_hook opener, std::string url) {
  if (!opener) {
    co_return error{
        errc::challenge_refused, request_effect::not_sent,
        "the login needs a page to be opened, and there is no hook for it: set on_page"};
  }
  if (!opener.is_coroutine()) co_return opener.run(std::move(url));
  auto opening = opener.start(std::move(url));
  co_return co_await std::move(opening);
}

}  // namespace vkxx::auth::detail
