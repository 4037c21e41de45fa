#include "emulator/methods/communities/group_fields.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "emulator/methods/profiles/biography.hpp"
#include "emulator/schema/sample_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// Null: the community has no such thing.
using group_value = json::value (*)(const seen_community&);

json::value group_flag(bool on) {
  return on ? 1 : 0;
}

std::string group_picture(const seen_community& seen, std::string_view size) {
  return own_picture(seen.request.base_url, "club" + std::to_string(seen.group.id), size);
}

template <std::size_t N>
json::value group_picture_of(const seen_community& seen) {
  constexpr std::array<std::string_view, 6> sizes{"50",       "100", "200",
                                                  "200_orig", "400", "400_orig"};
  return json::string{group_picture(seen, sizes[N])};
}

json::value no_of_group(const seen_community& /*seen*/) {
  return 0;
}

json::value yes_of_group(const seen_community& /*seen*/) {
  return 1;
}

json::value false_of_group(const seen_community& /*seen*/) {
  return false;
}

json::value true_of_group(const seen_community& /*seen*/) {
  return true;
}

json::value no_text_of_group(const seen_community& /*seen*/) {
  return "";
}

json::value open_to_member(const seen_community& seen) {
  return group_flag(seen.open());
}

json::value open_to_admin(const seen_community& seen) {
  return group_flag(seen.admin);
}

json::value member_status_of(const seen_community& seen) {
  const auto actor = seen.request.actor();
  const auto& book = seen.request.state.memberships();
  if (const auto* known = book.find(seen.group.id, actor)) return known->unsure ? 2 : 1;
  return book.has_request(seen.group.id, actor) ? 4 : 0;
}

json::value group_ban_of(const seen_community& seen) {
  const auto* ban = seen.request.state.memberships().find_ban(seen.group.id, seen.request.actor());
  if (ban == nullptr) return nullptr;
  return json::object{{"end_date", ban->end_date},
                      {"comment", ban->comment_visible ? ban->comment : std::string{}},
                      {"reason", ban->reason}};
}

json::value group_city_of(const seen_community& seen) {
  const auto* place = seen.request.state.find_city(2);
  return json::object{{"id", place->id}, {"title", seen.request.localized(place->title)}};
}

json::value group_country_of(const seen_community& seen) {
  const spelling russia{"Россия", "Russia"};
  return json::object{{"id", 1}, {"title", seen.request.localized(russia)}};
}

json::value description_of(const seen_community& seen) {
  return json::string{seen.group.description};
}

json::value group_status_of(const seen_community& seen) {
  return json::string{seen.group.status};
}

json::value members_count_of(const seen_community& seen) {
  return seen.group.members;
}

json::value requests_count_of(const seen_community& seen) {
  if (!seen.admin) return nullptr;
  return seen.request.state.memberships().requests(seen.group.id);
}

json::value activity_of(const seen_community& seen) {
  if (seen.group.type == "event") return "1 May";
  if (seen.group.type == "page") return seen.request.cyrillic() ? "Программирование" : "Software";
  return seen.group.closed == 0 ? "Open group" : "Closed group";
}

json::value group_counters_of(const seen_community& seen) {
  return json::object{{"photos", 1},     {"albums", 1},   {"topics", 0},
                      {"videos", 0},     {"audios", 0},   {"docs", 0},
                      {"articles", 0},   {"clips", 0},    {"clips_followers", seen.group.members},
                      {"narratives", 0}, {"addresses", 0}};
}

json::value cover_of(const seen_community& seen) {
  json::array images;
  for (const int width : {200, 400, 795, 1080, 1590})
    images.push_back(
        {{"url", group_picture(seen, std::to_string(width) + "x" + std::to_string(width / 4))},
         {"width", width},
         {"height", width / 4}});
  return json::object{{"enabled", 1}, {"images", std::move(images)}};
}

json::value contacts_of(const seen_community& seen) {
  json::array shown;
  for (const auto admin : seen.group.administrators)
    shown.push_back({{"user_id", admin}, {"desc", "Administrator"}});
  return shown;
}

