// What functions of the program throw: anything.
#pragma once

#include <exception>
#include <string>

namespace vkxx::detail {

// The text of the exception in hand, of whatever type. Only in a catch block.
[[nodiscard]] inline std::string thrown_text() {
  try {
    throw;
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace vkxx::detail
