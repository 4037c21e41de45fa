// streaming.getServerUrl.
#include <boost/json/object.hpp>

#include "emulator/methods/messages/message_rows.hpp"
#include "emulator/methods/transports/transport_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

// Without a scheme, as VK's.
std::string stream_endpoint(std::string_view base_url) {
  const auto scheme = base_url.find("://");
  return std::string{scheme == std::string_view::npos ? base_url : base_url.substr(scheme + 3)};
}

boost::json::value get_stream_server(const method_call& request) {
  const auto application = request.caller == nullptr ? 0 : request.caller->owner;
  boost::json::object shown;
  shown["endpoint"] = stream_endpoint(request.base_url);
  shown["key"] = request.transports().streams().key_of(application);
  return shown;
}

}  // namespace

void add_streaming(method_table& table) {
  add_rows(table, {{"streaming.getServerUrl", get_stream_server}});
}

}  // namespace vkxx::emulation::detail
