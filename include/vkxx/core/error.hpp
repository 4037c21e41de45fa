/// @file
/// The one error value.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/api_errc.hpp>
#include <vkxx/core/errc.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

/// The fields of VK's error 14 (captcha needed). Each may be missing: VK sends them in several
/// combinations. https://dev.vk.com/api/captcha-error
struct captcha_fields {
  std::string sid;                                 ///< `captcha_sid`, of the picture kind
  std::string img;                                 ///< `captcha_img`, address of the picture
  std::string redirect_uri;                        ///< page that yields a `success_token`
  std::optional<std::int64_t> remixstlid;          ///< to be sent back with a `success_token`
  std::optional<std::string> ts;                   ///< `captcha_ts`, the number as VK wrote it
  std::optional<std::int64_t> attempt;             ///< `captcha_attempt`
  std::optional<double> ratio;                     ///< `captcha_ratio`, width by height
  std::optional<std::int64_t> width;               ///< `captcha_width`, pixels
  std::optional<std::int64_t> height;              ///< `captcha_height`, pixels
  std::optional<bool> is_refresh_enabled;          ///< whether the picture may be reloaded
  std::optional<bool> is_sound_captcha_available;  ///< whether there is a `track`
  std::string track;                               ///< `captcha_track`, address of the sound
};

/// VK's description of an API error.
struct api_error_details {
  api_errc code{};      ///< `error_code`; numbers without a name are kept
  int subcode = 0;      ///< `error_subcode`; 0: none
  std::string message;  ///< `error_msg`: English, for developers; untrusted text
  std::string text;     ///< `error_text`: fit for showing to a person; untrusted text
  std::map<std::string, std::string> request_params;  ///< as VK repeated them, secrets redacted
  std::string redirect_uri;                           ///< of the codes 14 and 17
  captcha_fields captcha;                             ///< of code 14
  std::string confirmation_text;                      ///< of code 24
  std::string ban_info;  ///< of code 5: JSON text. Holds a token: do not print it
  std::string raw;       ///< the error object as VK sent it. May hold secrets
};

/// All facts of a failed call; cheap to copy.
///
/// It answers: *what* failed (`api_code()` or `code()`), *who* reported it (`origin()`), *whether
/// VK executed* the request (`effect()`), *what to do* (`retryable()`, `needs_challenge()`,
/// `token_is_dead()`), and the *evidence* (`details()`, `method()`, `attempts()`, `message()`).
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class error {
 public:
  /// A failure that VK's API did not report. `message` says what was attempted and what happened.
  error(errc code, request_effect effect, std::string message);
  /// An error of VK's API.
  explicit error(api_error_details details);

  /// VK's error code; nothing if the failure is not one of VK's API.
  [[nodiscard]] std::optional<api_errc> api_code() const noexcept;
  /// The kind of the failure if it is not one of VK's API.
  [[nodiscard]] std::optional<errc> code() const noexcept;
  /// Who reported the failure: this library, the network, HTTP, VK, or the decoder of its answer.
  [[nodiscard]] error_origin origin() const noexcept;
  /// Whether the request was executed by any of its attempts, as far as known.
  [[nodiscard]] request_effect effect() const noexcept;
  /// Whether the call changes something at VK, so that `effect()` matters; nothing: not the failure
  /// of a call.
  [[nodiscard]] std::optional<bool> is_write() const noexcept;

  /// Whether the failure is transient, so that another try may succeed within seconds: a missing,
  /// truncated or malformed answer, HTTP 408, 429 and 5xx, VK's errors 1, 10 and 36. The client
  /// retries after these, where it is safe. `retryable()` also includes longer conditions: limits,
  /// blocks and closed sections.
  [[nodiscard]] bool is_transient() const noexcept;
  /// Whether the unchanged request may succeed later. Does not mean that a retry is safe: see
  /// `effect()` for that.
  [[nodiscard]] bool retryable() const noexcept;
  /// Codes 14, 17, 24 and related ones: a person must act first.
  [[nodiscard]] bool needs_challenge() const noexcept;
  /// The token is permanently invalid: another one is needed.
  [[nodiscard]] bool token_is_dead() const noexcept;
  /// Codes 5 and 15, as in the Python package `vk`. Prefer `token_is_dead()`: 15 concerns the
  /// object or the method, not the token.
  [[nodiscard]] bool is_access_token_incorrect() const noexcept;
  /// Code 14.
  [[nodiscard]] bool is_captcha_needed() const noexcept;

  /// What happened, in one sentence, without secrets.
  [[nodiscard]] const std::string& message() const noexcept;
  /// VK's description; null if the failure is not one of VK's API.
  [[nodiscard]] const api_error_details* details() const noexcept;
  /// The method that was called; of an error inside `execute` the inner one.
  [[nodiscard]] const std::string& method() const noexcept;
  /// `text` with the secrets of the call redacted (`struck_out`): its token and other secret
  /// parameters. For parts of `details()` that a program shows.
  [[nodiscard]] std::string without_secrets(std::string_view text) const;
  /// How many times the whole call sent the request, or tried to. Attempts that ended earlier do
  /// not count: without a token, by an exhausted quota, or by a deadline in the queue.
  [[nodiscard]] int attempts() const noexcept;
  /// VK's whole answer (`{"response":…}`) if it does not fit the requested type
  /// (`errc::unexpected_type`); else empty. May hold secrets: do not print it.
  [[nodiscard]] const std::string& answer() const noexcept;
  /// The HTTP status, if an HTTP answer was received; else 0.
  [[nodiscard]] int http_status() const noexcept;
  /// How long to wait after the failure before a retry makes sense: a server's `Retry-After`, or
  /// the rest of a quota's block. Nothing: unknown.
  [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept;

  /// Sets the method that was called.
  error& set_method(std::string method);
  /// Sets how many times the request was sent.
  error& set_attempts(int attempts);
  /// Sets the HTTP status; 0: none.
  error& set_http_status(int status);
  /// Sets how long the server asked to wait.
  error& set_retry_after(std::chrono::milliseconds wait);
  /// Corrects the effect.
  error& set_effect(request_effect effect);
  /// Sets whether the call changes something at VK.
  error& set_write(bool writes);
  /// Stores the answer that does not fit.
  error& set_answer(std::shared_ptr<const std::string> answer);
  /// Redacts a secret of the program in all that the error shows: `message()`, `to_string()`, and
  /// the texts of `details()`. Unchanged: `redirect_uri`, `captcha`, `ban_info`, `raw`.
  error& hide(const secret& hidden);

  /// For a person, without secrets: the code, the message, and VK's `request_params`. For a write
  /// it also says whether VK executed the request, and how often it was sent.
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] friend bool operator==(const error& left, api_errc right) noexcept {
    return left.api_code() == right;
  }
  [[nodiscard]] friend bool operator==(const error& left, errc right) noexcept {
    return left.code() == right;
  }

 private:
  struct state;
  state& own();

  // `boost::system::result::error()` default-constructs one if there is no error.
  template <class, class>
  friend class boost::system::result;
  error() : error{errc{}, request_effect::unknown, "no error"} {}

  std::shared_ptr<const state> state_;
};

/// Prints `to_string()`.
std::ostream& operator<<(std::ostream& out, const error& value);

}  // namespace vkxx
