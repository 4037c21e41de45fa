// Hosts that are this machine.
#pragma once

#include <string_view>

namespace vkxx::detail {

// Whether the host of an address is this machine: `localhost` and the names below it, 127.0.0.0/8,
// `::1`, and these as IPv4-mapped IPv6. `host`: without a port; brackets, a trailing dot of a name
// and the case of letters do not matter. False for what is no host; short forms of an address
// (`127.1`) are none.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace vkxx::detail
