/// @file
/// Keyboards and carousels that programs send.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

struct checked_keyboard {
  std::string json;  ///< In the form of VK's answers, with `author_id`.
  bool is_inline = false;
  bool empty = false;  ///< Without buttons: removes the ordinary keyboard.
};

/// @param strict refuses what VK's documentation forbids and VK was seen to take.
/// @throws api_failure 100 for a text that is not JSON, 911 with the path of the fault
[[nodiscard]] checked_keyboard check_keyboard(std::string_view text, std::int64_t author,
                                              bool strict);
/// @return the carousel in the form of VK's answers.
/// @throws api_failure 100, 911
[[nodiscard]] std::string check_carousel(std::string_view text, bool strict);
/// The button of a stored keyboard or carousel; `element` counts those of a carousel.
[[nodiscard]] std::optional<boost::json::object> find_button(std::string_view json, std::size_t row,
                                                             std::size_t column);

}  // namespace vkxx::emulation::detail
