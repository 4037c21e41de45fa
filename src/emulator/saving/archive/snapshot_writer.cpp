#include "emulator/saving/archive/snapshot_writer.hpp"

#include <array>
#include <charconv>

#include "emulator/encoding/utf8_repair.hpp"

namespace vkxx::emulation::detail {
namespace {

// Members and items down to this depth have lines of their own: a difference of two snapshots is
// readable.
constexpr int deepest_line = 2;

bool is_plain_text(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code >= 0x20 && code < 0x7F && byte != '"' && byte != '\\';
  });
}

}  // namespace

void snapshot_writer::put(double value) {
  std::array<char, 32> digits{};
  const auto [end, failure] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  static_cast<void>(failure);
  text_.append(digits.data(), end);
}

void snapshot_writer::put(std::string_view value) {
  if (is_plain_text(value)) {
    text_.append("\"").append(value).append("\"");
    return;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  text_ += '"';
  for (const char byte : repaired_utf8(value)) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      text_ += '\\';
      text_ += byte;
    } else if (byte == '\n') {
      text_ += "\\n";
    } else if (code < 0x20) {
      text_ += "\\u00";
      text_ += hex[code >> 4U];
      text_ += hex[code & 15U];
    } else {
      text_ += byte;
    }
  }
  text_ += '"';
}

void snapshot_writer::begin_item() {
  if (!first_) text_ += ',';
  if (depth_ <= deepest_line) text_ += '\n';
  first_ = false;
}

void snapshot_writer::begin_member(std::string_view name) {
  if (!first_) text_ += ',';
  if (depth_ == 1) text_ += '\n';
  first_ = false;
  put(name);
  text_ += ':';
}

}  // namespace vkxx::emulation::detail
