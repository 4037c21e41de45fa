/// @file
/// The open captchas and validations. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/clock.hpp>
#include <vkxx/emulator/fault.hpp>

#include "emulator/api/api_request.hpp"
#include "emulator/faults/fault_engine.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// By VK's documentation the session of a captcha page lasts five minutes.
inline constexpr std::chrono::minutes captcha_lifetime{5};

struct captcha {
  fault_kind kind = fault_kind::captcha;
  std::string sid;
  std::string answer;         ///< What the picture shows.
  std::string session_token;  ///< In the page's address.
  std::string success_token;  ///< Empty until the page was passed.
  std::int64_t remixstlid = 0;
  std::string cookie;  ///< The value of the cookie `remixstlid`: the number and random text.
  bool check_remixstlid = false;
  bool passed = false;  ///< Answered correctly: cannot be used again.
  bool failed = false;  ///< Answered wrongly: a new picture was issued.
  int attempt = 1;
  time_point opened;
};

/// The subject of a validation page.
enum class validation_page {
  phone,
  code,
  captcha,
  link,
  no_token,  ///< As `phone`; the old token stays valid.
};

/// The kind with this name in a fault.
[[nodiscard]] std::optional<validation_page> find_validation_page(std::string_view name) noexcept;

/// The `act` of the page's address.
[[nodiscard]] std::string_view act_of(validation_page asks) noexcept;

struct validation {
  std::string hash;  ///< `api_hash` in the page's address.
  token_kind kind = token_kind::user;
  std::int64_t owner = 0;  ///< Who gets a token for it; 0: nobody.
  fault_id cause{};
  validation_page page = validation_page::phone;
  std::string login;  ///< Of the account; empty: nobody logs in.
};

/// The address of a validation page; `base_url` has no trailing slash.
[[nodiscard]] std::string validation_address(std::string_view base_url, const validation& opened);

/// The verdict on the captcha parameters of a call.
enum class captcha_verdict { no_answer, right, wrong };

class challenges {
 public:
  /// @param captcha_text the text of every picture; empty: random.
  challenges(std::uint64_t seed, std::string captcha_text)
      : random_{seed}, captcha_text_{std::move(captcha_text)} {}

  const captcha& open_captcha(fault_kind kind, bool check_remixstlid, int attempt, time_point now);
  /// Reads `captcha_sid` and `captcha_key`, or `success_token` and `remixstlid`. A correct answer
  /// is valid once; a second use, or an answer to an unknown captcha, counts as no answer. `judged`
  /// becomes the answered captcha, if there is one.
  [[nodiscard]] captcha_verdict judge(const api_request& request, time_point now,
                                      const captcha** judged);
  [[nodiscard]] const captcha* find_sid(std::string_view sid) const noexcept;
  [[nodiscard]] const captcha* find_session(std::string_view session_token,
                                            time_point now) const noexcept;
  /// Passes the captcha page: a new `success_token`; empty for an unknown session.
  [[nodiscard]] std::string pass_page(std::string_view session_token, time_point now);

  /// Opens the validation that a fault names for the owner of a token; returns the address of its
  /// page.
  /// @param base_url as in `validation_address`.
  [[nodiscard]] std::string open_validation(const active_fault& played, token_kind kind,
                                            std::int64_t owner, std::string_view base_url);
  /// Assigns a hash.
  const validation& open_validation(validation opened);
  /// Removes a validation that was passed.
  [[nodiscard]] std::optional<validation> pass_validation(std::string_view hash);
  [[nodiscard]] const validation* find_validation(std::string_view hash) const noexcept;

  [[nodiscard]] random_source& random() noexcept { return random_; }
  void clear();

 private:
  captcha_verdict judge_page(const api_request& request, std::string_view success_token,
                             time_point now, const captcha** judged);

  random_source random_;
  std::string captcha_text_;
  std::deque<captcha> captchas_;
  std::deque<validation> validations_;
};

/// The address of captcha pictures: VK's `api` host if the caller uses one of VK's names, because
/// clients accept pictures from there and from `m` only; else the emulator's address.
[[nodiscard]] std::string picture_base(std::string_view base_url);

/// The members of error 14 for this captcha.
/// @param base_url where pages and pictures are served, without a trailing slash.
[[nodiscard]] boost::json::object captcha_members(const captcha& value, std::string_view method,
                                                  std::string_view base_url,
                                                  std::int64_t unix_time);

}  // namespace vkxx::emulation::detail
