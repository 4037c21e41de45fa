// Routing to the endpoints, and their common refusals.
#include "emulator/oauth/oauth_endpoints.hpp"

#include <boost/json/serialize.hpp>

namespace vkxx::emulation::detail {

boost::json::object oauth_refusal_object(std::string_view error, std::string_view description,
                                         std::string_view type) {
  boost::json::object object;
  object["error"] = boost::json::string_view{error.data(), error.size()};
  if (!type.empty()) object["error_type"] = boost::json::string_view{type.data(), type.size()};
  if (!description.empty()) {
    object["error_description"] = boost::json::string_view{description.data(), description.size()};
  }
  return object;
}

answer oauth_json(unsigned status, const boost::json::object& object) {
  answer response;
  response.status = status;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = boost::json::serialize(object);
  return response;
}

answer oauth_refusal(std::string_view error, std::string_view description, std::string_view type) {
  return oauth_json(401, oauth_refusal_object(error, description, type));
}

answer wrong_redirect() {
  return oauth_refusal("invalid_request",
                       "redirect_uri is incorrect, check application redirect uri in the settings "
                       "page");
}

std::optional<answer> wrong_client(const argument_list& arguments) {
  const auto* client = find_client(arguments.find("client_id").value_or(""));
  if (client == nullptr) return oauth_refusal("invalid_client", "client_id is incorrect");
  if (arguments.find("client_secret") != client->secret) {
    return oauth_refusal("invalid_client", "client_secret is incorrect");
  }
  return std::nullopt;
}

oauth_endpoints::oauth_endpoints(world& state, account_book& accounts, challenges& open,
                                 fault_engine& faults, const emulator_options& options)
    : state_{state},
      accounts_{accounts},
      open_{open},
      faults_{faults},
      random_{options.seed() + 2},
      tokens_{state, options.token_lifetime(), options.seed() + 3},
      style_{options.page_seed()},
      web_{{state, accounts, open, faults, tokens_, style_}, options.seed() + 4},
      implicit_{state, accounts, web_, tokens_, style_, options},
      auto_consent_{options.auto_consent()} {}

std::optional<answer> oauth_endpoints::answer_to(const http_message& message, const moment& when) {
  auto path = path_of(message.target);
  // Some clients write `/token/`.
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto arguments = read_arguments(message);
  if (path == "/method/auth.validatePhone") return validate_phone(arguments);
  if (path == "/token") {
    const auto grant = arguments.find("grant_type");
    if (grant == "client_credentials") return server_token(arguments, when);
    if (grant != "password") {
      return oauth_refusal("unsupported_grant_type", "grant_type is unsupported");
    }
    return password_grant(arguments, when);
  }
  if (path == "/authorize") return authorize(arguments, message, when);
  if (path == "/error") {
    return oauth_refusal(arguments.find("error").value_or("invalid_request"),
                         arguments.find("error_description").value_or(""));
  }
  if (path == "/access_token") return server_token(arguments, when);
  if (path == "/oauth2/auth") return vk_id_token(arguments, when);
  for (const std::string_view reason : {"user_info", "public_info", "logout", "revoke"}) {
    if (path == "/oauth2/" + std::string{reason}) {
      return about_session(reason, arguments, message, when);
    }
  }
  // What VK ID's web SDK reports and asks beside the login; it expects JSON.
  if (path == "/stat_events_vkid_sdk") return oauth_json(200, {{"response", 1}});
  if (path == "/vkid_sdk_get_config") return oauth_json(200, {{"response", {{"active", false}}}});
  if (auto page = web_.answer_to(message, arguments, when)) return page;
  return implicit_.answer_to(message, arguments, when);
}

}  // namespace vkxx::emulation::detail
