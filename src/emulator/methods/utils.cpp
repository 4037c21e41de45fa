#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value server_time(const method_call& request) {
  return request.now;
}

json::value resolve_screen_name(const method_call& request) {
  const auto name = request.required("screen_name");
  if (whole_number(name)) return json::array{};  // A number is an id, not a name.
  if (const auto* who = find_user(request.state, name))
    return json::object{{"object_id", who->id}, {"type", "user"}};
  if (const auto* group = find_group(request.state, name))
    return json::object{{"object_id", group->id}, {"type", group->type}};
  return json::array{};  // VK's form of "nothing".
}

}  // namespace

void add_utils(method_table& table) {
  constexpr allowed everybody{.user = true, .community = true, .service = true};
  table["utils.getServerTime"] = {everybody, server_time};
  table["getServerTime"] = {everybody, server_time};
  table["utils.resolveScreenName"] = {everybody, resolve_screen_name};
}

}  // namespace vkxx::emulation::detail
