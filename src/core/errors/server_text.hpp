// What an error shows of a text that a server sent.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <vkxx/core/secret.hpp>

namespace vkxx::detail {

// The beginning of `text` on one line: secrets struck out (the given ones in any form, and what
// looks like one), control characters and wrong bytes spelled out, cut with `…` after about
// `most` bytes.
[[nodiscard]] std::string server_text(std::string_view text, std::span<const secret> hidden,
                                      std::size_t most = 300);

}  // namespace vkxx::detail
