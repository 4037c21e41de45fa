/// @file
/// The names of VK's schema as somebody types them: sections, methods, parameters.
#pragma once

#include <string_view>
#include <vector>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::cli {

/// The sections of methods, `users` say, by name.
[[nodiscard]] std::vector<std::string_view> section_names();

/// Methods that may be meant by `name`, which is none: misspelt, of another section, or without
/// one.
[[nodiscard]] std::vector<std::string_view> similar_methods(std::string_view name);

/// Whether VK's schema has this parameter for the method, or takes it with every method.
[[nodiscard]] bool is_parameter(schema_tables::method method, std::string_view name);

/// Parameters of the method that may be meant by `name`, which is none.
[[nodiscard]] std::vector<std::string_view> similar_parameters(schema_tables::method method,
                                                               std::string_view name);

}  // namespace vkxx::cli
