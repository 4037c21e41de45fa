#include "emulator/control/feed/feed_position.hpp"

#include <charconv>

namespace vkxx::emulation::detail {
namespace {

// Reads a number and the dot after it.
template <class Number>
bool take_number(std::string_view& text, Number& value) noexcept {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with('.')) text.remove_prefix(1);
  return true;
}

}  // namespace

feed_position read_feed_position(std::string_view text) noexcept {
  feed_position result;
  if (take_number(text, result.epoch) && take_number(text, result.event) &&
      take_number(text, result.request) && text.empty())
    return result;
  return {};
}

std::string to_string(const feed_position& position) {
  return std::to_string(position.epoch) + "." + std::to_string(position.event) + "." +
         std::to_string(position.request);
}

}  // namespace vkxx::emulation::detail
