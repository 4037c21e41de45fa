/// @file
/// What is known of VK's API errors: their meaning, and what helps.
/// @see https://dev.vk.com/ru/reference/errors
#pragma once

#include <span>
#include <string_view>

#include <vkxx/core/api_errc.hpp>

namespace vkxx {

/// What has to happen before a call that failed can succeed. It is a hint for whoever decides, and
/// no promise that a repeat is safe: of a write, mind what is known of its effect.
enum class remedy {
  none,         ///< The same request will fail again.
  fix_request,  ///< The caller has to change the request, or a setting of the application.
  wait,         ///< Time has to pass: from a second (6) to hours (9, 29) or a day (601).
  once_more,    ///< One more try, after a new upload where one was involved, is reasonable.
  person,       ///< A person has to act: a captcha, a browser, a confirmation.
  new_token,    ///< Another token is needed.
};

/// What is known of one API error, in a developer's words.
struct api_error_facts {
  api_errc code;             ///< What the facts are about.
  std::string_view name;     ///< The name of the enumerator, such as `access_denied`.
  std::string_view meaning;  ///< One sentence: what VK says by it.
  std::string_view advice;   ///< One sentence or two: what helps.
  vkxx::remedy remedy;       ///< The kind of thing that helps.
  bool global;               ///< Whether any method may answer with it.
};

/// What is known of an `error_subcode`, which narrows an error down.
struct api_subcode_facts {
  api_errc code;             ///< The error that is narrowed down.
  int subcode;               ///< The number, which means something under `code` only.
  std::string_view meaning;  ///< One sentence.
};

/// The facts about `code`, or null if it is a number without a name. The facts live as long as the
/// program. Any threads may ask at once.
[[nodiscard]] const api_error_facts* find_facts(api_errc code) noexcept;

/// The facts about `subcode` of `code`, or null if nothing is known. The same number means
/// different things under different codes. The facts live as long as the program.
[[nodiscard]] const api_subcode_facts* find_subcode_facts(api_errc code, int subcode) noexcept;

/// All errors that have a name, sorted by code. The facts live as long as the program.
[[nodiscard]] std::span<const api_error_facts> all_api_errors() noexcept;

}  // namespace vkxx
