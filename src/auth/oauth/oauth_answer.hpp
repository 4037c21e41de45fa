// The answer of a token endpoint. Pure: bytes in, a value out.
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
  page,           // the person has to open a page
  wrong_code,     // the code of the second factor was wrong
  refused,        // any other `error`
  unreadable,     // unreadable: `failure` says why
};

struct oauth_answer {
  oauth_outcome outcome = oauth_outcome::unreadable;
  access_token token;
  // Of token: the unchanged `state`.
  std::string state;
  // Of captcha, second_factor and page.
  std::optional<challenge> open_challenge;
  // Of second_factor: no code has been sent yet.
  bool code_not_sent = false;
  // Of refused: VK cannot answer at present; the request may be correct.
  bool try_later = false;
  // Of wrong_code, refused and unreadable: the caller's error.
  std::optional<error> failure;
};

// Reads the JSON first and the status second: OAuth errors come with 401 or other statuses. `now`:
// the start of `expires_in`.
[[nodiscard]] oauth_answer read_oauth_answer(const http::response& answer, wall_time now);

// The same for the fields of an address, as in the implicit flow. A repeated field makes it
// unreadable.
[[nodiscard]] oauth_answer read_oauth_fields(const std::vector<form_field>& fields, wall_time now);

}  // namespace vkxx::auth::detail
