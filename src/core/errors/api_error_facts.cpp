#include <vkxx/core/api_error_facts.hpp>

#include <algorithm>
#include <string>

#include "core/errors/api_error_table.hpp"

namespace vkxx {

const api_error_facts* find_facts(api_errc code) noexcept {
  const auto all = detail::api_error_table();
  const auto found = std::ranges::lower_bound(all, code, {}, &api_error_facts::code);
  return found != all.end() && found->code == code ? &*found : nullptr;
}

const api_subcode_facts* find_subcode_facts(api_errc code, int subcode) noexcept {
  const auto all = detail::api_subcode_table();
  const auto found = std::ranges::find_if(all, [&](const api_subcode_facts& facts) {
    return facts.code == code && facts.subcode == subcode;
  });
  return found != all.end() ? &*found : nullptr;
}

std::span<const api_error_facts> all_api_errors() noexcept {
  return detail::api_error_table();
}

std::string to_string(api_errc code) {
  if (const api_error_facts* facts = find_facts(code)) return std::string{facts->name};
  return "unknown code " + std::to_string(static_cast<int>(code));
}

}  // namespace vkxx
