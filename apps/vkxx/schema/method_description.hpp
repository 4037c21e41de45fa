/// @file
/// What VK's schema says of a method, for people and for other programs.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::cli {

/// `user, group`: the kinds of token that the method takes.
[[nodiscard]] std::string token_kinds(schema_tables::method method);

/// `list of integers, at most 100`: what a value has to be.
[[nodiscard]] std::string type_text(schema_tables::parameter parameter);

/// All about the method in lines of at most 100 columns, where words allow it.
[[nodiscard]] std::string described(schema_tables::method method);

/// One line about the method without its break: name, `read` or `write`, kinds of token.
[[nodiscard]] std::string summarized(schema_tables::method method);

/// @name The same as JSON
/// @{
[[nodiscard]] boost::json::object described_json(schema_tables::method method);
[[nodiscard]] boost::json::object summarized_json(schema_tables::method method);
/// @}

}  // namespace vkxx::cli
