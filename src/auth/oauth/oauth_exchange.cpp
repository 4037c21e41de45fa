#include "auth/oauth/oauth_exchange.hpp"

#include <utility>
#include <vkxx/http/transport.hpp>

namespace vkxx::auth::detail {

asio::awaitable<result<http::response>> post_form(token_environment environment, std::string url,
                                                  std::vector<form_field> fields,
                                                  exchange_options options) {
  http::request message{"POST", std::move(url)};
  message.add_header("Accept", "application/json");
  message.body(form_text(fields), "application/x-www-form-urlencoded");
  message.timeout(environment.timeout);
  auto sending = environment.send(std::move(message), std::move(options));
  co_return co_await std::move(sending);
}

asio::awaitable<oauth_answer> post_for_token(token_environment environment, std::string url,
                                             std::vector<form_field> fields,
                                             exchange_options options) {
  auto posting =
      post_form(std::move(environment), std::move(url), std::move(fields), std::move(options));
  auto answer = co_await std::move(posting);
  if (answer) co_return read_oauth_answer(*answer, std::chrono::system_clock::now());
  oauth_answer failed;
  failed.failure = answer.error();
  co_return failed;
}

asio::awaitable<std::optional<challenge_answer>> ask_hook(challenge_hook hook, challenge about) {
  if (!hook) co_return std::nullopt;
  if (!hook.is_coroutine()) co_return hook.run(std::move(about));
  auto started = hook.start(std::move(about));
  co_return co_await std::move(started);
}

}  // namespace vkxx::auth::detail
