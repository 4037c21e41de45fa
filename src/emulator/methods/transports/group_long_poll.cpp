// groups.getLongPollServer, getLongPollSettings, setLongPollSettings.
#include <boost/json/object.hpp>

#include "emulator/methods/messages/message_rows.hpp"
#include "emulator/methods/transports/transport_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value get_group_server(const method_call& request) {
  const auto community = managed_community(request);
  const auto& channel = request.transports().channel(community);
  if (!channel.settings.enabled) throw bad_parameter("longpoll for this group is not enabled");
  json::object shown;
  shown["key"] = channel.key.current();
  shown["server"] = std::string{request.base_url} + "/whp/" + std::to_string(community);
  shown["ts"] = std::to_string(channel.ring.last());
  return shown;
}

json::value get_group_settings(const method_call& request) {
  const auto& settings = request.transports().channel(managed_community(request)).settings;
  json::object shown;
  shown["api_version"] = to_string(settings.version);
  shown["is_enabled"] = settings.enabled;
  shown["events"] = event_flags(settings, true);
  return shown;
}

json::value set_group_settings(const method_call& request) {
  auto& channel = request.transports().channel(managed_community(request));
  auto settings = channel.settings;
  read_transport_settings(request, true, settings);
  if (request.given("enabled")) settings.enabled = request.flag("enabled");
  channel.settings = settings;
  return 1;
}

}  // namespace

std::int64_t managed_community(const method_call& request) {
  const auto actor = request.actor();
  const auto community =
      actor < 0 ? request.integer("group_id", -actor) : request.required_integer("group_id");
  if (request.state.find_community(community) == nullptr)
    throw bad_parameter("group_id is incorrect");
  const bool own = actor == -community;
  if (!own && (actor < 0 || !request.state.accounts().administers(actor, community)))
    throw api_failure{api_errc::access_denied, "Access denied: no access to this group"};
  return community;
}

void read_transport_settings(const method_call& request, bool long_poll,
                             transport_settings& settings) {
  if (const auto text = request.text("api_version"); !text.empty()) {
    const auto version = read_version(text);
    if (!version || version->major != newest_version.major || *version > newest_version)
      throw bad_parameter("api_version is invalid");
    settings.version = *version;
  }
  std::size_t index = 0;
  for (const auto& type : community_event_types()) {
    const auto at = index++;
    if (!request.given(type.name) || (long_poll && !type.in_long_poll)) continue;
    settings.events.set(at, request.flag(type.name));
  }
}

json::object event_flags(const transport_settings& settings, bool long_poll) {
  json::object shown;
  std::size_t index = 0;
  for (const auto& type : community_event_types()) {
    const bool sent = settings.events.test(index++) && (!long_poll || type.in_long_poll);
    shown[type.name] = sent ? 1 : 0;
  }
  return shown;
}

void add_group_long_poll(method_table& table) {
  add_rows(table, {{"groups.getLongPollServer", get_group_server},
                   {"groups.getLongPollSettings", get_group_settings},
                   {"groups.setLongPollSettings", set_group_settings}});
}

void add_transports(method_table& table) {
  add_group_long_poll(table);
  add_callback_servers(table);
  add_message_long_poll(table);
  add_streaming(table);
}

}  // namespace vkxx::emulation::detail
