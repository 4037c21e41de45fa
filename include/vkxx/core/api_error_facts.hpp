/// @file
/// The meanings and remedies of VK's API errors.
/// @see https://dev.vk.com/ru/reference/errors
#pragma once

#include <span>
#include <string_view>

#include <vkxx/core/api_errc.hpp>

namespace vkxx {

/// What must happen before a failed call can succeed. A hint, and no promise that a retry is safe:
/// of a write, look at the effect as well.
enum class remedy {
  none,         ///< The same request will fail again.
  fix_request,  ///< The caller must change the request, or a setting of the application.
  wait,         ///< Time must pass: from a second (6) to hours (9, 29) or a day (601).
  once_more,    ///< One more try, after a new upload where one was involved, is reasonable.
  person,       ///< A person must act: a captcha, a browser, a confirmation.
  new_token,    ///< Another token is needed.
};

/// The facts of an API error, in a developer's words.
struct api_error_facts {
  api_errc code;             ///< The error.
  std::string_view name;     ///< The name of the enumerator, such as `access_denied`.
  std::string_view meaning;  ///< One sentence: what VK means by it.
  std::string_view advice;   ///< One or two sentences: what to do.
  vkxx::remedy remedy;       ///< The kind of remedy.
  bool global;               ///< Whether any method may return it.
};

/// The facts of an `error_subcode`, which refines an error.
struct api_subcode_facts {
  api_errc code;             ///< The refined error.
  int subcode;               ///< The number, which has a meaning under `code` only.
  std::string_view meaning;  ///< One sentence.
};

/// The facts about `code`, or null if it is a number without a name. The facts live as long as the
/// program. Thread safety: safe.
[[nodiscard]] const api_error_facts* find_facts(api_errc code) noexcept;

/// The facts about `subcode` of `code`, or null if it is unknown. The same number means different
/// things under different codes. The facts live as long as the program.
[[nodiscard]] const api_subcode_facts* find_subcode_facts(api_errc code, int subcode) noexcept;

/// All errors that have a name, sorted by code. The facts live as long as the program.
[[nodiscard]] std::span<const api_error_facts> all_api_errors() noexcept;

}  // namespace vkxx
