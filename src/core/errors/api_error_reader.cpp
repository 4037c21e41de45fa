#include "core/errors/api_error_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include <vkxx/core/redaction.hpp>
#include "core/json/json_field.hpp"

namespace vkxx::detail {
namespace {

// `[{"key": …, "value": …}, …]`. VK is not known to send another form.
std::map<std::string, std::string> read_request_params(const boost::json::object& object) {
  std::map<std::string, std::string> read;
  const auto* field = object.if_contains("request_params");
  const auto* list = field == nullptr ? nullptr : field->if_array();
  if (list == nullptr) return read;
  std::string method;  // the first entry
  for (const auto& item : *list) {
    const auto* pair = item.if_object();
    if (pair == nullptr) continue;
    auto name = text_field(*pair, "key");
    if (!name) continue;
    const auto text = text_or_empty(*pair, "value");
    if (read.empty() && *name == "method") method = text;
    auto value = redacted_parameter(method, *name, text);
    read.insert_or_assign(std::move(*name), std::move(value));
  }
  return read;
}

int narrowed(std::int64_t number) noexcept {
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
    return 0;
  }
  return static_cast<int>(number);
}

}  // namespace

captcha_fields read_captcha(const boost::json::object& object) {
  captcha_fields read;
  read.sid = text_or_empty(object, "captcha_sid");
  read.img = text_or_empty(object, "captcha_img");
  read.redirect_uri = text_or_empty(object, "redirect_uri");
  read.remixstlid = integer_field(object, "remixstlid");
  read.ts = text_field(object, "captcha_ts");
  read.attempt = integer_field(object, "captcha_attempt");
  read.ratio = number_field(object, "captcha_ratio");
  read.width = integer_field(object, "captcha_width");
  read.height = integer_field(object, "captcha_height");
  read.is_refresh_enabled = boolean_field(object, "is_refresh_enabled");
  read.is_sound_captcha_available = boolean_field(object, "is_sound_captcha_available");
  read.track = text_or_empty(object, "captcha_track");
  return read;
}

std::optional<error> read_api_error(const boost::json::object& object, std::string_view text) {
  const auto code = integer_field(object, "error_code");
  if (!code || narrowed(*code) != *code) return std::nullopt;
  api_error_details details;
  details.code = static_cast<api_errc>(narrowed(*code));
  details.subcode = narrowed(integer_field(object, "error_subcode").value_or(0));
  details.message = text_or_empty(object, "error_msg");
  // auth.* methods use the OAuth name at times.
  if (details.message.empty()) details.message = text_or_empty(object, "error_description");
  details.text = text_or_empty(object, "error_text");
  details.request_params = read_request_params(object);
  details.redirect_uri = text_or_empty(object, "redirect_uri");
  if (details.code == api_errc::captcha_needed) details.captcha = read_captcha(object);
  details.confirmation_text = text_or_empty(object, "confirmation_text");
  if (const auto* ban = object.if_contains("ban_info")) {
    details.ban_info = boost::json::serialize(*ban);
  }
  details.raw = text.empty() ? boost::json::serialize(object) : std::string{text};
  std::string method = text_or_empty(object, "method");
  if (method.empty()) {
    const auto named = details.request_params.find("method");
    if (named != details.request_params.end()) method = named->second;
  }
  error failure{std::move(details)};
  if (!method.empty()) failure.set_method(std::move(method));
  return failure;
}

}  // namespace vkxx::detail
