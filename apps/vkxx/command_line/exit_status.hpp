/// @file
/// The exit status of the program.
#pragma once

#include <csignal>

namespace vkxx::cli {

enum class exit_status : int {
  done = 0,
  failed = 1,         ///< the output could not be written, the system failed otherwise, or a
                      ///< replayed bot did something else
  usage = 2,          ///< the command line, or a file that it names, is not usable
  api_error = 3,      ///< VK's API returned an error
  authorization = 4,  ///< the token is missing or invalid
  network = 5,        ///< the connection to VK failed, or a timeout
  bad_answer = 6,     ///< an invalid response
  interrupted = 130,  ///< SIGINT
  unread = 141,       ///< the reader of the output has gone, as with SIGPIPE
  terminated = 143,   ///< SIGTERM
};

/// That of a program which a signal ended: 128 and its number. `signal`: SIGINT or SIGTERM.
[[nodiscard]] constexpr exit_status status_of_signal(int signal) noexcept {
  return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
}

}  // namespace vkxx::cli
