/// @file
/// VK's own host names, by which clients with fixed addresses reach the emulator. Pure.
#pragma once

#include <string_view>

namespace vkxx::emulation::detail {

/// `vk.ru` or `vk.com` for a host below it; empty for any other. The port is ignored.
[[nodiscard]] inline std::string_view vk_domain(std::string_view host) noexcept {
  host = host.substr(0, host.find(':'));
  for (const std::string_view domain : {"vk.ru", "vk.com"}) {
    if (!host.ends_with(domain)) continue;
    const auto before = host.substr(0, host.size() - domain.size());
    if (before.empty() || before.ends_with('.')) return domain;
  }
  return {};
}

/// The host and port of an address such as `https://login.vk.ru:8443`.
[[nodiscard]] constexpr std::string_view host_of_base(std::string_view base_url) noexcept {
  const auto slashes = base_url.find("//");
  return slashes == std::string_view::npos ? base_url : base_url.substr(slashes + 2);
}

}  // namespace vkxx::emulation::detail
