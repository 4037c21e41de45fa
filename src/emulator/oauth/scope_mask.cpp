#include "emulator/oauth/scope_mask.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::uint64_t offline = 65536;
constexpr std::uint64_t email = 4194304;

// VK's documentation of access rights.
constexpr std::array rights{
    std::pair{std::string_view{"notify"}, std::uint64_t{1}},
    std::pair{std::string_view{"friends"}, std::uint64_t{2}},
    std::pair{std::string_view{"photos"}, std::uint64_t{4}},
    std::pair{std::string_view{"audio"}, std::uint64_t{8}},
    std::pair{std::string_view{"video"}, std::uint64_t{16}},
    std::pair{std::string_view{"stories"}, std::uint64_t{64}},
    std::pair{std::string_view{"pages"}, std::uint64_t{128}},
    std::pair{std::string_view{"status"}, std::uint64_t{1024}},
    std::pair{std::string_view{"notes"}, std::uint64_t{2048}},
    std::pair{std::string_view{"messages"}, std::uint64_t{4096}},
    std::pair{std::string_view{"wall"}, std::uint64_t{8192}},
    std::pair{std::string_view{"ads"}, std::uint64_t{32768}},
    std::pair{std::string_view{"offline"}, offline},
    std::pair{std::string_view{"docs"}, std::uint64_t{131072}},
    std::pair{std::string_view{"groups"}, std::uint64_t{262144}},
    std::pair{std::string_view{"manage"}, std::uint64_t{262144}},
    std::pair{std::string_view{"notifications"}, std::uint64_t{524288}},
    std::pair{std::string_view{"stats"}, std::uint64_t{1048576}},
    std::pair{std::string_view{"email"}, email},
    std::pair{std::string_view{"market"}, std::uint64_t{134217728}},
    std::pair{std::string_view{"phone_number"}, std::uint64_t{268435456}},
};

}  // namespace

std::uint64_t scope_mask(std::string_view scope) noexcept {
  if (const auto number = vkxx::detail::parse_number<std::uint64_t>(scope)) return *number;
  std::uint64_t mask = 0;
  while (!scope.empty()) {
    const auto stop = std::min(scope.find_first_of(", "), scope.size());
    const auto name = scope.substr(0, stop);
    for (const auto& [right, bit] : rights) {
      if (right == name) mask |= bit;
    }
    scope.remove_prefix(std::min(stop + 1, scope.size()));
  }
  return mask;
}

bool has_offline(std::string_view scope) noexcept {
  return (scope_mask(scope) & offline) != 0;
}

bool has_email(std::string_view scope) noexcept {
  return (scope_mask(scope) & email) != 0;
}

}  // namespace vkxx::emulation::detail
