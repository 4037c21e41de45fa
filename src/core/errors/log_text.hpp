// What a log may say of a failure.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>

namespace vkxx::detail {

// Method, code, effect, what went wrong and what to do, on one line. Without texts of people, words
// of servers and secrets: of an error of VK, what vkxx knows of its code; of another one, its
// message without what it quotes.
[[nodiscard]] std::string text_for_log(const error& failure);

// The type of an exception, such as `std::out_of_range`. What it says may be a text of a person.
[[nodiscard]] std::string type_name(const std::exception_ptr& thrown);

// A message without what it quotes: `button "…": the label is too long`.
[[nodiscard]] std::string without_quotations(std::string_view message);

}  // namespace vkxx::detail
