// The token endpoint of the older OAuth: codes and client credentials.
#include <algorithm>
#include <boost/json/array.hpp>

#include "emulator/oauth/oauth_endpoints.hpp"
#include "emulator/oauth/scope_mask.hpp"

namespace vkxx::emulation::detail {

answer oauth_endpoints::server_token(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  if (auto refusal = wrong_client(arguments)) return std::move(*refusal);
  if (argument("grant_type") == "client_credentials") {
    boost::json::object object;
    object["access_token"] = tokens_.lasting(token_kind::service, 6'121'396);
    object["expires_in"] = 0;
    return oauth_json(200, object);
  }
  const auto found = std::ranges::find(codes_, argument("code"), &given_code::code);
  if (found == codes_.end() || !found->challenge.empty() || found->used ||
      found->ends <= when.now || found->client != argument("client_id")) {
    return oauth_refusal("invalid_grant", "Code is invalid or expired.");
  }
  found->used = true;
  if (found->redirect_uri != argument("redirect_uri")) return wrong_redirect();
  boost::json::object object;
  if (found->groups.empty()) {
    if (auto refusal = validation_of(found->user, when)) return std::move(*refusal);
    const auto given = tokens_.by_scope(found->scope, found->user, when.now);
    object["access_token"] = given.text;
    object["user_id"] = found->user;
    object["expires_in"] = given.lifetime.count();
    if (has_email(found->scope)) object["email"] = "user@emulator.test";
    return oauth_json(200, object);
  }
  // Communities: the present form of the answer, or that of older documentation for an odd number,
  // so that tests see both.
  boost::json::array groups;
  for (const auto id : found->groups) {
    const auto token = tokens_.lasting(token_kind::community, id);
    if (found->groups.size() % 2 == 1) object["access_token_" + std::to_string(id)] = token;
    boost::json::object group;
    group["group_id"] = id;
    group["access_token"] = token;
    groups.push_back(std::move(group));
  }
  if (found->groups.size() % 2 == 0) object["groups"] = std::move(groups);
  object["expires_in"] = 0;
  return oauth_json(200, object);
}

// A code that requires a validation page, which ends with the token.
std::optional<answer> oauth_endpoints::validation_of(std::int64_t user, const moment& when) {
  fault_engine::question query;
  query.method = "/access_token";
  query.wanted = [](const fault& rule) { return rule.kind() == fault_kind::validation; };
  query.answered = [](const fault&) { return false; };
  const auto played = faults_.take(query);
  if (!played) return std::nullopt;
  auto object = oauth_refusal_object("need_validation", "please open redirect_uri in browser");
  object["redirect_uri"] = open_.open_validation(*played, token_kind::user, user, when.base_url);
  return oauth_json(401, object);
}

}  // namespace vkxx::emulation::detail
