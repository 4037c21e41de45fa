// One form posted to an OAuth endpoint.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include <vkxx/client/handler.hpp>
#include <vkxx/client/token_source.hpp>
#include <vkxx/http/message.hpp>
#include "auth/html/form_fields.hpp"
#include "auth/oauth/oauth_answer.hpp"

namespace vkxx::auth::detail {

// All fields go into the body: an address ends up in logs.
[[nodiscard]] asio::awaitable<result<http::response>> post_form(token_environment environment,
                                                                std::string url,
                                                                std::vector<form_field> fields);

// The same, with the answer read as that of a token endpoint.
[[nodiscard]] asio::awaitable<oauth_answer> post_for_token(token_environment environment,
                                                           std::string url,
                                                           std::vector<form_field> fields);

// The hook's answer; nothing if there is no hook.
[[nodiscard]] asio::awaitable<std::optional<challenge_answer>> ask_hook(challenge_hook hook,
                                                                        challenge about);

}  // namespace vkxx::auth::detail
