#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>
#include <vkxx/auth/access_token.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "core/json/json_field.hpp"
#include "core/text/number.hpp"

namespace vkxx::auth {

using vkxx::detail::integer_field;
using vkxx::detail::text_of;
using vkxx::detail::text_or_empty;
namespace {

void put(boost::json::object& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

secret secret_or_empty(const boost::json::object& object, std::string_view name) {
  return secret{text_or_empty(object, name)};
}

// The JSON is untrusted. An expiry beyond any token's lifetime counts as never, which also avoids
// an overflow.
std::optional<wall_time> moment_field(const boost::json::object& object, std::string_view name) {
  constexpr std::int64_t last = 9'000'000'000;
  const auto seconds = integer_field(object, name);
  if (!seconds || *seconds > last) return std::nullopt;
  return wall_time{std::chrono::seconds{std::max<std::int64_t>(*seconds, 0)}};
}

std::int64_t unix_seconds(wall_time moment) {
  return std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count();
}

}  // namespace

access_token::access_token() = default;

access_token::access_token(secret token) : text{std::move(token)} {}

void access_token::lives_for(std::int64_t expires_in, wall_time now) {
  // Whole seconds, as a store keeps them.
  const wall_time begin{std::chrono::floor<std::chrono::seconds>(now)};
  obtained_at = begin;
  expires_at.reset();
  // More than a century counts as never, which also avoids an overflow.
  if (expires_in > 0 && expires_in < 3'000'000'000) {
    expires_at = begin + std::chrono::seconds{expires_in};
  }
}

bool access_token::expired(wall_time moment) const noexcept {
  return expires_at && *expires_at <= moment;
}

std::string access_token::to_json() const {
  boost::json::object object;
  put(object, "access_token", text.expose());
  if (!communities.empty()) {
    boost::json::object tokens;
    for (const auto& [id, token] : communities) tokens[std::to_string(id)] = token.expose();
    object["communities"] = std::move(tokens);
  }
  if (first_community) object["first_community"] = *first_community;
  if (user_id) object["user_id"] = *user_id;
  if (expires_at) object["expires_at"] = unix_seconds(*expires_at);
  if (obtained_at) object["obtained_at"] = unix_seconds(*obtained_at);
  put(object, "scope", scope);
  put(object, "email", email);
  put(object, "secret", signing_secret.expose());
  put(object, "refresh_token", refresh_token.expose());
  put(object, "id_token", id_token.expose());
  put(object, "device_id", device_id);
  put(object, "client_id", client_id);
  return boost::json::serialize(object);
}

result<access_token> access_token::from_json(std::string_view json) {
  boost::system::error_code failure;
  const auto value = boost::json::parse({json.data(), json.size()}, failure);
  if (failure || !value.is_object())
    return detail::malformed("a token as JSON: expected an object");
  const auto& object = value.get_object();
  access_token read{secret_or_empty(object, "access_token")};
  if (const auto* tokens = object.if_contains("communities"); tokens && tokens->is_object()) {
    for (const auto& [name, token] : tokens->get_object()) {
      const auto id = vkxx::detail::parse_number<std::int64_t>({name.data(), name.size()});
      const auto text = text_of(token);
      if (!id || !text) {
        return detail::malformed("a token as JSON: `communities` holds something that is no token");
      }
      read.communities.emplace(*id, secret{*text});
    }
  }
  if (read.text.empty() && read.communities.empty()) {
    return detail::malformed("a token as JSON: there is no `access_token` in it");
  }
  read.first_community = integer_field(object, "first_community");
  read.user_id = integer_field(object, "user_id");
  read.expires_at = moment_field(object, "expires_at");
  read.obtained_at = moment_field(object, "obtained_at");
  read.scope = text_or_empty(object, "scope");
  read.email = text_or_empty(object, "email");
  read.signing_secret = secret_or_empty(object, "secret");
  read.refresh_token = secret_or_empty(object, "refresh_token");
  read.id_token = secret_or_empty(object, "id_token");
  read.device_id = text_or_empty(object, "device_id");
  read.client_id = text_or_empty(object, "client_id");
  return read;
}

}  // namespace vkxx::auth
