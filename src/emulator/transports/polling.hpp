/// @file
/// Long poll requests over HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/api/api_request.hpp"
#include "emulator/transports/community/community_channel.hpp"

namespace vkxx::emulation::detail {

/// Whose server an address names.
struct poll_address {
  bool of_community = false;
  std::int64_t owner = 0;  ///< Of a mailbox: a user, or a community by its negative id.
};

/// `/whp/1` or `/nim1`; nothing: it is another address.
[[nodiscard]] std::optional<poll_address> read_poll_address(std::string_view path) noexcept;
[[nodiscard]] poll_query read_poll_query(const argument_list& arguments);
/// Seconds, at most 90; 25 if it does not say.
[[nodiscard]] std::int64_t poll_wait(const argument_list& arguments) noexcept;

}  // namespace vkxx::emulation::detail
