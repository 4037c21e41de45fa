/// @file
/// Attachments as VK's answers show them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// The attachments of a list `photo1_2,doc3_4,https://vk.ru`; what has another form is left out.
/// Objects that nobody has uploaded are invented; their addresses begin with `base_url`.
[[nodiscard]] boost::json::array attachment_array(const world& state, std::string_view list,
                                                  std::int64_t date, std::string_view base_url);
[[nodiscard]] boost::json::object sticker_attachment(std::int64_t sticker,
                                                     std::string_view base_url);

}  // namespace vkxx::emulation::detail
