/// @file
/// The picture of a captcha.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

inline constexpr int captcha_width = 130;
inline constexpr int captcha_height = 50;

/// A grey PNG (RFC 2083) that shows the first five digits of `text`; other characters leave a gap.
[[nodiscard]] std::string captcha_png(std::string_view text);

}  // namespace vkxx::emulation::detail
