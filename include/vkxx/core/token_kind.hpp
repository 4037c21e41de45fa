/// @file
/// The kinds of access token.
#pragma once

#include <cstdint>

namespace vkxx {

/// Who a token speaks for. https://dev.vk.com/api/access-token/getting-started
enum class token_kind : std::uint8_t {
  user = 1,       ///< a person
  community = 2,  ///< a community
  service = 4,    ///< an app by itself
  anonymous = 8,  ///< a visitor of an app who has not signed in
};

}  // namespace vkxx
