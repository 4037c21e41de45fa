#include "http/public_address.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <cstdint>

namespace vkxx::http::detail {
namespace {

namespace ip = boost::asio::ip;

struct v4_network {
  std::uint32_t first;
  unsigned bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c,
                           std::uint32_t d) noexcept {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

// The special-purpose registry of IANA (RFC 6890), and multicast.
constexpr std::array<v4_network, 15> special_networks{{{v4(0, 0, 0, 0), 8},
                                                       {v4(10, 0, 0, 0), 8},
                                                       {v4(100, 64, 0, 0), 10},
                                                       {v4(127, 0, 0, 0), 8},
                                                       {v4(169, 254, 0, 0), 16},
                                                       {v4(172, 16, 0, 0), 12},
                                                       {v4(192, 0, 0, 0), 24},
                                                       {v4(192, 0, 2, 0), 24},
                                                       {v4(192, 88, 99, 0), 24},
                                                       {v4(192, 168, 0, 0), 16},
                                                       {v4(198, 18, 0, 0), 15},
                                                       {v4(198, 51, 100, 0), 24},
                                                       {v4(203, 0, 113, 0), 24},
                                                       {v4(224, 0, 0, 0), 4},
                                                       {v4(240, 0, 0, 0), 4}}};

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(special_networks, [address](const v4_network& network) {
    const auto shift = 32U - network.bits;
    return (address >> shift) == (network.first >> shift);
  });
}

std::uint32_t v4_at(const ip::address_v6::bytes_type& bytes, std::size_t at) {
  return v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

bool is_public_v6(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  if (address.is_v4_mapped()) return is_public_v4(v4_at(bytes, 12));
  // The well-known prefix of NAT64, `64:ff9b::/96`.
  constexpr std::array<unsigned char, 12> nat64{0x00, 0x64, 0xff, 0x9b};
  if (std::equal(nat64.begin(), nat64.end(), bytes.begin())) return is_public_v4(v4_at(bytes, 12));
  // Global unicast is `2000::/3`. Within it: Teredo and other protocols (`2001::/23`),
  // documentation (`2001:db8::/32`, `3fff::/20`), 6to4 (`2002::/16`).
  if ((bytes[0] & 0xe0U) != 0x20U) return false;
  const auto begin = v4_at(bytes, 0);
  if ((begin >> 9U) == (0x2001'0000U >> 9U) || begin == 0x2001'0db8U) return false;
  if ((begin >> 12U) == (0x3fff'0000U >> 12U)) return false;
  return (begin >> 16U) != 0x2002U || is_public_v4(v4_at(bytes, 2));
}

}  // namespace

bool is_public(const ip::address& address) {
  return address.is_v4() ? is_public_v4(address.to_v4().to_uint()) : is_public_v6(address.to_v6());
}

}  // namespace vkxx::http::detail
