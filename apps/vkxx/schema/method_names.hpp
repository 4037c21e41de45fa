/// @file
/// The names in VK's schema (sections, methods, parameters), and suggestions for mistyped ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::cli {

/// The sections of the methods, such as `users`, by name.
[[nodiscard]] std::vector<std::string_view> section_names();

/// Methods that the unknown `name` may mean: misspelt, of another section, or without a section.
[[nodiscard]] std::vector<std::string_view> similar_methods(std::string_view name);

/// Whether VK's schema has this parameter for the method, or VK accepts it with every method.
[[nodiscard]] bool is_parameter(schema_tables::method method, std::string_view name);

/// Parameters of the method that the unknown `name` may mean.
[[nodiscard]] std::vector<std::string_view> similar_parameters(schema_tables::method method,
                                                               std::string_view name);

/// The message for a name that VK's schema does not have; `kind` is `method` or `section`. The name
/// may be a misplaced token, which is not repeated.
[[nodiscard]] std::string unknown_name_message(std::string_view kind, std::string_view name,
                                               const std::vector<std::string_view>& similar);

}  // namespace vkxx::cli
