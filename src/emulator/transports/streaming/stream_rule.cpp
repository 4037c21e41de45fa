#include "emulator/transports/streaming/stream_rule.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vkxx::emulation::detail {
namespace {

bool is_word_byte(char letter) noexcept {
  const auto byte = static_cast<unsigned char>(letter);
  return byte >= 0x80U || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z') || letter == '_';
}

// Latin and Russian letters, in UTF-8.
std::string small_letters(std::string_view text) {
  std::string small{text};
  for (std::size_t i = 0; i < small.size(); ++i) {
    auto& letter = small[i];
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (static_cast<unsigned char>(letter) != 0xD0U || i + 1 == small.size()) continue;
    const auto next = static_cast<unsigned char>(small[i + 1]);
    if (next == 0x81U) {
      small.replace(i, 2, "\xD1\x91");
    } else if (next >= 0x90U && next <= 0x9FU) {
      small[i + 1] = static_cast<char>(next + 0x20U);
    } else if (next >= 0xA0U && next <= 0xAFU) {
      small[i] = '\xD1';
      small[i + 1] = static_cast<char>(next - 0x20U);
    }
    ++i;
  }
  return small;
}

std::size_t letters_in(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char unit) { return (static_cast<unsigned char>(unit) & 0xC0U) != 0x80U; }));
}

// Without the last letters.
std::string_view without_ending(std::string_view word, std::size_t letters) noexcept {
  while (letters > 0 && !word.empty()) {
    while ((static_cast<unsigned char>(word.back()) & 0xC0U) == 0x80U) word.remove_suffix(1);
    word.remove_suffix(1);
    --letters;
  }
  return word;
}

bool is_form_of(std::string_view word, std::string_view keyword) {
  constexpr std::size_t shortest_with_ending = 4;
  constexpr std::size_t long_keyword = 6;
  if (word == keyword) return true;
  const auto length = letters_in(keyword);
  if (length < shortest_with_ending) return false;
  const auto stem = without_ending(keyword, length < long_keyword ? 1 : 2);
  return word.starts_with(stem) && letters_in(word) <= length + 2;
}

}  // namespace

stream_failure stream_error(int code) {
  constexpr std::array<std::pair<int, std::string_view>, 15> messages{
      {{1000, "Can't switch to the WebSocket protocol"},
       {1001, "HTTP method is not supported"},
       {1002, "Content-Type is not supported"},
       {1003, "Parameter key is missing"},
       {1004, "Parameter key is wrong"},
       {1005, "Parameter stream_id is wrong"},
       {1006, "A stream with this stream_id is already open"},
       {2000, "Can't parse JSON in the body of the request"},
       {2001, "Tag already exist"},
       {2002, "Tag not exist"},
       {2003, "Can't parse the contents of rule"},
       {2004, "Too many keywords in one rule"},
       {2005, "Unbalanced quotes"},
       {2006, "Too many rules"},
       {2008, "At least one positive keyword must be in rule"}}};
  const auto* found = std::ranges::find(messages, code, &std::pair<int, std::string_view>::first);
  return {code, found == messages.end() ? "Error" : std::string{found->second}};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text) {
    if (is_word_byte(letter)) {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

stream_rule::stream_rule(std::string tag, std::string value)
    : tag_{std::move(tag)}, value_{std::move(value)} {
  if (tag_.size() > longest_rule_tag || value_.size() > longest_rule_value)
    throw stream_error(2003);
  if (std::ranges::count(value_, '"') % 2 != 0) throw stream_error(2005);
  std::string_view rest = value_;
  while (true) {
    const auto start = rest.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    rest.remove_prefix(start);
    keyword next;
    next.excluded = rest.front() == '-';
    if (next.excluded) rest.remove_prefix(1);
    next.exact = rest.starts_with('"');
    if (next.exact) rest.remove_prefix(1);
    const auto end = std::min(rest.find(next.exact ? '"' : ' '), rest.size());
    const auto words = words_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + (next.exact ? 1 : 0), rest.size()));
    if (words.size() != 1) throw stream_error(2003);
    next.text = next.exact ? words.front() : small_letters(words.front());
    keywords_.push_back(std::move(next));
    if (keywords_.size() > most_rule_keywords) throw stream_error(2004);
  }
  if (keywords_.empty()) throw stream_error(2003);
  if (std::ranges::all_of(keywords_, &keyword::excluded)) throw stream_error(2008);
}

bool stream_rule::fits(const std::vector<std::string>& words) const {
  return std::ranges::all_of(keywords_, [&words](const keyword& wanted) {
    const bool found = std::ranges::any_of(words, [&wanted](const std::string& word) {
      return wanted.exact ? word == wanted.text : is_form_of(small_letters(word), wanted.text);
    });
    return found != wanted.excluded;
  });
}

}  // namespace vkxx::emulation::detail
