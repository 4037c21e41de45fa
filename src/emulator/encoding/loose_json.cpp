#include "emulator/encoding/loose_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value loose(const json::value& value) {
  switch (value.kind()) {
    case json::kind::bool_:
      return value.get_bool() ? 1 : 0;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return json::string{json::serialize(value)};
    case json::kind::array: {
      json::array items;
      for (const auto& item : value.get_array()) items.push_back(loose(item));
      return items;
    }
    case json::kind::object: {
      if (value.get_object().empty()) return json::array{};
      json::object members;
      for (const auto& [name, member] : value.get_object()) members[name] = loose(member);
      members["emulator_unknown_field"] = json::object{{"a", 1}};
      return members;
    }
    default:
      return value;
  }
}

}  // namespace

json::value made_loose(json::value envelope) {
  if (auto* members = envelope.if_object())
    if (auto* response = members->if_contains("response")) *response = loose(*response);
  return envelope;
}

}  // namespace vkxx::emulation::detail
