// What an HTTP answer to a method call means.
#pragma once

#include <string>

#include <vkxx/client/reply.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx {

// Reads VK's envelope. Every failure is a named error with `method` in it; nothing is thrown but
// std::bad_alloc, whatever the bytes.
[[nodiscard]] result<reply> read_answer(const std::string& method, http::response answer);

}  // namespace vkxx