json::value links_of(const seen_community& seen) {
  return json::array{json::object{{"id", seen.group.id},
                                  {"url", "https://dev.vk.com"},
                                  {"name", "VK for developers"},
                                  {"desc", ""},
                                  {"photo_50", group_picture(seen, "50")},
                                  {"photo_100", group_picture(seen, "100")}}};
}

json::value fixed_post_of(const seen_community& seen) {
  const auto& wall = seen.request.state.walls().wall(-seen.group.id);
  const auto found = std::ranges::find(wall, true, &wall_post::pinned);
  if (found == wall.end()) return nullptr;
  return found->id;
}

json::value can_message_of(const seen_community& seen) {
  return group_flag(seen.group.settings.messages && seen.request.actor() > 0);
}

json::value messages_blocked_of(const seen_community& seen) {
  return group_flag(
      seen.request.actor() > 0 &&
      seen.request.change_messages().refusal_of(-seen.group.id, seen.request.actor()).has_value());
}

json::value online_status_of(const seen_community& /*seen*/) {
  return json::object{{"status", "none"}};
}

json::value start_date_of(const seen_community& seen) {
  if (seen.group.type != "event") return nullptr;
  return 1'777'586'400;
}

json::value finish_date_of(const seen_community& seen) {
  if (seen.group.type != "event") return nullptr;
  return 1'777'597'200;
}

json::value public_date_of(const seen_community& seen) {
  if (seen.group.type != "page") return nullptr;
  return "10.10.2006";
}

json::value group_photo_size_of(const seen_community& /*seen*/) {
  return json::object{{"width", 400}, {"height", 400}};
}

json::value group_crop_of(const seen_community& seen) {
  return json::object{{"photo", profile_photo(-seen.group.id, group_picture(seen, ""))},
                      {"crop", {{"x", 0}, {"y", 0}, {"x2", 100}, {"y2", 100}}},
                      {"rect", {{"x", 0}, {"y", 0}, {"x2", 100}, {"y2", 100}}}};
}

json::value market_of(const seen_community& /*seen*/) {
  return json::object{{"enabled", 0}};
}

json::value addresses_of(const seen_community& /*seen*/) {
  return json::object{{"is_enabled", false}};
}

json::value live_covers_of(const seen_community& /*seen*/) {
  return json::object{{"is_enabled", false}};
}

json::value group_live_of(const seen_community& /*seen*/) {
  return json::object{{"enabled", 0}, {"is_notifications_blocked", 0}};
}

json::value wall_kind_of(const seen_community& seen) {
  return seen.group.type == "page" ? 3 : 1;
}

json::value group_site_of(const seen_community& seen) {
  return json::string{"https://" + seen.group.screen_name + ".example"};
}

json::value notifications_of(const seen_community& /*seen*/) {
  return "none";
}

using group_field = std::pair<std::string_view, group_value>;

