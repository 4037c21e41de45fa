/// @file
/// VK's loose types, which a typed client must tolerate.
#pragma once

#include <boost/json/value.hpp>

namespace vkxx::emulation::detail {

/// The envelope with loose types in `response`: numbers as strings, `true` and `false` as 1
/// and 0, `[]` for an empty object, and an unknown member in every object. Numbers of counts and
/// ids become strings as well: the same value, another type.
[[nodiscard]] boost::json::value made_loose(boost::json::value envelope);

}  // namespace vkxx::emulation::detail
