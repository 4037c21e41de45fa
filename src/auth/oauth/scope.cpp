#include <algorithm>
#include <array>
#include <span>
#include <vkxx/auth/scope.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "core/text/number.hpp"

namespace vkxx::auth {
namespace {

struct right {
  std::string_view name;
  std::uint64_t bit;
};

constexpr std::array user_rights{
    right{"notify", 1},
    right{"friends", 2},
    right{"photos", 4},
    right{"audio", 8},
    right{"video", 16},
    right{"stories", 64},
    right{"pages", 128},
    right{"status", 1024},
    right{"notes", 2048},
    right{"messages", 4096},
    right{"wall", 8192},
    right{"ads", 32768},
    right{"offline", 65536},
    right{"docs", 131072},
    right{"groups", 262144},
    right{"notifications", 524288},
    right{"stats", 1048576},
    right{"email", 4194304},
    right{"adsweb", 8388608},
    right{"leads", 16777216},
    right{"group_messages", 33554432},
    right{"exchange", 67108864},
    right{"market", 134217728},
    right{"phone_number", 268435456},
};

constexpr std::array community_rights{
    right{"stories", 1}, right{"photos", 4},    right{"app_widget", 64}, right{"messages", 4096},
    right{"wall", 8192}, right{"docs", 131072}, right{"manage", 262144},
};

std::span<const right> rights_of(scope_kind kind) noexcept {
  if (kind == scope_kind::community) return community_rights;
  return user_rights;
}

}  // namespace

result<std::uint64_t> scope_mask(std::string_view scope, scope_kind kind) {
  if (const auto number = vkxx::detail::parse_number<std::uint64_t>(scope)) return *number;
  std::uint64_t mask = 0;
  while (!scope.empty()) {
    const auto stop = std::min(scope.find_first_of(", "), scope.size());
    const auto name = scope.substr(0, stop);
    scope.remove_prefix(std::min(stop + 1, scope.size()));
    if (name.empty()) continue;
    const auto rights = rights_of(kind);
    const auto found = std::find_if(rights.begin(), rights.end(),
                                    [&](const right& right) { return right.name == name; });
    if (found == rights.end()) {
      return detail::malformed("scope: `" + std::string{name} + "` is not a right that has a bit");
    }
    mask |= found->bit;
  }
  return mask;
}

std::vector<std::string> scope_names(std::uint64_t mask, scope_kind kind) {
  std::vector<std::string> names;
  for (const auto& right : rights_of(kind)) {
    if ((mask & right.bit) != 0) names.emplace_back(right.name);
  }
  return names;
}

}  // namespace vkxx::auth
