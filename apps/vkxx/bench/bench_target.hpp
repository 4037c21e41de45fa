/// @file
/// The emulator that a load is sent to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terminal/interruption.hpp"

namespace vkxx::cli {

/// The command that prints more help.
inline constexpr auto bench_help = "vkxx bench --help";

/// A running emulator and its tokens.
struct bench_target {
  std::string url;
  std::string user;
  std::string community;
  std::string service;
};

/// Whether the address is one of VK's own hosts, to which a load is never sent.
[[nodiscard]] bool is_vk(std::string_view url);

/// Asks the control API at `url` for its tokens. Throws `usage_failure` if it is one of VK's own
/// hosts (which is not asked), or is not an emulator; throws `vkxx::exception` if
/// it cannot be reached.
[[nodiscard]] bench_target find_emulator(const std::string& url,
                                         const std::optional<std::string>& ca_file,
                                         const interruption& stop);

}  // namespace vkxx::cli
