/// @file
/// The parameters of a call on the command line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/request.hpp>

namespace vkxx::cli {

/// The notation of a value.
enum class argument_kind {
  text,  ///< `name=value`
  json,  ///< `name:=value`
  file,  ///< `name=@path`; the path `-` is standard input
};

struct argument {
  std::string name;
  argument_kind kind;
  std::string value;  ///< the text, the JSON text, or the path
};

/// Reads `name=value`, `name:=json`, `name=@file`, `name=@@text` (a text that begins with one `@`).
/// `number`, counted from 1, is for the message. Throws `usage_failure`.
[[nodiscard]] argument read_argument(std::string_view text, std::size_t number);

/// Returns the contents of a file, `-` for standard input; throws `usage_failure`.
using file_reader = std::function<std::string(const std::string& path)>;

/// The request of `method` with `arguments`. Throws `usage_failure`, which names the argument, if
/// it has no valid form, is given twice, holds invalid JSON, or names a file that cannot be read.
[[nodiscard]] request make_request(const std::string& method,
                                   const std::vector<std::string>& arguments,
                                   const file_reader& read_file);

}  // namespace vkxx::cli
