#include "emulator/control/control_reply.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace vkxx::emulation::detail {

namespace json = boost::json;

answer control_reply(const json::value& body, unsigned status) {
  answer result;
  result.status = status;
  result.body = json::serialize(body) + "\n";
  return result;
}

answer complaint(unsigned status, std::string_view why) {
  json::object body;
  body["error"] = why;
  return control_reply(body, status);
}

answer done() {
  return control_reply(json::object{{"ok", true}});
}

}  // namespace vkxx::emulation::detail
