/// @file
/// What the program tells its caller when it ends.
#pragma once

namespace vkxx::cli {

enum class exit_status : int {
  done = 0,
  failed = 1,         ///< the output could not be written, or the machine failed otherwise
  usage = 2,          ///< the command line, or a file that it names, is not usable
  api_error = 3,      ///< VK's API refused
  authorization = 4,  ///< the token is missing or dead
  network = 5,        ///< the way to VK failed, or time ran out
  bad_answer = 6,     ///< an answer that makes no sense
  interrupted = 130,  ///< SIGINT
  unread = 141,       ///< whoever read the output has gone, as SIGPIPE would say
  terminated = 143,   ///< SIGTERM
};

}  // namespace vkxx::cli
