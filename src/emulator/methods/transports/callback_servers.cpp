// The servers of the Callback API.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "emulator/methods/messages/message_rows.hpp"
#include "emulator/methods/transports/transport_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_server_title = 14;
constexpr std::size_t longest_server_secret = 50;
constexpr std::size_t longest_server_url = 2048;

struct server_facts {
  std::string url;
  std::string title;
  std::string secret;
};

server_facts read_server(const method_call& request) {
  server_facts facts;
  facts.url = request.required("url");
  facts.title = request.required("title");
  facts.secret = request.text("secret_key");
  const auto parsed = boost::urls::parse_uri(facts.url);
  if (!parsed || facts.url.size() > longest_server_url || parsed->host().empty() ||
      (parsed->scheme() != "http" && parsed->scheme() != "https"))
    throw bad_parameter("url is invalid");
  if (characters(facts.title) > longest_server_title) throw bad_parameter("title is too long");
  if (characters(facts.secret) > longest_server_secret)
    throw bad_parameter("secret_key is too long");
  return facts;
}

api_failure no_such_server() {
  return bad_parameter("server_id is incorrect");
}

json::value get_confirmation_code(const method_call& request) {
  const auto community = managed_community(request);
  return json::object{{"code", request.transports().outbox().confirmation_code(community)}};
}

json::value get_servers(const method_call& request) {
  const auto community = managed_community(request);
  const auto wanted = request.list("server_ids", 10);
  json::array items;
  for (const auto* server : request.transports().outbox().servers(community)) {
    const auto id = std::to_string(server->id);
    if (!wanted.empty() && std::ranges::find(wanted, id) == wanted.end()) continue;
    items.push_back(json::object{{"id", server->id},
                                 {"title", server->title},
                                 {"creator_id", server->creator},
                                 {"url", server->url},
                                 {"secret_key", server->secret},
                                 {"status", to_string(server->status)}});
  }
  json::object shown;
  shown["count"] = items.size();
  shown["items"] = std::move(items);
  return shown;
}

json::value add_server(const method_call& request) {
  callback_server server;
  server.group = managed_community(request);
  auto facts = read_server(request);
  server.creator = std::max<std::int64_t>(request.actor(), 0);
  server.url = std::move(facts.url);
  server.title = std::move(facts.title);
  server.secret = std::move(facts.secret);
  const auto id = request.transports().outbox().add(std::move(server));
  if (!id) throw api_failure{api_errc::callback_servers_limit};
  request.transports().callbacks_changed();
  return json::object{{"server_id", *id}};
}

json::value edit_server(const method_call& request) {
  const auto community = managed_community(request);
  auto facts = read_server(request);
  const auto id = request.required_integer("server_id");
  if (!request.transports().outbox().edit(community, id, std::move(facts.url),
                                          std::move(facts.title), std::move(facts.secret)))
    throw no_such_server();
  request.transports().callbacks_changed();
  return 1;
}

json::value delete_server(const method_call& request) {
  const auto community = managed_community(request);
  if (!request.transports().outbox().remove(community, request.required_integer("server_id")))
    throw no_such_server();
  return 1;
}

// The server of `server_id`, or the first of the community.
const callback_server& server_of(const method_call& request) {
  const auto community = managed_community(request);
  const auto& outbox = request.transports().outbox();
  if (request.given("server_id")) {
    const auto* found = outbox.find(community, request.integer("server_id", 0));
    if (found == nullptr) throw no_such_server();
    return *found;
  }
  const auto all = outbox.servers(community);
  if (all.empty()) throw no_such_server();
  return *all.front();
}

json::value get_callback_settings(const method_call& request) {
  const auto& settings = server_of(request).settings;
  json::object shown;
  shown["api_version"] = to_string(settings.version);
  shown["events"] = event_flags(settings, false);
  return shown;
}

json::value set_callback_settings(const method_call& request) {
  const auto& server = server_of(request);
  auto settings = server.settings;
  read_transport_settings(request, false, settings);
  static_cast<void>(request.transports().outbox().set_settings(server.group, server.id, settings));
  return 1;
}

}  // namespace

void add_callback_servers(method_table& table) {
  add_rows(table, {{"groups.getCallbackConfirmationCode", get_confirmation_code},
                   {"groups.getCallbackServers", get_servers},
                   {"groups.addCallbackServer", add_server},
                   {"groups.editCallbackServer", edit_server},
                   {"groups.deleteCallbackServer", delete_server},
                   {"groups.getCallbackSettings", get_callback_settings},
                   {"groups.setCallbackSettings", set_callback_settings}});
}

}  // namespace vkxx::emulation::detail
