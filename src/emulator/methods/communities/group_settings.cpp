// What a community and its token are set to.
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/communities/group_fields.hpp"
#include "emulator/methods/communities/group_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value groups_get_settings(const method_call& request) {
  const auto& group = administered_group(request);
  const auto& settings = group.settings;
  const auto place = request.state.find_city(2);
  json::object shown{{"title", group.name},
                     {"description", group.description},
                     {"address", group.screen_name},
                     {"access", group.closed},
                     {"city_id", place->id},
                     {"city_name", request.localized(place->title)},
                     {"age_limits", 1},
                     {"obscene_filter", 0},
                     {"obscene_stopwords", 0},
                     {"obscene_words", json::array{}},
                     {"toxic_filter", 0},
                     {"disable_replies_from_groups", 0},
                     {"recognize_photo", 1},
                     {"contacts", 1},
                     {"links", 1},
                     {"events", 1},
                     {"addresses", false},
                     {"main_section", 0},
                     {"secondary_section", 0},
                     {"website", "https://" + group.screen_name + ".example"},
                     {"rss", ""},
                     {"bots_capabilities", settings.bot_features ? 1 : 0},
                     {"bots_start_button", settings.start_button ? 1 : 0},
                     {"bots_add_to_chat", settings.may_be_invited ? 1 : 0}};
  for (const auto* section :
       {"audio", "articles", "docs", "photos", "topics", "video", "wall", "wiki"})
    shown[section] = 1;
  return shown;
}

// All that a token of a community can be allowed, with VK's bits.
constexpr std::array<std::pair<const char*, int>, 6> community_rights{{{"stories", 1},
                                                                       {"photos", 4},
                                                                       {"app_widget", 64},
                                                                       {"messages", 4096},
                                                                       {"docs", 131'072},
                                                                       {"manage", 262'144}}};

json::value groups_get_token_permissions(const method_call& /*request*/) {
  int mask = 0;
  json::array permissions;
  for (const auto& [name, setting] : community_rights) {
    mask += setting;
    permissions.push_back({{"name", name}, {"setting", setting}});
  }
  return json::object{{"mask", mask}, {"permissions", std::move(permissions)}};
}

}  // namespace

void add_group_settings(method_table& table) {
  add_rows(table, {{"groups.getSettings", groups_get_settings},
                   {"groups.getTokenPermissions", groups_get_token_permissions}});
}

}  // namespace vkxx::emulation::detail
