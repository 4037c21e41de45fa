#include "client/limit/rates.hpp"

#include <array>

namespace vkxx::detail {
namespace {

struct tier {
  std::int64_t users;
  double per_second;
};

// By number of users; the last row is for all larger apps.
constexpr std::array service_tiers{tier{10'000, 5}, tier{100'000, 20}, tier{500'000, 40},
                                   tier{1'000'000, 50}, tier{INT64_MAX, 60}};
constexpr std::array secure_tiers{tier{9'999, 5}, tier{99'999, 8}, tier{999'999, 20},
                                  tier{INT64_MAX, 35}};
constexpr double user_rate = 3;
constexpr double community_rate = 20;
// Older documentation counts a service token like a user token.
constexpr double careful_service_rate = 3;
constexpr double ads_rate = 2;

template <std::size_t Size>
double rate_in(const std::array<tier, Size>& tiers, std::int64_t users) noexcept {
  for (const auto& tier : tiers) {
    if (users <= tier.users) return tier.per_second;
  }
  return tiers.back().per_second;
}

}  // namespace

method_class class_of(std::string_view method) noexcept {
  if (method.starts_with("secure.")) return method_class::secure;
  if (method.starts_with("ads.")) return method_class::ads;
  return method_class::ordinary;
}

std::string_view name_of(method_class call_class) noexcept {
  switch (call_class) {
    case method_class::ordinary:
      break;
    case method_class::secure:
      return "secure";
    case method_class::ads:
      return "ads";
  }
  return "ordinary";
}

double rate_of(method_class call_class, token_kind kind, const limits& settings) noexcept {
  if (settings.per_second()) return *settings.per_second();
  if (call_class == method_class::secure)
    return rate_in(secure_tiers, settings.app_users().value_or(0));
  if (call_class == method_class::ads) return ads_rate;
  switch (kind) {
    case token_kind::user:
    case token_kind::anonymous:
      break;
    case token_kind::community:
      return community_rate;
    case token_kind::service:
      return settings.app_users() ? rate_in(service_tiers, *settings.app_users())
                                  : careful_service_rate;
  }
  return user_rate;
}

}  // namespace vkxx::detail
