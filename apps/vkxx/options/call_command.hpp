/// @file
/// The options of `vkxx call`, most of which `vkxx all` has, too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "options/shared_options.hpp"

namespace vkxx::cli {

/// The values of the options of `vkxx call`.
struct call_command : connection_options, profile_options {
  std::string method;
  std::vector<std::string> arguments;
  bool compact = false;
  bool raw = false;
  int tries = 4;
  bool stats = false;
  std::optional<std::string> token;
  std::optional<std::string> token_file;
  std::optional<std::string> token_kind;  ///< user, community or service
  std::optional<std::string> v;
  std::optional<std::string> lang;
  bool test_mode = false;
  bool https = false;
};

/// Adds METHOD and PARAMETER.
void add_request_arguments(command_description& command, call_command& options);

/// Adds the options for retries, output, token, profile, common parameters and connection. `json`:
/// further output that becomes JSON; empty: none.
void add_call_settings(command_description& command, call_command& options,
                       const std::string& json = {});

}  // namespace vkxx::cli
