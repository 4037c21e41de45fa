#include "command_line/spelling.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vkxx::cli {
namespace {

constexpr std::size_t most_suggestions = 3;

char lower_letter(char character) noexcept {
  const bool upper = character >= 'A' && character <= 'Z';
  return upper ? static_cast<char>(character - 'A' + 'a') : character;
}

bool same(char first, char second) noexcept {
  return lower_letter(first) == lower_letter(second);
}

// The largest distance of a misspelling; beyond it, it is another name.
std::size_t tolerance(std::string_view word) noexcept {
  return word.size() < 4 ? 1 : std::min<std::size_t>(3, 1 + word.size() / 5);
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (auto& character : lower) character = lower_letter(character);
  return lower;
}

std::size_t edit_distance(std::string_view first, std::string_view second) {
  // Rows of the table of distances between the beginnings: of this character of `first`, of the one
  // before, and of the one before that, which swapped neighbours need.
  std::array<std::vector<std::size_t>, 3> rows;
  for (auto& row : rows) row.resize(second.size() + 1);
  for (std::size_t j = 0; j <= second.size(); ++j) rows[1][j] = j;
  for (std::size_t i = 1; i <= first.size(); ++i) {
    auto& [current, last, last_but_one] = rows;
    current[0] = i;
    for (std::size_t j = 1; j <= second.size(); ++j) {
      const std::size_t change = same(first[i - 1], second[j - 1]) ? 0 : 1;
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + change});
      const bool swapped =
          i > 1 && j > 1 && same(first[i - 1], second[j - 2]) && same(first[i - 2], second[j - 1]);
      if (swapped) current[j] = std::min(current[j], last_but_one[j - 2] + 1);
    }
    std::swap(last_but_one, last);
    std::swap(last, current);
  }
  return rows[1].back();
}

std::vector<std::string_view> nearest(std::string_view word,
                                      const std::vector<std::string_view>& known) {
  // Not a misspelling, and slow to compare.
  constexpr std::size_t longest = 200;
  std::vector<std::string_view> found;
  if (word.empty() || word.size() > longest) return found;
  auto best = tolerance(word);
  for (const auto name : known) {
    const auto difference = std::max(name.size(), word.size()) - std::min(name.size(), word.size());
    if (difference > best) continue;
    const auto distance = edit_distance(word, name);
    if (distance > best || distance >= name.size()) continue;
    if (distance < best) found.clear();
    best = distance;
    if (found.size() < most_suggestions) found.push_back(name);
  }
  return found;
}

std::string did_you_mean(const std::vector<std::string_view>& names) {
  if (names.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text + '?';
}

}  // namespace vkxx::cli
