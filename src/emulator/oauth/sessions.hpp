/// @file
/// Codes and sessions that the consent page has issued. Pure state.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>

namespace vkxx::emulation::detail {

/// VK ID: a code is valid for ten minutes (in the older flow: an hour).
inline constexpr std::chrono::minutes code_lifetime{10};
/// VK ID: an access token is valid for an hour.
inline constexpr std::chrono::hours session_lifetime{1};
/// VK ID: a refresh token is valid for 180 days.
inline constexpr std::chrono::hours refresh_lifetime{180 * 24};

struct given_code {
  std::string code;
  std::string client;
  std::string redirect_uri;
  std::string challenge;  ///< Empty: the older flow, which asks for the client's secret instead.
  std::string device_id;
  std::string scope;
  std::int64_t user = 1;
  std::vector<std::int64_t> groups;  ///< Not empty: tokens of communities.
  time_point ends;
  bool used = false;
};

/// A login by VK ID: the valid pair of tokens, and the refresh tokens that were used.
struct session {
  std::string client;
  std::string device_id;
  std::string scope;
  std::int64_t user = 1;
  std::string access_token;
  std::string refresh_token;
  std::string id_token;
  std::vector<std::string> spent;
  time_point ends;          ///< Of the access token.
  time_point refresh_ends;  ///< Of the refresh token.
  bool over = false;
};

}  // namespace vkxx::emulation::detail
