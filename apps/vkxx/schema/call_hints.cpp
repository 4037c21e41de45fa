#include "schema/call_hints.hpp"

#include <fmt/format.h>

#include <vkxx/schema_tables/schema_tables.hpp>

#include "command_line/spelling.hpp"
#include "schema/method_names.hpp"

namespace vkxx::cli {

std::vector<std::string> call_hints(const std::string& method,
                                    const std::vector<std::string>& parameters,
                                    std::optional<api_errc> failure) {
  std::vector<std::string> hints;
  const auto known = schema_tables::find_method(method);
  if (!known) {
    const auto similar = similar_methods(method);
    if (failure == api_errc::unknown_method && !similar.empty()) {
      hints.push_back(did_you_mean(similar));
    }
    return hints;
  }
  const bool parameters_blamed =
      failure == api_errc::bad_parameter || failure == api_errc::bad_request;
  for (const auto& name : parameters) {
    if (is_parameter(*known, name)) continue;
    const auto similar = similar_parameters(*known, name);
    if (similar.empty() && !parameters_blamed) continue;
    hints.push_back(fmt::format(
        "VK's schema {} has no parameter {} of {}; {}", schema_tables::api_version(), name, method,
        similar.empty() ? fmt::format("see vkxx describe {}", method) : did_you_mean(similar)));
  }
  return hints;
}

}  // namespace vkxx::cli
