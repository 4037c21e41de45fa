// Challenges and their answers as JSON, for transport to another process.

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include <vkxx/client/challenge.hpp>
#include "core/errors/api_error_reader.hpp"
#include "core/json/json_field.hpp"

namespace vkxx {
namespace {

using answer_kind = challenge_answer::kind;

constexpr std::array answer_names{
    std::pair{answer_kind::captcha_key, "captcha_key"},
    std::pair{answer_kind::success_token, "success_token"},
    std::pair{answer_kind::access_token, "access_token"},
    std::pair{answer_kind::validated, "validated"},
    std::pair{answer_kind::confirmed, "confirmed"},
    std::pair{answer_kind::refused, "refused"},
    std::pair{answer_kind::code, "code"},
    std::pair{answer_kind::send_sms, "send_sms"},
    std::pair{answer_kind::phone_digits, "phone_digits"},
};

constexpr std::array challenge_kinds{challenge_kind::captcha, challenge_kind::validation,
                                     challenge_kind::confirmation, challenge_kind::second_factor,
                                     challenge_kind::phone};

error unreadable(const std::string& subject, const std::string& why) {
  return error{errc::invalid_argument, request_effect::not_sent, subject + " as JSON: " + why};
}

result<boost::json::object> read_object(std::string_view text, const std::string& subject) {
  boost::system::error_code failure;
  auto value = boost::json::parse({text.data(), text.size()}, failure);
  if (failure) return unreadable(subject, failure.message());
  if (!value.is_object()) return unreadable(subject, "expected an object");
  return std::move(value.get_object());
}

void put(boost::json::object& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

template <class Value>
void put(boost::json::object& object, const char* name, const std::optional<Value>& value) {
  if (value) object[name] = *value;
}

void write_captcha(boost::json::object& object, const captcha_fields& captcha) {
  put(object, "captcha_sid", captcha.sid);
  put(object, "captcha_img", captcha.img);
  put(object, "remixstlid", captcha.remixstlid);
  put(object, "captcha_ts", captcha.ts);
  put(object, "captcha_attempt", captcha.attempt);
  put(object, "captcha_ratio", captcha.ratio);
  put(object, "captcha_width", captcha.width);
  put(object, "captcha_height", captcha.height);
  put(object, "is_refresh_enabled", captcha.is_refresh_enabled);
  put(object, "is_sound_captcha_available", captcha.is_sound_captcha_available);
  put(object, "captcha_track", captcha.track);
}

}  // namespace

std::string challenge_answer::to_json() const {
  boost::json::object object;
  for (const auto& [known, name] : answer_names) {
    if (known == kind_) object["answer"] = name;
  }
  put(object, "text", text_.expose());
  return boost::json::serialize(object);
}

result<challenge_answer> challenge_answer::from_json(std::string_view text) {
  auto object = read_object(text, "the answer to a challenge");
  if (!object) return object.error();
  const auto named = detail::text_or_empty(*object, "answer");
  for (const auto& [known, name] : answer_names) {
    if (named == name) return challenge_answer{known, detail::text_or_empty(*object, "text")};
  }
  return unreadable("the answer to a challenge", "`answer` names no kind of answer");
}

std::string challenge::to_json() const {
  boost::json::object object;
  put(object, "challenge", std::string{to_string(kind_)});
  put(object, "method", method_);
  put(object, "text", text_);
  put(object, "redirect_uri", redirect_uri_);
  put(object, "confirmation_text", confirmation_text_);
  put(object, "validation_type", second_factor_.type);
  put(object, "phone_mask", second_factor_.phone_mask);
  put(object, "validation_sid", second_factor_.sid);
  put(object, "phone_prefix", phone_.prefix);
  put(object, "phone_suffix", phone_.suffix);
  object["wrong_answers"] = wrong_answers_;
  if (kind_ == challenge_kind::captcha) write_captcha(object, captcha_);
  return boost::json::serialize(object);
}

result<challenge> challenge::from_json(std::string_view text) {
  auto object = read_object(text, "a challenge");
  if (!object) return object.error();
  const auto named = detail::text_or_empty(*object, "challenge");
  for (const auto kind : challenge_kinds) {
    if (named != to_string(kind)) continue;
    challenge challenge;
    challenge.kind_ = kind;
    challenge.method_ = detail::text_or_empty(*object, "method");
    challenge.text_ = detail::text_or_empty(*object, "text");
    challenge.redirect_uri_ = detail::text_or_empty(*object, "redirect_uri");
    challenge.confirmation_text_ = detail::text_or_empty(*object, "confirmation_text");
    challenge.second_factor_.type = detail::text_or_empty(*object, "validation_type");
    challenge.second_factor_.phone_mask = detail::text_or_empty(*object, "phone_mask");
    challenge.second_factor_.sid = detail::text_or_empty(*object, "validation_sid");
    challenge.phone_.prefix = detail::text_or_empty(*object, "phone_prefix");
    challenge.phone_.suffix = detail::text_or_empty(*object, "phone_suffix");
    const auto wrong = detail::integer_field(*object, "wrong_answers").value_or(0);
    challenge.wrong_answers_ = wrong > 0 && wrong < 1000 ? static_cast<int>(wrong) : 0;
    if (kind == challenge_kind::captcha) challenge.captcha_ = detail::read_captcha(*object);
    return challenge;
  }
  return unreadable("a challenge", "`challenge` names no kind of challenge");
}

}  // namespace vkxx
