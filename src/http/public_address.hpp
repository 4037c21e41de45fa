// Which addresses are reachable by everybody.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace vkxx::http::detail {

/// False for addresses of this machine, of private, shared and reserved networks, of multicast, and
/// for IPv6 addresses that lead to such an IPv4 address.
[[nodiscard]] bool is_public(const boost::asio::ip::address& address);

}  // namespace vkxx::http::detail