constexpr std::array group_fields{
    group_field{"photo_200_orig", group_picture_of<3>},
    group_field{"photo_400", group_picture_of<4>},
    group_field{"photo_400_orig", group_picture_of<5>},
    group_field{"photo_max", group_picture_of<2>},
    group_field{"photo_max_orig", group_picture_of<5>},
    group_field{"photo_max_size", group_photo_size_of},
    group_field{"crop_photo", group_crop_of},
    group_field{"has_photo", yes_of_group},
    group_field{"activity", activity_of},
    group_field{"addresses", addresses_of},
    group_field{"age_limits", yes_of_group},
    group_field{"ban_info", group_ban_of},
    group_field{"can_create_topic", open_to_member},
    group_field{"can_message", can_message_of},
    group_field{"can_post", open_to_member},
    group_field{"can_see_all_posts", open_to_member},
    group_field{"can_send_notify", no_of_group},
    group_field{"can_subscribe_podcasts", true_of_group},
    group_field{"can_subscribe_posts", true_of_group},
    group_field{"can_suggest", no_of_group},
    group_field{"can_upload_clip", open_to_admin},
    group_field{"can_upload_doc", open_to_member},
    group_field{"can_upload_story", open_to_admin},
    group_field{"can_upload_video", open_to_member},
    group_field{"city", group_city_of},
    group_field{"clips_count", no_of_group},
    group_field{"contacts", contacts_of},
    group_field{"counters", group_counters_of},
    group_field{"country", group_country_of},
    group_field{"cover", cover_of},
    group_field{"description", description_of},
    group_field{"finish_date", finish_date_of},
    group_field{"fixed_post", fixed_post_of},
    group_field{"has_group_channel", false_of_group},
    group_field{"has_market_app", false_of_group},
    group_field{"has_unseen_stories", false_of_group},
    group_field{"is_adult", no_of_group},
    group_field{"is_favorite", no_of_group},
    group_field{"is_hidden_from_feed", no_of_group},
    group_field{"is_messages_blocked", messages_blocked_of},
    group_field{"is_subscribed", no_of_group},
    group_field{"is_subscribed_podcasts", false_of_group},
    group_field{"is_video_live_notifications_blocked", no_of_group},
    group_field{"links", links_of},
    group_field{"live_covers", live_covers_of},
    group_field{"main_section", no_of_group},
    group_field{"market", market_of},
    group_field{"member_status", member_status_of},
    group_field{"members_count", members_count_of},
    group_field{"online_status", online_status_of},
    group_field{"public_date_label", no_text_of_group},
    group_field{"est_date", public_date_of},
    group_field{"requests_count", requests_count_of},
    group_field{"secondary_section", no_of_group},
    group_field{"site", group_site_of},
    group_field{"start_date", start_date_of},
    group_field{"status", group_status_of},
    group_field{"stories_archive_count", no_of_group},
    group_field{"textlives_count", no_of_group},
    group_field{"trending", no_of_group},
    group_field{"using_vkpay_market_app", false_of_group},
    group_field{"verified", no_of_group},
    group_field{"video_live", group_live_of},
    group_field{"video_live_count", no_of_group},
    group_field{"video_live_level", no_of_group},
    group_field{"video_notifications_status", notifications_of},
    group_field{"videos_count", no_of_group},
    group_field{"wall", wall_kind_of},
    group_field{"wiki_page", no_text_of_group},
};

}  // namespace

seen_community seen_community_by(const method_call& request, const community& group) {
  const auto actor = request.actor();
  const bool admin = actor == -group.id || request.state.accounts().administers(actor, group.id);
  return {request, group, request.state.memberships().is_member(group.id, actor), admin};
}

void add_group_field(json::object& shown, const seen_community& seen, std::string_view field) {
  const auto* row = std::ranges::find(group_fields, field, &group_field::first);
  if (row == group_fields.end()) return;
  auto value = row->second(seen);
  if (!value.is_null()) shown[field] = std::move(value);
}

json::object group_object(const method_call& request, const community& group,
                          const std::vector<std::string>& fields) {
  const auto seen = seen_community_by(request, group);
  json::object shown{{"id", group.id},
                     {"name", group.name},
                     {"screen_name", group.screen_name},
                     {"is_closed", group.closed},
                     {"type", group.type}};
  // Who is no user cannot be a member.
  if (request.actor() > 0) {
    shown["is_admin"] = seen.admin ? 1 : 0;
    if (seen.admin) shown["admin_level"] = 3;
    shown["is_member"] = seen.member ? 1 : 0;
    shown["is_advertiser"] = seen.admin ? 1 : 0;
  }
  shown["photo_50"] = group_picture(seen, "50");
  shown["photo_100"] = group_picture(seen, "100");
  shown["photo_200"] = group_picture(seen, "200");
  for (const auto& field : fields) add_group_field(shown, seen, field);
  return shown;
}

const community& required_group(const method_call& request) {
  const auto* group = find_group(request.state, request.required("group_id"));
  if (group == nullptr) throw bad_parameter("group_id is incorrect");
  return *group;
}

const community& administered_group(const method_call& request) {
  const auto& group = required_group(request);
  if (!seen_community_by(request, group).admin)
    throw api_failure{api_errc::access_denied, "Access denied: you should be group admin"};
  return group;
}

}  // namespace vkxx::emulation::detail
