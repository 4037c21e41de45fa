#include "bot/text/pattern.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/core/utf8.hpp>
#include "core/text/message_text.hpp"
#include "core/text/written_number.hpp"

namespace vkxx::detail {
namespace {

// Two captures next to each other could split a text in quadratic many ways; this bounds the work.
constexpr std::size_t most_steps = 100'000;
// Bytes. A text of digits alone would be read once for each of them.
constexpr std::size_t longest_number = 64;

[[noreturn]] void refuse(std::string_view form, std::string_view reason) {
  throw_error(error{errc::invalid_argument, request_effect::not_sent,
                    "the pattern \"" + std::string{form} + "\": " + std::string{reason}});
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    return letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z');
  });
}

std::size_t size_of_first(std::string_view text) noexcept {
  const auto next = first_character(text);
  return next ? next->size : 1;
}

// The size of the space that the text begins with; 0: none. `leading_spaces` reads all of them.
std::size_t leading_space(std::string_view text) noexcept {
  return leading_spaces(text.substr(0, size_of_first(text)));
}

}  // namespace

text_pattern::text_pattern(std::string_view form, bool yo_as_ye) : yo_as_ye_{yo_as_ye} {
  auto rest = without_outer_spaces(form);
  if (rest.empty()) refuse(form, "it is empty");
  while (!rest.empty()) {
    if (rest.front() == '<') {
      const auto end = rest.find('>');
      if (end == std::string_view::npos) refuse(form, "a '<' has no '>'");
      add_capture(rest.substr(1, end - 1), form);
      rest.remove_prefix(end + 1);
    } else if (const auto spaces = leading_spaces(rest); spaces != 0) {
      parts_.push_back({part_type::space, {}});
      rest.remove_prefix(spaces);
    } else {
      auto end = std::size_t{0};
      while (end < rest.size() && rest[end] != '<' && leading_spaces(rest.substr(end)) == 0)
        end += size_of_first(rest.substr(end));
      add_literal(rest.substr(0, end));
      rest.remove_prefix(end);
    }
  }
}

void text_pattern::add_literal(std::string_view text) {
  if (text.find('>') != std::string_view::npos) refuse(text, "a '>' has no '<'");
  parts_.push_back({part_type::literal, folded(text, yo_as_ye_)});
}

void text_pattern::add_capture(std::string_view inside, std::string_view form) {
  static constexpr std::array<std::pair<std::string_view, part_type>, 4> types{{
      {"text", part_type::text},
      {"word", part_type::word},
      {"int", part_type::integer},
      {"float", part_type::real},
  }};
  const auto colon = inside.find(':');
  const auto name = inside.substr(0, colon);
  if (!is_name(name)) refuse(form, "a name in < > has letters, digits and _ only");
  for (const auto& known : parts_) {
    if (known.type != part_type::literal && known.text == name)
      refuse(form, "<" + std::string{name} + "> stands in it twice");
  }
  const auto wanted = colon == std::string_view::npos ? "text" : inside.substr(colon + 1);
  const auto* row =
      std::ranges::find(types, wanted, &std::pair<std::string_view, part_type>::first);
  if (row == types.end()) {
    refuse(form, "the type " + std::string{wanted} + " is none of text, word, int, float");
  }
  if (!parts_.empty() && parts_.back().type != part_type::literal &&
      parts_.back().type != part_type::space)
    refuse(form, "something must stand between two < >");
  parts_.push_back({row->second, std::string{name}});
}

// A match by depth first: the shortest part that lets the rest match.
struct text_pattern::attempt {
  const text_pattern& pattern;
  std::string_view text;          // as it was written
  std::vector<std::size_t> ends;  // of each part
  std::size_t steps = 0;

  bool run(std::size_t index, std::size_t at) {
    if (++steps > most_steps) return false;
    if (index == pattern.parts_.size()) return at == text.size();
    const auto& current = pattern.parts_[index];
    if (current.type == part_type::space) {
      const auto spaces = leading_spaces(text.substr(at));
      return spaces != 0 && accept(index, at + spaces);
    }
    if (current.type == part_type::literal) return run_literal(index, at);
    // No capture begins with a space, and what is longer begins the same.
    if (leading_space(text.substr(at)) != 0) return false;
    const bool number = current.type == part_type::integer || current.type == part_type::real;
    for (auto end = at; end < text.size();) {
      const auto rest = text.substr(end);
      const bool space = leading_space(rest) != 0;
      if (current.type != part_type::text && space) return false;
      end += size_of_first(rest);
      if (number && end - at > longest_number) return false;
      const auto part = text.substr(at, end - at);
      const bool fit = number ? captured_number(current.type, part) : !space;
      if (fit && accept(index, end)) return true;
    }
    return false;
  }

  bool accept(std::size_t index, std::size_t end) {
    ends[index] = end;
    return run(index + 1, end);
  }

  // Letters may change their size with their case: compared one by one.
  bool run_literal(std::size_t index, std::size_t at) {
    std::string_view wanted = pattern.parts_[index].text;
    while (!wanted.empty()) {
      if (at >= text.size()) return false;
      const auto size = first_letter(text.substr(at));
      const auto letter = folded(text.substr(at, size), pattern.yo_as_ye_);
      if (!wanted.starts_with(letter)) return false;
      wanted.remove_prefix(letter.size());
      at += size;
    }
    return accept(index, at);
  }

  static bool captured_number(part_type type, std::string_view part) {
    return type == part_type::integer ? read_integer(part).has_value()
                                      : read_real(part).has_value();
  }
};

bool text_pattern::match(std::string_view text, captures& found) const {
  text = without_outer_spaces(text);
  attempt trying{*this, text, std::vector<std::size_t>(parts_.size()), 0};
  if (!trying.run(0, 0)) return false;
  std::size_t start = 0;
  for (std::size_t index = 0; index < parts_.size(); ++index) {
    const auto& current = parts_[index];
    if (current.type != part_type::literal && current.type != part_type::space)
      found.set(current.text, std::string{text.substr(start, trying.ends[index] - start)});
    start = trying.ends[index];
  }
  return true;
}

}  // namespace vkxx::detail
