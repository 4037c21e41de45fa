// What a token endpoint may send: the first byte picks the status, the rest is the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "auth/oauth/oauth_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr int statuses[] = {200, 400, 401, 502};
  vkxx::http::response answer;
  answer.status = statuses[data[0] % 4];
  answer.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto read = vkxx::auth::detail::read_oauth_answer(answer, vkxx::auth::wall_time{});
  using vkxx::auth::detail::oauth_outcome;
  switch (read.outcome) {
    case oauth_outcome::token: {
      if (read.token.text.empty() && read.token.communities.empty()) std::abort();
      const auto back = vkxx::auth::access_token::from_json(read.token.to_json());
      if (!back || !(*back == read.token)) std::abort();
      break;
    }
    case oauth_outcome::captcha:
    case oauth_outcome::second_factor:
    case oauth_outcome::page:
      if (!read.open_challenge) std::abort();
      break;
    default:
      if (!read.failure) std::abort();
  }
  return 0;
}
