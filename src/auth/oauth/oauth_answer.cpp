#include "auth/oauth/oauth_answer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>
#include <vkxx/core/redaction.hpp>

#include "auth/html/shown_text.hpp"
#include "core/errors/api_error_reader.hpp"
#include "core/json/json_field.hpp"
#include "core/text/number.hpp"

namespace vkxx::auth::detail {

using vkxx::detail::integer_field;
using vkxx::detail::read_api_error;
using vkxx::detail::text_or_empty;
namespace {

// A token is a string; a number or a boolean is not one.
std::string token_or_empty(const boost::json::value& value) {
  const auto* text = value.if_string();
  return text == nullptr ? std::string{} : std::string{text->data(), text->size()};
}

oauth_answer unreadable(errc code, std::string message, const http::response& answer) {
  error failure{code, request_effect::unknown, std::move(message)};
  failure.set_http_status(answer.status);
  oauth_answer read;
  read.failure = std::move(failure);
  return read;
}

oauth_answer refused(errc code, std::string message, const http::response& answer,
                     oauth_outcome outcome = oauth_outcome::refused) {
  error failure{code, request_effect::rejected, std::move(message)};
  failure.set_http_status(answer.status);
  oauth_answer read;
  read.outcome = outcome;
  read.failure = std::move(failure);
  return read;
}

// The server's reason, for a person.
std::string reason_of(const boost::json::object& object) {
  auto text = text_or_empty(object, "error_description");
  const auto type = text_or_empty(object, "error_type");
  auto name = text_or_empty(object, "error");
  if (!type.empty()) name += name.empty() ? type : ", " + type;
  if (text.empty()) return shown_text(name);
  return shown_text(std::move(text)) + " (" + shown_text(std::move(name)) + ")";
}

// The same fields as those of the API's errors, so that one reader serves both.
std::optional<challenge> challenge_in(const boost::json::object& object, challenge_kind kind) {
  auto fields = object;
  fields["challenge"] = to_string(kind);
  fields["method"] = "token";
  fields["text"] = text_or_empty(object, "error_description");
  fields.erase("wrong_answers");
  auto result = challenge::from_json(boost::json::serialize(fields));
  if (!result) return std::nullopt;
  return std::move(*result);
}

oauth_answer asking(oauth_outcome outcome, std::optional<challenge> challenge) {
  oauth_answer read;
  read.outcome = outcome;
  read.open_challenge = std::move(challenge);
  return read;
}

oauth_answer read_validation(const boost::json::object& object, const http::response& answer) {
  // Checked first: a blocked account is not a matter of error codes.
  if (object.if_contains("ban_info") != nullptr) {
    return refused(errc::account_blocked, "the account is blocked: " + reason_of(object), answer);
  }
  if (!text_or_empty(object, "validation_type").empty()) {
    auto read =
        asking(oauth_outcome::second_factor, challenge_in(object, challenge_kind::second_factor));
    read.code_not_sent = !text_or_empty(object, "validation_resend").empty();
    return read;
  }
  if (!text_or_empty(object, "redirect_uri").empty()) {
    return asking(oauth_outcome::page, challenge_in(object, challenge_kind::validation));
  }
  return refused(
      errc::authorization_failed,
      "a validation is needed, but the server names no page for it: " + reason_of(object), answer);
}

oauth_answer read_refusal(const boost::json::object& object, const http::response& answer) {
  const auto name = text_or_empty(object, "error");
  const auto type = text_or_empty(object, "error_type");
  if (object.if_contains("ban_info") != nullptr || name == "need_validation") {
    return read_validation(object, answer);
  }
  if (name == "need_captcha") {
    auto challenge = challenge_in(object, challenge_kind::captcha);
    if (challenge && (challenge->wants_success_token() || !challenge->captcha().sid.empty())) {
      return asking(oauth_outcome::captcha, std::move(challenge));
    }
    return unreadable(errc::malformed_answer, "the server wants a captcha, but gives none", answer);
  }
  if (type == "wrong_otp" || type == "otp_format_is_incorrect") {
    return refused(errc::wrong_code, "the code is wrong: " + reason_of(object), answer,
                   oauth_outcome::wrong_code);
  }
  if (type == "username_or_password_is_incorrect") {
    return refused(errc::wrong_credentials,
                   "Login error (e.g. incorrect password): " + reason_of(object), answer);
  }
  if (type == "too_much_tries" || type == "password_bruteforce_attempt" ||
      name.find("Flood control") != std::string::npos) {
    return refused(errc::too_many_attempts,
                   "too many attempts to log in, wait for some hours: " + reason_of(object),
                   answer);
  }
  // RFC 6749, 4.1.2.1, and RFC 8628, 3.5.
  if (name == "server_error" || name == "temporarily_unavailable" || name == "slow_down") {
    auto read = refused(errc::authorization_failed,
                        "VK cannot answer just now, try again later: " + reason_of(object), answer);
    read.try_later = true;
    return read;
  }
  return refused(errc::authorization_failed, reason_of(object), answer);
}

// An error of another part of VK, in the form of an API error.
oauth_answer read_api_refusal(const boost::json::object& object, const http::response& answer) {
  const auto failure = read_api_error(object);
  if (!failure) {
    const auto message = text_or_empty(object, "error_msg");
    if (message.empty()) {
      return unreadable(errc::malformed_answer,
                        "the answer has neither a token nor an error that can be read", answer);
    }
    return refused(errc::authorization_failed, "VK refused the login: " + shown_text(message),
                   answer);
  }
  if (failure->is_captcha_needed()) {
    auto challenge = challenge_in(object, challenge_kind::captcha);
    if (challenge && (challenge->wants_success_token() || !challenge->captcha().sid.empty())) {
      return asking(oauth_outcome::captcha, std::move(challenge));
    }
    return unreadable(errc::malformed_answer, "the server wants a captcha, but gives none", answer);
  }
  const auto code = *failure->api_code();
  const auto text = "VK refused the login with the error " +
                    std::to_string(static_cast<int>(code)) + ": " +
                    shown_text(failure->details()->message);
  if (code == api_errc::flood) return refused(errc::too_many_attempts, text, answer);
  auto read = refused(errc::authorization_failed, text, answer);
  read.try_later = failure->retryable();
  return read;
}

// `access_token_1` and the like: the older answer for communities.
bool read_numbered_tokens(const boost::json::object& object, access_token& token) {
  constexpr std::string_view prefix = "access_token_";
  for (const auto& [key, value] : object) {
    const std::string_view name{key.data(), key.size()};
    if (!name.starts_with(prefix)) continue;
    auto digits = name.substr(prefix.size());
    if (digits.starts_with('-')) digits.remove_prefix(1);
    const auto id = vkxx::detail::parse_number<std::int64_t>(digits);
    auto text = token_or_empty(value);
    if (!id || *id < 0 || text.empty()) return false;
    token.communities.emplace(*id, secret{std::move(text)});
  }
  return true;
}

// `groups`: the newer one.
bool read_groups(const boost::json::object& object, access_token& token) {
  const auto* list = object.if_contains("groups");
  if (list == nullptr) return true;
  if (!list->is_array()) return false;
  for (const auto& item : list->get_array()) {
    const auto* group = item.if_object();
    const auto id = group ? integer_field(*group, "group_id") : std::nullopt;
    const auto* held = group ? group->if_contains("access_token") : nullptr;
    auto text = held == nullptr ? std::string{} : token_or_empty(*held);
    if (!id || text.empty()) return false;
    token.communities.emplace(*id < 0 ? -*id : *id, secret{std::move(text)});
  }
  return true;
}

oauth_answer read_token(const boost::json::object& object, const http::response& answer,
                        wall_time now) {
  oauth_answer read;
  auto& token = read.token;
  const auto* held = object.if_contains("access_token");
  token.text = secret{held == nullptr ? std::string{} : token_or_empty(*held)};
  if (!read_numbered_tokens(object, token) || !read_groups(object, token) ||
      (token.text.empty() && token.communities.empty())) {
    return unreadable(errc::malformed_answer,
                      "the answer has neither a token nor an error that can be read", answer);
  }
  read.outcome = oauth_outcome::token;
  token.user_id = integer_field(object, "user_id");
  token.lives_for(integer_field(object, "expires_in").value_or(0), now);
  token.scope = text_or_empty(object, "scope");
  token.email = text_or_empty(object, "email");
  token.signing_secret = secret{text_or_empty(object, "secret")};
  token.refresh_token = secret{text_or_empty(object, "refresh_token")};
  token.id_token = secret{text_or_empty(object, "id_token")};
  token.device_id = text_or_empty(object, "device_id");
  read.state = text_or_empty(object, "state");
  return read;
}

}  // namespace

oauth_answer read_oauth_answer(const http::response& answer, wall_time now) {
  boost::system::error_code failure;
  const auto value = boost::json::parse(answer.body, failure);
  const bool good_status = answer.status >= 200 && answer.status < 300;
  if (failure || !value.is_object()) {
    const auto status = "HTTP status " + std::to_string(answer.status);
    return unreadable(good_status ? errc::not_json : errc::http_status,
                      "the answer is not a JSON object (" + status + ", " +
                          std::to_string(answer.body.size()) + " bytes)",
                      answer);
  }
  const auto& object = value.get_object();
  const auto* refusal = object.if_contains("error");
  if (refusal != nullptr && refusal->is_string()) return read_refusal(object, answer);
  if (refusal != nullptr && refusal->is_object()) {
    return read_api_refusal(refusal->get_object(), answer);
  }
  if (!good_status) {
    return unreadable(errc::http_status,
                      "the answer has HTTP status " + std::to_string(answer.status), answer);
  }
  return read_token(object, answer, now);
}

oauth_answer read_oauth_fields(const std::vector<form_field>& fields, wall_time now) {
  boost::json::object object;
  for (const auto& [name, value] : fields) {
    if (!object.emplace(name, value).second) {
      return unreadable(errc::malformed_answer, "a field of the address occurs twice", {});
    }
  }
  if (object.if_contains("error") != nullptr) return read_refusal(object, {});
  return read_token(object, {}, now);
}

}  // namespace vkxx::auth::detail
