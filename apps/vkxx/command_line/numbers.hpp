/// @file
/// Numbers on the command line.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace vkxx::cli {

/// The decimal number that the whole of `text` is; nothing for a sign `+`, white space, other bases
/// and an overflow.
template <class Number>
[[nodiscard]] std::optional<Number> whole_number(std::string_view text) noexcept {
  Number number{};
  const auto* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), last, number);
  if (failure != std::errc{} || end != last) return std::nullopt;
  return number;
}

/// @name Read a decimal number that is the whole of `text` and in the range
/// A sign `+`, white space and other bases are refused.
/// Throws `std::invalid_argument` whose `what()` names the range and the text, such as `expected a
/// number from 1 to 100, not "1e9"`; `unit` is what is counted, such as `seconds`.
/// @{
[[nodiscard]] std::int64_t read_integer(std::string_view text, std::int64_t least,
                                        std::int64_t most, std::string_view unit = "a number");
[[nodiscard]] std::uint64_t read_unsigned(std::string_view text, std::uint64_t least,
                                          std::uint64_t most, std::string_view unit = "a number");
[[nodiscard]] double read_real(std::string_view text, double least, double most,
                               std::string_view unit = "a number");
/// @}

}  // namespace vkxx::cli
