/// @file
/// Ids of VK's own applications, as published with them.
#pragma once

#include <string_view>

namespace vkxx::auth {

/// An application of VK's. These are not ours: VK's rules want a program to use an id (and a
/// secret) of its own, and VK may shut these out at any time. They are the defaults of the flows
/// because other clients made them so.
struct application {
  std::string_view client_id;      ///< number of the app
  std::string_view client_secret;  ///< its protected key; empty: it has none that is known
};

/// "VK Admin": has no published secret.
inline constexpr application vk_admin{"6121396", ""};
/// "VK for Android".
inline constexpr application vk_for_android{"2274003", "hHbZxrka2uZ6jB1inYsH"};

}  // namespace vkxx::auth
