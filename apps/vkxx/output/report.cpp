#include "output/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>
#include <vkxx/core/api_error_facts.hpp>
#include <vkxx/core/redaction.hpp>

#include "command_line/spelling.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

std::string sentence(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

// Advice in terms of the command line, which replaces the error's own.
std::string_view advice_for(errc code) noexcept {
  switch (code) {
    case errc::invalid_argument:
      return "See --help.";
    case errc::timeout:
      return "See --timeout.";
    case errc::certificate_rejected:
      return "See --ca-file.";
    case errc::proxy_failure:
      return "See --proxy.";
    case errc::host_not_found:
    case errc::connection_refused:
    case errc::connection_failed:
    case errc::tls_failure:
    case errc::http_status:
    case errc::truncated_answer:
    case errc::not_json:
    case errc::malformed_answer:
    case errc::too_many_redirects:
    case errc::insecure_redirect:
      return "See --api-url and --emulator if the address is wrong.";
    case errc::answer_too_large:
      return "Ask for less at once.";
    case errc::wrong_credentials:
    case errc::wrong_code:
      return "Try again with the right one.";
    case errc::too_many_attempts:
      return "Wait for some hours.";
    case errc::account_blocked:
      return "Open vk.ru in a browser to restore it.";
    case errc::challenge_refused:
      return "Try again and answer the question.";
    case errc::connection_lost:
    case errc::deadline_exceeded:
    case errc::queue_full:
      return "Try again.";
    case errc::method_blocked:
    case errc::endpoint_unavailable:
      return "Try again later.";
    case errc::authorization_failed:
    case errc::cancelled:
    case errc::unexpected_type:
    case errc::handler_failed:
    case errc::body_failed:
    case errc::upload_refused:
    case errc::state_failed:
    case errc::state_conflict:
      break;
  }
  return {};
}

std::string advice_for(const error& failure, token_presence token) {
  if (token == token_presence::missing && failure.token_is_dead()) {
    return "No token was given: name a file with --token-file FILE, or set VK_ACCESS_TOKEN.";
  }
  const auto* facts = find_facts(*failure.api_code());
  return facts != nullptr ? std::string{facts->advice}
                          : "This code is not known here; see VK's message.";
}

std::string description_of(const api_error_details& details, const error& failure,
                           token_presence token) {
  const int code = static_cast<int>(details.code);
  std::string text = fmt::format("{}. {}", code, sentence(printable(failure.message())));
  if (!details.text.empty() && details.text != details.message) {
    text += fmt::format(" VK says: {}", sentence(printable(redacted_text(details.text))));
  }
  if (const auto* subcode = find_subcode_facts(details.code, details.subcode)) {
    text += fmt::format(" {}", subcode->meaning);
  } else if (details.subcode != 0) {
    text += fmt::format(" Subcode {}.", details.subcode);
  }
  return text + fmt::format(" {} (vkxx explain {})", advice_for(failure, token), code);
}

std::string_view outcome_of(request_effect effect) noexcept {
  if (effect == request_effect::not_sent) return "not_sent";
  if (effect == request_effect::rejected) return "rejected";
  return effect == request_effect::unknown ? "unknown" : "done";
}

// One word, such as `connection_refused`.
std::string word_of(errc code) {
  auto word = lower_case(to_string(code));
  std::ranges::replace(word, ' ', '_');
  return word;
}

void add_api_members(boost::json::object& members, const api_error_details& details) {
  members["code"] = static_cast<int>(details.code);
  const auto* facts = find_facts(details.code);
  if (facts != nullptr) members["name"] = std::string{facts->name};
  if (details.subcode != 0) members["subcode"] = details.subcode;
  if (!details.text.empty()) members["text"] = redacted_text(details.text);
}

}  // namespace

exit_status status_of(const error& failure) noexcept {
  const auto code = failure.code();
  if (failure.token_is_dead() || (code && is_authorization_failure(*code))) {
    return exit_status::authorization;
  }
  if (failure == errc::cancelled) return exit_status::interrupted;
  // From a login; a call fails with VK's own error instead.
  if (failure == errc::challenge_refused) return exit_status::authorization;
  if (failure == errc::invalid_argument) return exit_status::usage;
  if (failure == errc::handler_failed || failure == errc::body_failed) return exit_status::failed;
  if (failure == errc::state_failed || failure == errc::state_conflict) return exit_status::failed;
  switch (failure.origin()) {
    case error_origin::network:
    case error_origin::http:
      return exit_status::network;
    case error_origin::decoder:
      return exit_status::bad_answer;
    case error_origin::vk:
    case error_origin::client:
      break;
  }
  return exit_status::api_error;
}

std::string error_json(const error& failure, token_presence token,
                       const std::vector<std::string>& files) {
  boost::json::object members;
  const auto* details = failure.details();
  members["kind"] = details != nullptr ? std::string{"api"} : word_of(*failure.code());
  if (details != nullptr) add_api_members(members, *details);
  members["message"] = failure.message();
  if (!failure.method().empty()) members["method"] = failure.method();
  if (!files.empty()) members["files"] = boost::json::array(files.begin(), files.end());
  members["outcome"] = std::string{outcome_of(failure.effect())};
  if (failure.attempts() != 0) members["attempts"] = failure.attempts();
  if (failure.http_status() != 0) members["http_status"] = failure.http_status();
  if (const auto wait = failure.retry_after()) members["retry_after_ms"] = wait->count();
  members["advice"] =
      details != nullptr ? advice_for(failure, token) : std::string{advice_for(*failure.code())};
  members["exit_status"] = static_cast<int>(status_of(failure));
  auto text =
      printed_value(boost::json::object{{"error", std::move(members)}}, json_layout::compact);
  text.pop_back();
  return text;
}

std::string error_json(std::string_view kind, std::string_view message, exit_status status) {
  const boost::json::object members{{"kind", std::string{kind}},
                                    {"message", std::string{message}},
                                    {"exit_status", static_cast<int>(status)}};
  auto text = printed_value(boost::json::object{{"error", members}}, json_layout::compact);
  text.pop_back();
  return text;
}

exit_status report_failure(const error& failure, token_presence token, error_format format) {
  write_message(format == error_format::json ? error_json(failure, token)
                                             : "vkxx: " + description_of(failure, token));
  return status_of(failure);
}

exit_status report_failure(std::string_view kind, std::string_view message, exit_status status,
                           error_format format) {
  write_message(format == error_format::json ? error_json(kind, message, status)
                                             : "vkxx: " + printable(message));
  return status;
}

std::string description_of(const error& failure, token_presence token) {
  if (const auto* details = failure.details()) return description_of(*details, failure, token);
  std::string text = printable(failure.to_string());
  const auto advice = advice_for(*failure.code());
  if (!advice.empty()) text += fmt::format(" {}", advice);
  return text;
}

}  // namespace vkxx::cli
