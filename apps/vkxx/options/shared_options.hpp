/// @file
/// Options that several commands have.
#pragma once

#include <optional>
#include <string>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// The connection to VK; for every command that uses it.
struct connection_options {
  std::optional<double> timeout;  ///< seconds
  std::optional<std::string> proxy;
  std::optional<std::string> ca_file;
  std::optional<std::string> emulator;
  std::optional<std::string> api_url;
  std::optional<std::string> oauth_url;
  std::optional<std::string> id_url;
  std::optional<std::string> login_url;
  std::optional<std::string> mobile_url;
  bool verbose = false;
  bool json = false;  ///< errors, and output that is not VK's own, are JSON
};

/// Where tokens are stored; for every command that uses a profile.
struct profile_options {
  std::optional<std::string> profile;  ///< nothing: `default`
  std::optional<std::string> tokens;   ///< the token file
};

/// @name Each adds options to `command`; `options` must outlive it.
/// @{
void add_connection_options(command_description& command, connection_options& options);
void add_profile_options(command_description& command, profile_options& options);
void add_verbose_option(command_description& command, connection_options& options);
/// `help`: further output that becomes JSON; empty: none.
void add_json_option(command_description& command, bool& target, const std::string& help = {});
/// @}

/// The kinds of tokens: user, community, service.
[[nodiscard]] std::vector<value_word> token_kind_words();

}  // namespace vkxx::cli
