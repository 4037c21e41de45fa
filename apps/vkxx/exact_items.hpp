/// @file
/// Items of a list as VK wrote them.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>
#include <vector>

#include <vkxx/client/reply.hpp>

namespace vkxx::cli {

/// The JSON text of each element of `list`, which is an array inside `answer.json()`: with all
/// digits of its numbers, which the parsed elements may have lost. Views into the answer.
[[nodiscard]] std::vector<std::string_view> exact_items(const reply& answer,
                                                        const boost::json::array& list);

}  // namespace vkxx::cli
