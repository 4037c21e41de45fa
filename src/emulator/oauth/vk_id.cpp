// VK ID: the consent page, codes, token rotation, and user information.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "core/crypto/digest.hpp"
#include "core/encoding/base64url.hpp"
#include "emulator/oauth/oauth_endpoints.hpp"
#include "emulator/schema/sample_pages.hpp"
#include "emulator/world/accounts/account_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

boost::json::string_view shown(std::string_view text) {
  return {text.data(), text.size()};
}

answer refused(std::string_view error, std::string_view description, std::string_view state) {
  auto object = oauth_refusal_object(error, description);
  if (!state.empty()) object["state"] = shown(state);
  return oauth_json(400, object);
}

// A token in the form of RFC 7519, which programs decode; nobody has the key of its signature.
std::string id_token_of(const session& owner, random_source& random, const moment& when) {
  using vkxx::detail::base64url;
  constexpr std::int64_t lifetime = 3600;
  const boost::json::object claims{{"iss", "VK"},
                                   {"sub", owner.user},
                                   {"app", std::stoll(owner.client)},
                                   {"iat", when.unix_time},
                                   {"exp", when.unix_time + lifetime},
                                   {"jti", random.hex(64)}};
  return base64url(R"({"alg":"RS256"})") + '.' + base64url(boost::json::serialize(claims)) + '.' +
         base64url(random.hex(64));
}

std::string masked(std::string_view text) {
  return text.empty() ? std::string{} : std::string{text.substr(0, 1)} + "***";
}

}  // namespace

answer oauth_endpoints::vk_id_token(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto state = argument("state");
  if (find_client(argument("client_id")) == nullptr) {
    return refused("invalid_client", "client_id is missing or invalid", state);
  }
  if (argument("grant_type") == "authorization_code") return spend_code(arguments, when);
  if (argument("grant_type") == "refresh_token") return rotate(arguments, when);
  return refused("invalid_request", "grant_type is missing or invalid", state);
}

answer oauth_endpoints::spend_code(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto state = argument("state");
  const auto found = std::ranges::find(codes_, argument("code"), &given_code::code);
  if (found == codes_.end() || found->challenge.empty() || found->used || found->ends <= when.now ||
      found->client != argument("client_id")) {
    return refused("invalid_grant", "code is invalid or expired", state);
  }
  // A code is valid for one attempt, whatever its result.
  found->used = true;
  if (found->redirect_uri != argument("redirect_uri")) {
    return refused("invalid_request", "redirect_uri is missing or invalid", state);
  }
  if (found->device_id != argument("device_id")) {
    return refused("invalid_request", "device_id is invalid", state);
  }
  const auto verifier = argument("code_verifier");
  if (verifier.size() < 43 ||
      vkxx::detail::base64url(vkxx::detail::sha256(verifier)) != found->challenge) {
    return refused("invalid_request", "verifier is missing or invalid", state);
  }
  session created;
  created.client = found->client;
  created.device_id = found->device_id;
  created.user = found->user;
  created.scope = found->scope.empty() ? "vkid.personal_info" : found->scope;
  created.id_token = id_token_of(created, random_, when);
  sessions_.push_back(std::move(created));
  return give_pair(sessions_.back(), state, when);
}

answer oauth_endpoints::rotate(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto state = argument("state");
  const auto token = argument("refresh_token");
  const auto refusal = [&] {
    return refused("invalid_request", "refresh_token is missing or invalid", state);
  };
  if (token.empty()) return refusal();
  for (auto& candidate : sessions_) {
    // A refresh token that is used twice may be stolen: the session ends.
    if (std::ranges::find(candidate.spent, token) != candidate.spent.end()) {
      end_session(candidate);
      return refusal();
    }
    if (candidate.over || candidate.refresh_token != token || candidate.refresh_ends <= when.now)
      continue;
    if (candidate.client != argument("client_id") || candidate.device_id != argument("device_id")) {
      return refused("invalid_request", "device_id is invalid", state);
    }
    candidate.spent.push_back(candidate.refresh_token);
    tokens_.revoke(candidate.access_token, "access_token has expired.");
    return give_pair(candidate, state, when);
  }
  return refusal();
}

answer oauth_endpoints::give_pair(session& current, std::string_view state, const moment& when) {
  const auto given =
      tokens_.for_a_while(token_kind::user, current.user, session_lifetime, when.now);
  current.access_token = given.text;
  current.refresh_token = "vk2.a.emulator-refresh-" + random_.hex(64);
  current.ends = when.now + given.lifetime;
  current.refresh_ends = when.now + refresh_lifetime;
  boost::json::object object;
  object["access_token"] = current.access_token;
  object["refresh_token"] = current.refresh_token;
  object["id_token"] = current.id_token;
  object["token_type"] = "Bearer";
  object["expires_in"] = given.lifetime.count();
  object["user_id"] = current.user;
  object["state"] = shown(state);
  object["scope"] = current.scope;
  return oauth_json(200, object);
}

void oauth_endpoints::end_session(session& current) {
  current.over = true;
  tokens_.revoke(current.access_token, "invalid session.");
}

session* oauth_endpoints::find_session(std::string_view access_token, time_point now) noexcept {
  const auto found = std::ranges::find(sessions_, access_token, &session::access_token);
  if (found == sessions_.end() || found->over || found->ends <= now) return nullptr;
  return &*found;
}

answer oauth_endpoints::user_info(const session& current, bool in_full, std::string_view base_url) {
  const auto* user = state_.find_person(current.user);
  const auto grants = [&](std::string_view right) {
    return current.scope.find(right) != std::string::npos;
  };
  const auto part = [&](const std::string& text) { return in_full ? text : masked(text); };
  boost::json::object object;
  object["user_id"] = std::to_string(user->id);
  object["first_name"] = user->first_name.latin;
  object["last_name"] = part(user->last_name.latin);
  object["avatar"] = own_picture(base_url, "user" + std::to_string(user->id), "200");
  object["sex"] = user->sex;
  object["verified"] = user->verified;
  object["birthday"] = user->birthday;
  if (grants("email")) object["email"] = part("user@emulator.test");
  if (grants("phone")) object["phone"] = part("79990000000");
  boost::json::object whole;
  whole["user"] = std::move(object);
  return oauth_json(200, whole);
}

answer oauth_endpoints::about_session(std::string_view endpoint, const argument_list& arguments,
                                      const http_message& message, const moment& when) {
  if (find_client(arguments.find("client_id").value_or("")) == nullptr) {
    return refused("invalid_client", "client_id is missing or invalid", {});
  }
  if (endpoint == "public_info") {
    const auto id_token = arguments.find("id_token").value_or("");
    const auto found = std::ranges::find(sessions_, id_token, &session::id_token);
    if (id_token.empty() || found == sessions_.end() || found->over) {
      return refused("invalid_token", "id_token is missing or invalid", {});
    }
    return user_info(*found, false, when.base_url);
  }
  auto token = arguments.find("access_token").value_or("");
  constexpr std::string_view bearer = "Bearer ";
  const auto header = message.header("Authorization").value_or("");
  if (token.empty() && header.starts_with(bearer)) token = header.substr(bearer.size());
  auto* found = find_session(token, when.now);
  if (found == nullptr || found->client != arguments.find("client_id")) {
    return refused("invalid_token", "access_token is missing or invalid", {});
  }
  if (endpoint == "user_info") return user_info(*found, true, when.base_url);
  end_session(*found);
  boost::json::object done;
  done["response"] = 1;
  return oauth_json(200, done);
}

}  // namespace vkxx::emulation::detail
