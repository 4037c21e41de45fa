// What a token endpoint answered. Pure: bytes in, a value out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vkxx/auth/access_token.hpp>
#include <vkxx/client/challenge.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/http/message.hpp>
#include "auth/html/form_fields.hpp"

namespace vkxx::auth::detail {

enum class oauth_outcome {
  token,
  captcha,
  second_factor,  // a code is wanted
  page,           // a page has to be opened
  wrong_code,     // the code of the second factor was wrong
  refused,        // any other `error`
  unreadable,     // no answer at all: `failure` says why
};

struct oauth_answer {
  oauth_outcome outcome = oauth_outcome::unreadable;
  access_token token;
  // Of token: `state`, as it came.
  std::string state;
  // Of captcha, second_factor and page.
  std::optional<challenge> open_challenge;
  // Of second_factor: no code was sent yet.
  bool code_not_sent = false;
  // Of refused: VK cannot answer now; what was sent may be right.
  bool try_later = false;
  // Of wrong_code, refused and unreadable: the caller's error.
  std::optional<error> failure;
};

// Reads the JSON first, the status second: errors of OAuth come with 401 or other statuses.
// `now`: what `expires_in` is counted from.
[[nodiscard]] oauth_answer read_oauth_answer(const http::response& answer, wall_time now);

// The same for the fields of an address, as the implicit flow gives them. A field that comes twice
// makes it unreadable.
[[nodiscard]] oauth_answer read_oauth_fields(const std::vector<form_field>& fields, wall_time now);

}  // namespace vkxx::auth::detail
