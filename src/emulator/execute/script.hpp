/// @file
/// The interface of the script interpreter to `execute`.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "emulator/api/api_request.hpp"

namespace vkxx::emulation::detail {

/// VK's limit of API calls in one script.
inline constexpr int most_script_calls = 25;

/// How many steps a script may take. VK has such a limit and does not publish it. The data
/// of an operation counts too: 64 bytes of text or 8 parts of values are one step (see
/// script::meter).
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

/// Calls an API method for a script; `false` if it failed.
using script_caller =
    std::function<boost::json::value(const std::string& method, const boost::json::object&)>;

/// Runs `code` and returns the value of its `return`.
/// @param arguments what the script sees as `Args`.
/// @throws script_compile_error before anything is called
/// @throws script_runtime_error
[[nodiscard]] boost::json::value run_script(std::string_view code, const argument_list& arguments,
                                            const script_caller& caller);

}  // namespace vkxx::emulation::detail
