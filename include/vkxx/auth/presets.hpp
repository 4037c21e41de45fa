/// @file
/// Ids of VK's own applications, as published with them.
#pragma once

#include <string_view>

namespace vkxx::auth {

/// An application of VK. VK's rules require a program to use its own id and secret, and VK may
/// block these at any time. They are the defaults of the flows, as in other clients.
struct application {
  std::string_view client_id;      ///< number of the app
  std::string_view client_secret;  ///< its protected key; empty: none is known
};

/// "VK Admin": has no published secret.
inline constexpr application vk_admin{"6121396", ""};
/// "VK for Android".
inline constexpr application vk_for_android{"2274003", "hHbZxrka2uZ6jB1inYsH"};

}  // namespace vkxx::auth
