#include "schema/method_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vkxx/core/redaction.hpp>

#include "command_line/spelling.hpp"

namespace vkxx::cli {
namespace {

// VK accepts these with any method. https://dev.vk.com/api/api-requests
constexpr std::array<std::string_view, 13> common_parameters{"access_token",
                                                             "captcha_key",
                                                             "captcha_sid",
                                                             "client_id",
                                                             "client_secret",
                                                             "confirm",
                                                             "https",
                                                             "is_sound_captcha",
                                                             "lang",
                                                             "remixstlid",
                                                             "success_token",
                                                             "test_mode",
                                                             "v"};

std::string_view part_behind_dot(std::string_view name) noexcept {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const auto method : schema_tables::methods()) {
    const auto section = method.section();
    if (!section.empty() && (names.empty() || names.back() != section)) names.push_back(section);
  }
  return names;
}

std::vector<std::string_view> similar_methods(std::string_view name) {
  std::vector<std::string_view> whole, ends;
  for (const auto method : schema_tables::methods()) {
    whole.push_back(method.name());
    ends.push_back(part_behind_dot(method.name()));
  }
  auto found = nearest(name, whole);
  if (!found.empty()) return found;
  // Not a misspelling: the right method in the wrong section, or without one.
  const auto meant = nearest(part_behind_dot(name), ends);
  if (meant.empty()) return found;
  for (const auto method : whole) {
    if (part_behind_dot(method) == meant.front() && found.size() < 3) found.push_back(method);
  }
  return found;
}

bool is_parameter(schema_tables::method method, std::string_view name) {
  return method.find_parameter(name) ||
         std::ranges::find(common_parameters, name) != common_parameters.end();
}

std::vector<std::string_view> similar_parameters(schema_tables::method method,
                                                 std::string_view name) {
  std::vector<std::string_view> known{common_parameters.begin(), common_parameters.end()};
  for (const auto parameter : method.parameters()) known.push_back(parameter.name());
  return nearest(name, known);
}

std::string unknown_name_message(std::string_view kind, std::string_view name,
                                 const std::vector<std::string_view>& similar) {
  return fmt::format("VK's schema {} has no {} \"{}\"{}{}", schema_tables::api_version(), kind,
                     redacted_text(name), similar.empty() ? "" : "; ", did_you_mean(similar));
}

}  // namespace vkxx::cli
