/// @file
/// What `execute` needs of a language: the scripts' way in and out.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "emulator/api/api_request.hpp"

namespace vkxx::emulation {

/// VK's limit of API calls in one script.
inline constexpr int most_script_calls = 25;

/// How many steps a script may take. VK has such a limit and does not publish it. What an operation
/// touches counts as steps too: 64 bytes of text one, 8 parts of values one (see script::meter).
inline constexpr int most_script_operations = 100'000;

/// The script does not compile: error 12.
class script_compile_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The script failed while it ran: error 13.
class script_runtime_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Calls an API method for a script; `false` when it failed.
using script_caller =
    std::function<boost::json::value(const std::string& method, const boost::json::object&)>;

/// Runs `code` and gives the value of its `return`.
/// @param arguments what the script sees as `Args`.
/// @throws script_compile_error before anything was called
/// @throws script_runtime_error
[[nodiscard]] boost::json::value run_script(std::string_view code, const argument_list& arguments,
                                            const script_caller& caller);

}  // namespace vkxx::emulation
