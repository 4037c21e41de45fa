#include "command_line/numbers.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "output/output.hpp"

namespace vkxx::cli {
namespace {

// A token may have been given in place of a number: long texts are not repeated.
std::string quoted_text(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (text.size() > longest) return fmt::format("a text of {} characters", text.size());
  return fmt::format("\"{}\"", printable(text));
}

template <class Number>
Number read_number(std::string_view text, Number least, Number most, std::string_view unit) {
  const auto number = whole_number<Number>(text);
  // The comparison also fails for NaN.
  if (number && *number >= least && *number <= most) return *number;
  throw std::invalid_argument{
      fmt::format("expected {} from {} to {}, not {}", unit, least, most, quoted_text(text))};
}

}  // namespace

std::int64_t read_integer(std::string_view text, std::int64_t least, std::int64_t most,
                          std::string_view unit) {
  return read_number(text, least, most, unit);
}

std::uint64_t read_unsigned(std::string_view text, std::uint64_t least, std::uint64_t most,
                            std::string_view unit) {
  return read_number(text, least, most, unit);
}

double read_real(std::string_view text, double least, double most, std::string_view unit) {
  return read_number(text, least, most, unit);
}

}  // namespace vkxx::cli
