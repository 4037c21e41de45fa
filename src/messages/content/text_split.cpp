#include "messages/content/text_split.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <vkxx/messages/rich_text.hpp>
#include "messages/content/text_units.hpp"

namespace vkxx::detail {
namespace {

// How good a place is for a split, the best one last.
enum class break_quality : std::uint8_t { none, forced, character, word, line, paragraph };

struct break_place {
  std::size_t bytes = 0;  // before the place, from the start of the piece
  std::size_t units = 0;
  break_quality quality = break_quality::none;
};

constexpr std::size_t longest_mention = 512;  // bytes; more is no name
constexpr std::size_t longest_link = 2048;    // bytes; no browser takes more
constexpr std::size_t qualities = 6;

bool is_space(char32_t value) {
  return value == ' ' || value == '\t' || value == '\r' || value == '\n' || value == 0x3000 ||
         (value >= 0x2000 && value <= 0x200a && value != 0x2007);
}

// Characters that belong to the one before: marks, selectors, skin tones, tags, joiners.
bool extends(char32_t value) {
  struct range {
    char32_t first, last;
  };
  static constexpr range ranges[] = {
      {0x0300, 0x036f}, {0x0483, 0x0489},   {0x0591, 0x05bd},   {0x0610, 0x061a},  {0x064b, 0x065f},
      {0x093a, 0x094f}, {0x0e31, 0x0e3a},   {0x0e47, 0x0e4e},   {0x1ab0, 0x1aff},  {0x1dc0, 0x1dff},
      {0x200c, 0x200d}, {0x20d0, 0x20ff},   {0x302a, 0x302f},   {0x3099, 0x309a},  {0xfe00, 0xfe0f},
      {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0020, 0xe007f}, {0xe0100, 0xe01ef}};
  return std::any_of(std::begin(ranges), std::end(ranges), [value](const range& some) {
    return value >= some.first && value <= some.last;
  });
}

bool is_flag_letter(char32_t value) {
  return value >= 0x1f1e6 && value <= 0x1f1ff;
}

// The size in bytes of a mention (`[id1|Name]`) that the text begins with; 0: there is none.
std::size_t mention_size(std::string_view text) {
  if (!text.starts_with('[')) return 0;
  auto rest = text.substr(1);
  static constexpr std::string_view kinds[] = {"id", "club", "public", "event"};
  for (const auto kind : kinds) {
    if (!rest.starts_with(kind)) continue;
    const auto digits = rest.find_first_not_of("0123456789", kind.size());
    if (digits == std::string_view::npos || digits == kind.size() || rest[digits] != '|') return 0;
    const auto end = rest.substr(0, longest_mention).find_first_of("]\n", digits);
    return end == std::string_view::npos || rest[end] == '\n' ? 0 : end + 2;
  }
  return 0;
}

// The size in bytes of an address that the text begins with; 0: there is none.
std::size_t link_size(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return 0;
  std::size_t size = 0;
  while (size < text.size() && size <= longest_link) {
    const auto next = character_at(text, size);
    if (is_space(next.value)) break;
    size += next.bytes;
  }
  return size <= longest_link ? size : 0;
}

// Walks over one piece and remembers the best places.
class piece_walk {
 public:
  piece_walk(std::string_view text, std::size_t limit) : text_{text}, limit_{limit} {}

  // The whole text, if it fits; else the best place.
  [[nodiscard]] break_place find() {
    while (position_ < text_.size()) {
      const auto next = character_at(text_, position_);
      if (units_ + next.units > limit_) return best();
      note_place(next.value);
      position_ += next.bytes;
      units_ += next.units;
      before_ = next.value;
    }
    return {position_, units_, break_quality::paragraph};
  }

 private:
  // The place before the character `next`.
  void note_place(char32_t next) {
    if (position_ != 0) note(quality_before(next));
    if (position_ >= whole_end_) {
      const auto rest = text_.substr(position_);
      whole_end_ = position_ + std::max(mention_size(rest), link_size(rest));
    }
    flag_letters_ = is_flag_letter(next) ? flag_letters_ + 1 : 0;
    if (next == '\n') {
      ++lines_;
    } else if (next != '\r') {
      lines_ = 0;
    }
  }

  [[nodiscard]] break_quality quality_before(char32_t next) const {
    if (before_ == '\r' && next == '\n') return break_quality::forced;
    if (extends(next) || before_ == 0x200d) return break_quality::forced;
    if (is_flag_letter(next) && flag_letters_ % 2 == 1) return break_quality::forced;
    if (position_ < whole_end_) return break_quality::forced;
    if (is_space(next)) return break_quality::character;  // White space stays with what it ends.
    if (lines_ >= 2) return break_quality::paragraph;
    if (lines_ == 1) return break_quality::line;
    return is_space(before_) ? break_quality::word : break_quality::character;
  }

  void note(break_quality quality) {
    last_.at(static_cast<std::size_t>(quality)) = {position_, units_, quality};
  }

  // The last place of the best kind in the second half of the piece, else the last of any that is
  // not forced, unless there is none.
  [[nodiscard]] break_place best() {
    const auto next = character_at(text_, position_);
    note_place(next.value);
    for (auto kind = qualities; kind-- > static_cast<std::size_t>(break_quality::word);) {
      if (last_.at(kind).units * 2 >= limit_ && last_.at(kind).units != 0) return last_.at(kind);
    }
    for (auto kind = qualities; kind-- > static_cast<std::size_t>(break_quality::forced) + 1;) {
      if (last_.at(kind).units != 0) return last_.at(kind);
    }
    return last_.at(static_cast<std::size_t>(break_quality::forced));
  }

  std::string_view text_;
  std::size_t limit_;
  std::size_t position_ = 0;
  std::size_t units_ = 0;
  char32_t before_ = 0;
  std::size_t flag_letters_ = 0;
  std::size_t lines_ = 0;
  std::size_t whole_end_ = 0;  // of a mention or a link
  std::array<break_place, qualities> last_{};
};

}  // namespace

std::vector<text_piece> split_text(std::string_view text, std::size_t limit) {
  // A character has at least as many bytes as units.
  if (text.size() <= limit) return {{text, vk_length(text)}};
  std::vector<text_piece> pieces;
  do {
    const auto place = piece_walk{text, limit}.find();
    pieces.push_back({text.substr(0, place.bytes), place.units});
    text.remove_prefix(place.bytes);
  } while (!text.empty());
  return pieces;
}

}  // namespace vkxx::detail
