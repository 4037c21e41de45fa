#include <vkxx/messages/rich_text.hpp>

#include <algorithm>
#include <utility>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/utf8.hpp>
#include "messages/content/text_split.hpp"
#include "messages/content/text_units.hpp"

namespace vkxx {
namespace {

bool comes_before(const text_format& left, const text_format& right) {
  if (left.offset != right.offset) return left.offset < right.offset;
  if (left.length != right.length) return left.length > right.length;
  if (left.style != right.style) return left.style < right.style;
  return left.address < right.address;
}

void insert_format(std::vector<text_format>& formats, text_format part) {
  if (part.length == 0) return;
  const auto place = std::upper_bound(formats.begin(), formats.end(), part, comes_before);
  formats.insert(place, std::move(part));
}

// The part of a format that lies in [first, last), from its start.
text_format cut_format(text_format part, std::size_t first, std::size_t last) {
  const auto from = std::clamp(part.offset, first, last);
  const auto to = std::clamp(part.offset + part.length, first, last);
  part.offset = from - first;
  part.length = to - from;
  return part;
}

}  // namespace

std::string_view to_string(text_style value) noexcept {
  switch (value) {
    case text_style::bold:
      return "bold";
    case text_style::italic:
      return "italic";
    case text_style::underline:
      return "underline";
    case text_style::link:
      return "url";
  }
  return "unknown";
}

std::size_t vk_length(std::string_view text) noexcept {
  std::size_t units = 0;
  for (std::size_t position = 0; position < text.size();) {
    const auto character = detail::character_at(text, position);
    units += character.units;
    position += character.bytes;
  }
  return units;
}

rich_text::rich_text(std::string text) : text_{std::move(text)} {}
rich_text::rich_text(std::string_view text) : text_{text} {}
rich_text::rich_text(const char* text) : text_{text} {}

rich_text& rich_text::append(const rich_text& part, const text_format* added) {
  const auto offset = length();
  // A text may be appended to itself.
  const auto formats = part.formats_;
  const auto size = part.length();
  text_ += std::string{part.text_};
  if (added != nullptr) {
    auto whole = *added;
    whole.offset = offset;
    whole.length = size;
    insert_format(formats_, std::move(whole));
  }
  for (auto moved : formats) {
    moved.offset += offset;
    insert_format(formats_, std::move(moved));
  }
  return *this;
}

rich_text& rich_text::plain(const rich_text& part) {
  return append(part, nullptr);
}
rich_text& rich_text::bold(const rich_text& part) {
  const text_format added{text_style::bold, 0, 0, {}};
  return append(part, &added);
}
rich_text& rich_text::italic(const rich_text& part) {
  const text_format added{text_style::italic, 0, 0, {}};
  return append(part, &added);
}
rich_text& rich_text::underline(const rich_text& part) {
  const text_format added{text_style::underline, 0, 0, {}};
  return append(part, &added);
}
rich_text& rich_text::link(const rich_text& part, std::string_view address) {
  const text_format added{text_style::link, 0, 0, std::string{address}};
  return append(part, &added);
}

rich_text& rich_text::format(text_format part) {
  const auto end = length();
  part.length = part.offset >= end ? 0 : std::min(part.length, end - part.offset);
  insert_format(formats_, std::move(part));
  return *this;
}

std::string rich_text::format_data() const {
  if (formats_.empty()) return {};
  std::string items;
  for (const auto& part : formats_) {
    if (!items.empty()) items += ',';
    items += R"({"type":)" + json_text(to_string(part.style)) +
             ",\"offset\":" + std::to_string(part.offset) +
             ",\"length\":" + std::to_string(part.length);
    if (part.style == text_style::link) items += ",\"url\":" + json_text(part.address);
    items += '}';
  }
  return R"({"version":"1","items":[)" + items + "]}";
}

std::vector<std::string> rich_text::problems() const {
  std::vector<std::string> found;
  if (!is_utf8(text_)) found.emplace_back("the text is not UTF-8");
  for (const auto& part : formats_) {
    if (part.style != text_style::link) continue;
    const bool is_page =
        part.address.starts_with("https://") || part.address.starts_with("http://");
    if (!is_page || !is_utf8(part.address)) {
      found.push_back("the link at character " + std::to_string(part.offset) +
                      " of the text: the address has to begin with https:// or http://");
    }
  }
  return found;
}

std::vector<rich_text> rich_text::split(std::size_t limit) const {
  std::vector<rich_text> parts;
  std::size_t offset = 0;
  for (const auto& piece : detail::split_text(text_, std::max<std::size_t>(limit, 2))) {
    rich_text part{piece.text};
    for (const auto& whole : formats_)
      insert_format(part.formats_, cut_format(whole, offset, offset + piece.units));
    offset += piece.units;
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace vkxx
