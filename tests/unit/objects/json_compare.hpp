// JSON against JSON, and JSON made loose in the ways of VK's backend.
#pragma once

#include <boost/json.hpp>
#include <string>

#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::tests {

/// Where `found` differs from `wanted`; empty: nowhere. An empty list and no list are the same.
std::string difference(const boost::json::value& wanted, const boost::json::value& found,
                       const std::string& path = "response");

/// `value`, of the type `kind`, with numbers as texts, booleans as numbers and the reverse, and an
/// unknown field in every object.
void loosen(schema_tables::type kind, boost::json::value& value);

}  // namespace vkxx::tests
