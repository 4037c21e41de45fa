#include "core/text/loopback.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "core/text/ascii.hpp"

namespace vkxx::detail {
namespace {

namespace ip = boost::asio::ip;

bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto name = lower_case(host);
  return name == "localhost" || (name.ends_with(".localhost") && !name.starts_with('.'));
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (is_localhost(host)) return true;
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // The interface behind `%` would be looked up.
  if (host.find('%') != std::string_view::npos) return false;
  boost::system::error_code failure;
  const auto address = ip::make_address(std::string{host}, failure);
  if (failure || (bracketed && !address.is_v6())) return false;
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.is_loopback();
  return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
}

}  // namespace vkxx::detail
