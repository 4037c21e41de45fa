#include <vkxx/emulator/fault.hpp>

#include <utility>

namespace vkxx::emulation {

std::string_view to_string(fault_kind kind) noexcept {
  switch (kind) {
    case fault_kind::error:
      return "error";
    case fault_kind::captcha:
      return "captcha";
    case fault_kind::captcha_page:
      return "captcha_page";
    case fault_kind::captcha_both:
      return "captcha_both";
    case fault_kind::validation:
      return "validation";
    case fault_kind::confirmation:
      return "confirmation";
    case fault_kind::http_status:
      return "http_status";
    case fault_kind::html:
      return "html";
    case fault_kind::wrong_type:
      return "wrong_type";
    case fault_kind::empty:
      return "empty";
    case fault_kind::broken_json:
      return "broken_json";
    case fault_kind::no_envelope:
      return "no_envelope";
    case fault_kind::huge:
      return "huge";
    case fault_kind::truncated:
      return "truncated";
    case fault_kind::slow:
      return "slow";
    case fault_kind::dribble:
      return "dribble";
    case fault_kind::silent:
      return "silent";
    case fault_kind::closed:
      return "closed";
    case fault_kind::reset:
      return "reset";
    case fault_kind::lost:
      return "lost";
    case fault_kind::twice:
      return "twice";
    case fault_kind::loose:
      return "loose";
    case fault_kind::domain_challenge:
      return "domain_challenge";
    case fault_kind::redirect:
      return "redirect";
    case fault_kind::trailing_error:
      return "trailing_error";
    case fault_kind::upload_error:
      return "upload_error";
    case fault_kind::upload_error_object:
      return "upload_error_object";
    case fault_kind::upload_errcode:
      return "upload_errcode";
    case fault_kind::upload_empty:
      return "upload_empty";
    case fault_kind::slow_read:
      return "slow_read";
    case fault_kind::old_format:
      return "old_format";
    case fault_kind::fallback_url:
      return "fallback_url";
  }
  return "";
}

fault& fault::method(std::string name) {
  method_ = std::move(name);
  return *this;
}

fault& fault::count(std::uint64_t calls) noexcept {
  count_ = calls;
  return *this;
}

fault& fault::token(std::string text) {
  token_ = std::move(text);
  return *this;
}

fault& fault::rate(double share) noexcept {
  rate_ = share;
  return *this;
}

fault& fault::message(std::string text) {
  message_ = std::move(text);
  return *this;
}

fault& fault::text(std::string text) {
  text_ = std::move(text);
  return *this;
}

fault& fault::subcode(int number) noexcept {
  subcode_ = number;
  return *this;
}

fault& fault::retry_after(std::string text) {
  retry_after_ = std::move(text);
  return *this;
}

fault& fault::body(std::string text) {
  body_ = std::move(text);
  return *this;
}

fault& fault::page(std::string kind) {
  page_ = std::move(kind);
  return *this;
}

fault& fault::check_remixstlid(bool on) noexcept {
  check_remixstlid_ = on;
  return *this;
}

}  // namespace vkxx::emulation
