#include <vkxx/core/error.hpp>

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/redaction.hpp>
#include "core/errors/server_text.hpp"

namespace vkxx {

struct error::state {
  errc code{};
  request_effect effect = request_effect::unknown;
  std::string message;
  std::optional<api_error_details> details;
  std::string method;
  int attempts = 0;
  int http_status = 0;
  std::optional<std::chrono::milliseconds> retry_after;
  std::optional<bool> writes;
  std::shared_ptr<const std::string> answer;
  std::vector<secret> hidden;
};

namespace {

// VK refuses before it acts, but for failures in the middle of the work.
request_effect effect_of(api_errc code) noexcept {
  switch (code) {
    case api_errc::unknown_error:
    case api_errc::internal_error:
    case api_errc::execute_runtime_error:
    case api_errc::timeout:
    case api_errc::ads_partial_success:
      return request_effect::unknown;
    default:
      return request_effect::rejected;
  }
}

bool is_retryable(errc code) noexcept {
  switch (code) {
    case errc::timeout:
    case errc::host_not_found:
    case errc::connection_refused:
    case errc::connection_failed:
    case errc::connection_lost:
    case errc::proxy_failure:
    case errc::truncated_answer:
    case errc::not_json:
    case errc::queue_full:
    case errc::method_blocked:
    case errc::endpoint_unavailable:
    case errc::state_failed:
    case errc::state_conflict:
      return true;
    default:
      return false;
  }
}

bool is_transient_code(errc code) noexcept {
  switch (code) {
    case errc::timeout:
    case errc::host_not_found:
    case errc::connection_refused:
    case errc::connection_failed:
    case errc::connection_lost:
    case errc::tls_failure:
    case errc::proxy_failure:
    case errc::truncated_answer:
    case errc::not_json:
    case errc::malformed_answer:
      return true;
    default:
      return false;
  }
}

bool is_retryable_status(int status) noexcept {
  return status == 408 || status == 429 || status >= 500;
}

std::string printed_parameters(const std::map<std::string, std::string>& parameters) {
  std::string text{"{"};
  for (const auto& [name, value] : parameters) {
    if (text.size() > 1) text += ", ";
    text += json_text(name) + ": " + json_text(value);
  }
  return text + "}";
}

std::string with_full_stop(std::string sentence) {
  if (!sentence.empty() && sentence.back() != '.') sentence += '.';
  return sentence;
}

// Long enough for every sentence of VK's.
constexpr std::size_t longest_message = 2000;

std::string printed(const api_error_details& details, const std::string& method) {
  std::string text = std::to_string(static_cast<int>(details.code)) + ". " +
                     with_full_stop(detail::server_text(details.message, {}, longest_message));
  if (details.subcode != 0) text += " error_subcode = " + std::to_string(details.subcode) + ".";
  text += " request_params = " + printed_parameters(details.request_params);
  // VK does not always repeat it.
  if (!method.empty() && !details.request_params.contains("method"))
    text += " Method " + method + '.';
  if (!details.confirmation_text.empty()) {
    text += "\nconfirmation_text = " + json_text(redacted_text(details.confirmation_text));
  }
  if (!details.redirect_uri.empty()) {
    text += "\nredirect_uri = " + json_text(redacted_text(details.redirect_uri));
  }
  return text;
}

std::string_view effect_text(request_effect effect) noexcept {
  switch (effect) {
    case request_effect::not_sent:
      return " The request was not sent, so it was not executed.";
    case request_effect::rejected:
      return " The request was not executed.";
    case request_effect::unknown:
      break;
    case request_effect::executed:
      return " VK executed the request.";
  }
  return " It is not known whether VK executed the request.";
}

// `always`: also when it was one.
std::string attempts_text(int attempts, request_effect effect, bool always) {
  if (attempts < 1 || (attempts == 1 && !always)) return {};
  const std::string number = attempts == 1 ? "once" : std::to_string(attempts) + " times";
  return (effect == request_effect::not_sent ? " Tried " : " Sent ") + number + ".";
}

}  // namespace

error::error(errc code, request_effect effect, std::string message) {
  state created;
  created.code = code;
  created.effect = effect;
  created.message = redacted_text(message);
  state_ = std::make_shared<const state>(std::move(created));
}

error::error(api_error_details details) {
  state created;
  created.effect = effect_of(details.code);
  created.message = detail::server_text(details.message, {}, longest_message);
  created.details = std::move(details);
  state_ = std::make_shared<const state>(std::move(created));
}

std::optional<api_errc> error::api_code() const noexcept {
  if (!state_->details) return std::nullopt;
  return state_->details->code;
}

std::optional<errc> error::code() const noexcept {
  if (state_->details) return std::nullopt;
  return state_->code;
}

error_origin error::origin() const noexcept {
  return state_->details ? error_origin::vk : origin_of(state_->code);
}

request_effect error::effect() const noexcept {
  return state_->effect;
}

bool error::is_transient() const noexcept {
  if (!state_->details) {
    if (state_->code == errc::http_status) return is_retryable_status(state_->http_status);
    return is_transient_code(state_->code);
  }
  const auto code = state_->details->code;
  return code == api_errc::unknown_error || code == api_errc::internal_error ||
         code == api_errc::timeout;
}

bool error::retryable() const noexcept {
  if (!state_->details) {
    if (state_->code == errc::http_status) return is_retryable_status(state_->http_status);
    return is_retryable(state_->code);
  }
  // Quotas (9, 29 and the like) are not among them: they last for hours.
  switch (state_->details->code) {
    case api_errc::unknown_error:
    case api_errc::too_many_requests_per_second:
    case api_errc::internal_error:
    case api_errc::need_wait:
    case api_errc::timeout:
    case api_errc::section_unavailable:
      return true;
    default:
      return false;
  }
}

bool error::needs_challenge() const noexcept {
  if (!state_->details) return false;
  switch (static_cast<int>(state_->details->code)) {
    case 14:
    case 17:
    case 24:
    case 3300:
    case 3301:
    case 3302:
    case 3303:
    case 3304:
      return true;
    default:
      return false;
  }
}

bool error::token_is_dead() const noexcept {
  if (!state_->details) return false;
  switch (state_->details->code) {
    case api_errc::authorization_failed:
    case api_errc::group_authorization_failed:
    case api_errc::application_authorization_failed:
    case api_errc::anonymous_token_expired:
    case api_errc::super_app_token_invalid:
    case api_errc::anonymous_token_invalid:
    case api_errc::access_token_expired:
    case api_errc::anonymous_token_ip_mismatch:
    case api_errc::token_extension_required:
      return true;
    default:
      return false;
  }
}

bool error::is_access_token_incorrect() const noexcept {
  return *this == api_errc::authorization_failed || *this == api_errc::access_denied;
}

bool error::is_captcha_needed() const noexcept {
  return *this == api_errc::captcha_needed;
}

const std::string& error::message() const noexcept {
  return state_->message;
}

const api_error_details* error::details() const noexcept {
  return state_->details ? &*state_->details : nullptr;
}

const std::string& error::method() const noexcept {
  return state_->method;
}

int error::attempts() const noexcept {
  return state_->attempts;
}

int error::http_status() const noexcept {
  return state_->http_status;
}

std::optional<std::chrono::milliseconds> error::retry_after() const noexcept {
  return state_->retry_after;
}

error::state& error::own() {
  // A copy of its own, so that other errors that share the state keep theirs.
  auto copy = std::make_shared<state>(*state_);
  auto& mine = *copy;
  state_ = std::move(copy);
  return mine;
}

error& error::set_method(std::string method) {
  own().method = std::move(method);
  return *this;
}

error& error::set_attempts(int attempts) {
  own().attempts = attempts;
  return *this;
}

error& error::set_http_status(int status) {
  own().http_status = status;
  return *this;
}

error& error::set_retry_after(std::chrono::milliseconds wait) {
  own().retry_after = wait;
  return *this;
}

error& error::set_effect(request_effect effect) {
  own().effect = effect;
  return *this;
}

std::optional<bool> error::is_write() const noexcept {
  return state_->writes;
}

error& error::set_write(bool writes) {
  own().writes = writes;
  return *this;
}

const std::string& error::answer() const noexcept {
  static const std::string none;
  return state_->answer ? *state_->answer : none;
}

error& error::set_answer(std::shared_ptr<const std::string> answer) {
  own().answer = std::move(answer);
  return *this;
}

error& error::hide(const secret& hidden) {
  const auto& known = state_->hidden;
  if (hidden.empty() || std::find(known.begin(), known.end(), hidden) != known.end()) return *this;
  auto& mine = own();
  mine.hidden.push_back(hidden);
  const auto strike = [&](std::string& text) { text = struck_out(text, hidden.expose()); };
  strike(mine.message);
  if (mine.details) {
    strike(mine.details->message);
    strike(mine.details->text);
    strike(mine.details->confirmation_text);
    for (auto& [name, value] : mine.details->request_params) strike(value);
  }
  return *this;
}

std::string error::to_string() const {
  std::string text;
  if (state_->details) {
    text = printed(*state_->details, state_->method);
  } else {
    text = vkxx::to_string(state_->code);
    text += ": " + with_full_stop(state_->message);
    if (!state_->method.empty()) text += " Method " + state_->method + ".";
  }
  const bool of_a_write = state_->writes.value_or(false);
  if (of_a_write || (!state_->writes && !state_->details)) {
    text += attempts_text(state_->attempts, state_->effect, of_a_write);
    text += effect_text(state_->effect);
  }
  for (const auto& hidden : state_->hidden) text = struck_out(text, hidden.expose());
  return text;
}

std::string error::without_secrets(std::string_view text) const {
  std::string shown{text};
  for (const auto& hidden : state_->hidden) shown = struck_out(shown, hidden.expose());
  return shown;
}

std::ostream& operator<<(std::ostream& out, const error& value) {
  return out << value.to_string();
}

}  // namespace vkxx
