#include "emulator/transcript/line_difference.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_compared = 1000;  // Of each list: the table has a place for each pair.

void add_line(std::string& text, std::string_view mark, std::string_view line) {
  text.append("  ").append(mark).append(" ").append(line).append("\n");
}

}  // namespace

std::string line_difference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual) {
  if (expected == actual) return {};
  const auto rows = std::min(expected.size(), most_compared);
  const auto columns = std::min(actual.size(), most_compared);
  // The length of the longest common list of what follows.
  std::vector<std::uint16_t> common((rows + 1) * (columns + 1), 0);
  const auto at = [&](std::size_t row, std::size_t column) -> std::uint16_t& {
    return common[row * (columns + 1) + column];
  };
  for (auto row = rows; row-- > 0;)
    for (auto column = columns; column-- > 0;)
      at(row, column) = expected[row] == actual[column]
                            ? static_cast<std::uint16_t>(at(row + 1, column + 1) + 1)
                            : std::max(at(row + 1, column), at(row, column + 1));
  std::string text;
  std::size_t row = 0;
  std::size_t column = 0;
  while (row < rows || column < columns) {
    if (row < rows && column < columns && expected[row] == actual[column]) {
      add_line(text, "=", expected[row++]);
      ++column;
    } else if (row < rows && (column == columns || at(row + 1, column) >= at(row, column + 1))) {
      add_line(text, "-", expected[row++]);
    } else {
      add_line(text, "+", actual[column++]);
    }
  }
  for (; row < expected.size(); ++row) add_line(text, "-", expected[row]);
  for (; column < actual.size(); ++column) add_line(text, "+", actual[column]);
  return text;
}

}  // namespace vkxx::emulation::detail
