// VK ID: the consent page, codes, tokens that rotate, and what is told of the user.
#include <openssl/evp.h>
#include <algorithm>
#include <boost/json/array.hpp>

#include "emulator/encoding/base64.hpp"
#include "emulator/oauth/ways_in.hpp"

namespace vkxx::emulation {
namespace {

std::string challenge_of(std::string_view verifier) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(verifier.data(), verifier.size(), digest, &size, EVP_sha256(), nullptr);
  return base64url({reinterpret_cast<const char*>(digest), size});
}

boost::json::string_view shown(std::string_view text) {
  return {text.data(), text.size()};
}

answer refused(std::string_view error, std::string_view description, std::string_view state) {
  auto object = oauth_refusal_object(error, description);
  if (!state.empty()) object["state"] = shown(state);
  return oauth_json(400, object);
}

std::string masked(std::string_view text) {
  return text.empty() ? std::string{} : std::string{text.substr(0, 1)} + "***";
}

}  // namespace

answer ways_in::vk_id_token(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto state = argument("state");
  if (find_client(argument("client_id")) == nullptr) {
    return refused("invalid_client", "client_id is missing or invalid", state);
  }
  if (argument("grant_type") == "authorization_code") return spend_code(arguments, when);
  if (argument("grant_type") == "refresh_token") return rotate(arguments, when);
  return refused("invalid_request", "grant_type is missing or invalid", state);
}

answer ways_in::spend_code(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto state = argument("state");
  const auto found = std::ranges::find(codes_, argument("code"), &given_code::code);
  if (found == codes_.end() || found->challenge.empty() || found->used || found->ends <= when.now ||
      found->client != argument("client_id")) {
    return refused("invalid_grant", "code is invalid or expired", state);
  }
  // A code is good for one try, whatever becomes of it.
  found->used = true;
  if (found->redirect_uri != argument("redirect_uri")) {
    return refused("invalid_request", "redirect_uri is missing or invalid", state);
  }
  if (found->device_id != argument("device_id")) {
    return refused("invalid_request", "device_id is invalid", state);
  }
  const auto verifier = argument("code_verifier");
  if (verifier.size() < 43 || challenge_of(verifier) != found->challenge) {
    return refused("invalid_request", "verifier is missing or invalid", state);
  }
  session made;
  made.client = found->client;
  made.device_id = found->device_id;
  made.user = found->user;
  made.scope = found->scope.empty() ? "vkid.personal_info" : found->scope;
  made.id_token = "eyJhbGciOiJSUzI1NiJ9." + random_.hex(64) + "." + random_.hex(64);
  sessions_.push_back(std::move(made));
  return give_pair(sessions_.back(), state, when);
}

answer ways_in::rotate(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto state = argument("state");
  const auto token = argument("refresh_token");
  const auto refusal = [&] {
    return refused("invalid_request", "refresh_token is missing or invalid", state);
  };
  if (token.empty()) return refusal();
  for (auto& one : sessions_) {
    // A refresh token that comes a second time was stolen from somebody: the session ends.
    if (std::ranges::find(one.spent, token) != one.spent.end()) {
      end_session(one);
      return refusal();
    }
    if (one.over || one.refresh_token != token || one.refresh_ends <= when.now) continue;
    if (one.client != argument("client_id") || one.device_id != argument("device_id")) {
      return refused("invalid_request", "device_id is invalid", state);
    }
    one.spent.push_back(one.refresh_token);
    state_.spoil_token(one.access_token, "access_token has expired.");
    return give_pair(one, state, when);
  }
  return refusal();
}

answer ways_in::give_pair(session& one, std::string_view state, const moment& when) {
  const auto given = tokens_.for_a_while(token_kind::user, one.user, session_lifetime, when.now);
  one.access_token = given.text;
  one.refresh_token = "vk2.a.emulator-refresh-" + random_.hex(64);
  one.ends = when.now + given.lifetime;
  one.refresh_ends = when.now + refresh_lifetime;
  boost::json::object object;
  object["access_token"] = one.access_token;
  object["refresh_token"] = one.refresh_token;
  object["id_token"] = one.id_token;
  object["token_type"] = "Bearer";
  object["expires_in"] = given.lifetime.count();
  object["user_id"] = one.user;
  object["state"] = shown(state);
  object["scope"] = one.scope;
  return oauth_json(200, object);
}

void ways_in::end_session(session& one) {
  one.over = true;
  state_.spoil_token(one.access_token, "invalid session.");
}

session* ways_in::find_session(std::string_view access_token, time_point now) noexcept {
  const auto found = std::ranges::find(sessions_, access_token, &session::access_token);
  if (found == sessions_.end() || found->over || found->ends <= now) return nullptr;
  return &*found;
}

answer ways_in::user_info(const session& one, bool in_full) {
  const auto* user = state_.find_person(one.user);
  const auto grants = [&](std::string_view right) {
    return one.scope.find(right) != std::string::npos;
  };
  const auto part = [&](const std::string& text) { return in_full ? text : masked(text); };
  boost::json::object object;
  object["user_id"] = std::to_string(user->id);
  object["first_name"] = user->first_name.latin;
  object["last_name"] = part(user->last_name.latin);
  object["avatar"] = "";
  object["sex"] = user->sex;
  object["verified"] = user->verified;
  object["birthday"] = user->birthday;
  if (grants("email")) object["email"] = part("user@emulator.test");
  if (grants("phone")) object["phone"] = part("79990000000");
  boost::json::object whole;
  whole["user"] = std::move(object);
  return oauth_json(200, whole);
}

answer ways_in::about_session(std::string_view what, const argument_list& arguments,
                              const http_message& message, const moment& when) {
  if (find_client(arguments.find("client_id").value_or("")) == nullptr) {
    return refused("invalid_client", "client_id is missing or invalid", {});
  }
  if (what == "public_info") {
    const auto id_token = arguments.find("id_token").value_or("");
    const auto found = std::ranges::find(sessions_, id_token, &session::id_token);
    if (id_token.empty() || found == sessions_.end() || found->over) {
      return refused("invalid_token", "id_token is missing or invalid", {});
    }
    return user_info(*found, false);
  }
  auto token = arguments.find("access_token").value_or("");
  constexpr std::string_view bearer = "Bearer ";
  const auto header = message.header("Authorization").value_or("");
  if (token.empty() && header.starts_with(bearer)) token = header.substr(bearer.size());
  auto* found = find_session(token, when.now);
  if (found == nullptr || found->client != arguments.find("client_id")) {
    return refused("invalid_token", "access_token is missing or invalid", {});
  }
  if (what == "user_info") return user_info(*found, true);
  end_session(*found);
  boost::json::object done;
  done["response"] = 1;
  return oauth_json(200, done);
}

}  // namespace vkxx::emulation
