#include <vkxx/core/api_errc.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <iterator>

#include "api_errc/general.hpp"
#include "api_errc/messages.hpp"
#include "api_errc/objects.hpp"
#include "api_errc/others.hpp"

namespace vkxx {
namespace {

template <std::size_t... sizes>
constexpr auto joined(const api_error_facts (&... parts)[sizes]) {
  std::array<api_error_facts, (sizes + ...)> all{};
  auto end = all.begin();
  ((end = std::copy(std::begin(parts), std::end(parts), end)), ...);
  return all;
}

constexpr auto api_errors = joined(detail::general_api_errors, detail::objects_api_errors,
                                   detail::messages_api_errors, detail::others_api_errors);

constexpr api_subcode_facts api_subcodes[] = {
    {api_errc::bad_request, 1000, "The user has as many linked accounts as allowed."},
    {api_errc::bad_request, 1001, "The service's UUID is linked with another user."},
    {api_errc::access_denied, 1133, "The application has no permission for this method."},
    {api_errc::access_denied, 1134, "Applications of this type have no permission for it."},
    {api_errc::bad_parameter, 1105, "The date of birth makes the person too old."},
    {api_errc::bad_parameter, 1106, "The date of birth makes the person too young."},
    {api_errc::bad_parameter, 1129, "There is no way left to confirm who the person is."},
    {api_errc::bad_parameter, 1130, "The passkey failed."},
    {api_errc::bad_parameter, 1136, "The person is too young to be verified."},
    {api_errc::out_of_limits, 1, "There are too many communities."},
};

// Strictly: no code twice.
static_assert(std::ranges::adjacent_find(api_errors, std::ranges::greater_equal{},
                                         &api_error_facts::code) == api_errors.end());

}  // namespace

const api_error_facts* find_facts(api_errc code) noexcept {
  const auto found = std::ranges::lower_bound(api_errors, code, {}, &api_error_facts::code);
  return found != api_errors.end() && found->code == code ? &*found : nullptr;
}

const api_subcode_facts* find_subcode_facts(api_errc code, int subcode) noexcept {
  const auto found = std::ranges::find_if(api_subcodes, [&](const api_subcode_facts& facts) {
    return facts.code == code && facts.subcode == subcode;
  });
  return found != std::end(api_subcodes) ? &*found : nullptr;
}

std::span<const api_error_facts> all_api_errors() noexcept {
  return api_errors;
}

std::string to_string(api_errc code) {
  if (const api_error_facts* facts = find_facts(code)) return std::string{facts->name};
  return "unknown code " + std::to_string(static_cast<int>(code));
}

}  // namespace vkxx
