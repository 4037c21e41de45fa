/// @file
/// A method as VK's schema describes it, as text and as JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::cli {

/// `user, group`: the kinds of token that the method accepts.
[[nodiscard]] std::string token_kinds(schema_tables::method method);

/// `list of integers, at most 100`: the description of a type.
[[nodiscard]] std::string type_text(schema_tables::parameter parameter);

/// The full description, in lines of at most 100 columns where words allow it.
[[nodiscard]] std::string described(schema_tables::method method);

/// One line without its line break: name, `read` or `write`, kinds of token.
[[nodiscard]] std::string summarized(schema_tables::method method);

/// @name The same as JSON
/// @{
[[nodiscard]] boost::json::object described_json(schema_tables::method method);
[[nodiscard]] boost::json::object summarized_json(schema_tables::method method);
/// @}

}  // namespace vkxx::cli
