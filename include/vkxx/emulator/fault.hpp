/// @file
/// Faults that the emulator injects on demand.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vkxx::emulation {

/// The kinds of fault. A comment that mentions an argument means `fault::value()`.
enum class fault_kind {
  error,             ///< An API error; the argument is its code.
  captcha,           ///< Error 14 with a picture.
  captcha_page,      ///< Error 14 with the `redirect_uri` of a page that issues a `success_token`.
  captcha_both,      ///< Error 14 with the fields of both kinds.
  validation,        ///< Error 17, until the page at `redirect_uri` is passed.
  confirmation,      ///< Error 24, unless the call has `confirm=1`.
  http_status,       ///< An HTTP status (the argument, 400 to 599) with an HTML body.
  html,              ///< HTTP 200 with an HTML page instead of JSON.
  wrong_type,        ///< The correct answer with `Content-Type: text/html`.
  empty,             ///< HTTP 200 with an empty body.
  broken_json,       ///< HTTP 200 with truncated JSON.
  no_envelope,       ///< JSON with neither `response` nor `error`.
  huge,              ///< The correct answer, padded by the argument's number of bytes.
  truncated,         ///< Half of the body, then the connection closes.
  slow,              ///< The answer comes after the argument's milliseconds.
  dribble,           ///< The answer comes byte by byte, the argument's milliseconds apart.
  silent,            ///< No answer; the connection stays open.
  closed,            ///< The connection closes without an answer; the call is not executed.
  reset,             ///< The connection is reset without an answer; the call is not executed.
  lost,              ///< The call is executed, then the connection closes without an answer.
  twice,             ///< The call is executed twice, as if a proxy had repeated it.
  loose,             ///< VK's loose types: numbers as strings, `[]` for `{}`.
  domain_challenge,  ///< HTTP 403 with `X-Challenge: required` until `X-Challenge-Solution`.
  redirect,          ///< HTTP 302 to the same address, or to that in `body`.
  trailing_error,    ///< Adds to `execute_errors` a copy of the last one, of `execute`.
  // Of upload servers, all of them unless `fault::method()` names one: `/upload/message_photo`.
  upload_error,         ///< `{"error": "ERR_…"}`; the argument is `error_code`.
  upload_error_object,  ///< `{"error": {"error_code": …, "type": …}}`; the argument is the code.
  upload_errcode,       ///< `{"errcode": …}`; the argument is the code.
  upload_empty,         ///< What looks like success without data: `photo` is `[]`.
  slow_read,            ///< The file is read in pieces, the argument's milliseconds apart.
  old_format,           ///< The older form of the answer, where there are two (widget images).
  fallback_url,         ///< Of a method that gives an address: adds `fallback_upload_url`.
};

/// The kind's name in texts and in the control API, such as `captcha_page`.
[[nodiscard]] std::string_view to_string(fault_kind kind) noexcept;

/// Identifies a fault of an emulator.
enum class fault_id : std::uint64_t {};

/// A fault: its kind, the calls that it hits, and how often.
///
/// Thread safety: distinct objects: safe.
class fault {
 public:
  /// A fault for the next call of any method.
  explicit fault(fault_kind kind) noexcept : kind_{kind} {}
  /// The same with the argument of the kind; see `fault_kind`.
  fault(fault_kind kind, std::int64_t value) noexcept : kind_{kind}, value_{value} {}

  /// Only calls of this method; `*` (the default) is any, `wall.*` a section. A leading slash names
  /// another endpoint by its path and, if it has one, `?act=…`: `/authorize`, `/?act=login`,
  /// `/login*`, and upload servers by `/upload/` and the kind of upload; faults that are API errors
  /// do not apply to these.
  fault& method(std::string name);
  /// The number of calls; 0 means until the fault is removed. 1 by default; a captcha, validation
  /// or confirmation lasts until it is answered correctly.
  fault& count(std::uint64_t calls) noexcept;
  /// Applies only to calls with this token.
  fault& token(std::string text);
  /// The fraction of the calls that is hit, 0 to 1, drawn with the emulator's seed. Default 1.
  fault& rate(double share) noexcept;
  /// `error_msg`; VK's text for the code by default.
  fault& message(std::string text);
  /// `error_text`, the text for the user; `confirmation_text` of a confirmation.
  fault& text(std::string text);
  /// `error_subcode`.
  fault& subcode(int number) noexcept;
  /// The header `Retry-After` of `http_status`: seconds, or a date of HTTP.
  fault& retry_after(std::string text);
  /// The body of `http_status` and `html`; the target of `redirect`.
  fault& body(std::string text);
  /// Requires the answer of the captcha to have the issued `remixstlid`, as parameter or cookie.
  fault& check_remixstlid(bool on) noexcept;
  /// The subject of a validation page: `phone` (the default), `code`, `captcha`, `link`; or
  /// `no_token`, the phone page that ends with `success=1` and no token.
  fault& page(std::string kind);

  [[nodiscard]] fault_kind kind() const noexcept { return kind_; }  ///< The kind.
  /// The argument of the kind; empty for the kind's default.
  [[nodiscard]] const std::optional<std::int64_t>& value() const noexcept { return value_; }
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::optional<std::uint64_t>& count() const noexcept { return count_; }
  [[nodiscard]] const std::string& token() const noexcept { return token_; }
  [[nodiscard]] double rate() const noexcept { return rate_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::optional<int>& subcode() const noexcept { return subcode_; }
  [[nodiscard]] const std::string& retry_after() const noexcept { return retry_after_; }
  [[nodiscard]] const std::string& body() const noexcept { return body_; }
  [[nodiscard]] const std::string& page() const noexcept { return page_; }
  [[nodiscard]] bool check_remixstlid() const noexcept { return check_remixstlid_; }

 private:
  fault_kind kind_;
  std::optional<std::int64_t> value_;
  std::string method_ = "*";
  std::optional<std::uint64_t> count_;
  std::string token_;
  double rate_ = 1;
  std::string message_;
  std::string text_;
  std::optional<int> subcode_;
  std::string retry_after_;
  std::string body_;
  std::string page_;
  bool check_remixstlid_ = false;
};

/// Thrown for a text or a JSON object that describes no fault; `what()` says where and why.
class fault_syntax_error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Parses `KIND[=VALUE][:METHOD][*COUNT][,NAME=VALUE]…`, for example
/// `captcha:users.get*2`, `error=9:wall.post,message=Flood control`, `slow=500:*`,
/// `http_status=502*3`, `reset:messages.send,rate=0.05`.
///
/// The names are those of the setters of `fault`: `token`, `rate`, `message`, `text`, `subcode`,
/// `retry_after`, `body`, `page`, `check_remixstlid`. A comma inside a value is written `\,`, a
/// backslash `\\`.
/// @throws fault_syntax_error if the text has another form, or a number is out of its range.
[[nodiscard]] fault parse_fault(std::string_view text);

/// The text form of a fault, with the token redacted.
[[nodiscard]] std::string to_string(const fault& value);

}  // namespace vkxx::emulation
