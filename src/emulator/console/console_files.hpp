/// @file
/// The files of the console, a web page, which are part of the program.
#pragma once

#include <string_view>

#include "emulator/http/answer.hpp"
#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// Whether the request is one for the console: `/`, `/console` or a file of it. The path `/` with
/// a query belongs to the login pages.
[[nodiscard]] bool is_console_request(const http_message& message) noexcept;
/// The page or one of its files, with headers that forbid everything but these files.
[[nodiscard]] answer console_answer(const http_message& message);

/// A file of `src/emulator/console/page`.
struct console_file {
  std::string_view name;
  std::string_view content;
};

/// Null if there is no such file.
[[nodiscard]] const console_file* find_console_file(std::string_view name) noexcept;

}  // namespace vkxx::emulation::detail
