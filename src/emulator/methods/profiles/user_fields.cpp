#include "emulator/methods/profiles/user_fields.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>

#include "emulator/methods/profiles/biography.hpp"
#include "emulator/methods/profiles/name_cases.hpp"
#include "emulator/schema/sample_pages.hpp"
#include "emulator/world/friends/friend_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// Who may see a field.
enum class shown_to : std::uint8_t {
  all,         // Of deleted users, too.
  strangers,   // Of closed profiles, too.
  acquainted,  // Only of profiles that are open to the caller.
};

using user_value = json::value (*)(const seen_person&);

struct user_field {
  std::string_view name;
  shown_to whom;
  user_value value;  // Null from it: the user has no such thing.
};

bool are_friends(const seen_person& seen) {
  return std::ranges::find(seen.who.friends, seen.request.actor()) != seen.who.friends.end();
}

bool is_self(const seen_person& seen) {
  return seen.request.actor() == seen.who.id;
}

json::value as_flag(bool on) {
  return on ? 1 : 0;
}

// What a caller who is a user may do with an open profile.
json::value open_to_user(const seen_person& seen) {
  return as_flag(seen.open && seen.request.actor() > 0);
}

json::value never(const seen_person& /*seen*/) {
  return 0;
}

json::value always(const seen_person& /*seen*/) {
  return 1;
}

json::value untrue(const seen_person& /*seen*/) {
  return false;
}

json::value is_open(const seen_person& seen) {
  return seen.open;
}

template <std::size_t N>
json::value picture_of(const seen_person& seen) {
  constexpr std::array<std::string_view, 6> sizes{"50",  "100", "200_orig",
                                                  "200", "400", "400_orig"};
  return json::string{user_picture(seen, sizes[N])};
}

json::value screen_name_of(const seen_person& seen) {
  const auto& who = seen.who;
  return json::string{who.screen_name.empty() ? "id" + std::to_string(who.id) : who.screen_name};
}

json::value birthday_of(const seen_person& seen) {
  if (seen.who.birthday.empty()) return nullptr;
  return json::string{seen.who.birthday};
}

json::value city_of(const seen_person& seen) {
  const auto* place = seen.request.state.find_city(seen.who.city);
  if (place == nullptr) return nullptr;
  return json::object{{"id", place->id}, {"title", seen.request.localized(place->title)}};
}

json::value country_of(const seen_person& seen) {
  if (seen.who.city == 0) return nullptr;
  const spelling russia{"Россия", "Russia"};
  return json::object{{"id", 1}, {"title", seen.request.localized(russia)}};
}

json::value last_seen_of(const seen_person& seen) {
  return json::object{{"platform", 1 + invented_number(seen.who.id, "platform", 7)},
                      {"time", seen.request.now - 60 * seen.who.id}};
}

json::value online_info_of(const seen_person& seen) {
  return json::object{{"visible", true},
                      {"last_seen", seen.request.now - 60 * seen.who.id},
                      {"is_online", false},
                      {"is_mobile", false}};
}

// The friends that the caller and the user have in common.
json::array common_friends(const seen_person& seen) {
  json::array common;
  const auto* caller = seen.request.state.find_person(seen.request.actor());
  if (caller == nullptr || is_self(seen)) return common;
  for (const auto id : caller->friends)
    if (std::ranges::find(seen.who.friends, id) != seen.who.friends.end()) common.push_back(id);
  return common;
}

json::value common_count_of(const seen_person& seen) {
  return common_friends(seen).size();
}

json::value mutual_of(const seen_person& seen) {
  auto common = common_friends(seen);
  const auto count = common.size();
  return json::object{{"count", count}, {"users", std::move(common)}};
}

json::value is_friend_of(const seen_person& seen) {
  return as_flag(are_friends(seen));
}

json::value friend_status_of(const seen_person& seen) {
  const auto status = friend_state_of(seen.request.state, seen.request.actor(), seen.who.id);
  return static_cast<int>(status);
}

json::value friendship_weeks_of(const seen_person& seen) {
  if (!are_friends(seen)) return nullptr;
  return 1 + invented_number(seen.who.id + seen.request.actor(), "weeks", 300);
}

json::value blacklisted_of(const seen_person& seen) {
  return as_flag(seen.request.state.messages().blocks(seen.who.id, seen.request.actor()));
}

json::value blacklisted_by_me_of(const seen_person& seen) {
  return as_flag(seen.request.state.messages().blocks(seen.request.actor(), seen.who.id));
}

json::value can_write_of(const seen_person& seen) {
  const auto& request = seen.request;
  if (request.actor() == 0 || is_self(seen)) return as_flag(is_self(seen));
  return as_flag(!request.change_messages().refusal_of(request.actor(), seen.who.id));
}

json::value can_request_of(const seen_person& seen) {
  return as_flag(seen.request.actor() > 0 && !is_self(seen) && !are_friends(seen));
}

json::value timezone_of(const seen_person& seen) {
  if (!is_self(seen)) return nullptr;
  return seen.who.city == 49 ? 5 : 3;
}

json::value status_text_of(const seen_person& seen) {
  return json::string{seen.who.status};
}

json::value photo_id_of(const seen_person& seen) {
  return json::string{std::to_string(seen.who.id) + "_" +
                      std::to_string(457'239'000 + seen.who.id)};
}

json::value crop_photo_of(const seen_person& seen) {
  return json::object{{"photo", profile_photo(seen.who.id, user_picture(seen, ""))},
                      {"crop", {{"x", 0}, {"y", 0}, {"x2", 100}, {"y2", 100}}},
                      {"rect", {{"x", 0}, {"y", 0}, {"x2", 100}, {"y2", 100}}}};
}

json::value photo_max_size_of(const seen_person& seen) {
  return profile_photo(seen.who.id, user_picture(seen, ""));
}

json::value sex_of(const seen_person& seen) {
  return seen.who.sex;
}

json::value verified_of(const seen_person& seen) {
  return as_flag(seen.who.verified);
}

json::value followers_of(const seen_person& seen) {
  return seen.who.followers;
}

json::value nothing_written(const seen_person& /*seen*/) {
  return "";
}

json::value nothing_listed(const seen_person& /*seen*/) {
  return json::array{};
}

json::value wall_default_of(const seen_person& seen) {
  return seen.who.closed ? "owner" : "all";
}

json::value language_of(const seen_person& seen) {
  if (!is_self(seen)) return nullptr;
  return json::string{std::to_string(seen.who.language)};
}

json::value owner_state_of(const seen_person& /*seen*/) {
  return json::object{{"state", 1}, {"description", ""}};
}

json::value video_live_of(const seen_person& /*seen*/) {
  return json::object{{"enabled", 0}, {"is_notifications_blocked", 0}};
}

json::value exports_of(const seen_person& seen) {
  if (!is_self(seen)) return nullptr;
  return json::object{{"livejournal", 0}, {"twitter", 0}};
}

json::value clips_of(const seen_person& seen) {
  return invented_number(seen.who.id, "clips", 5);
}

constexpr std::array user_fields{
    user_field{"screen_name", shown_to::all, screen_name_of},
    user_field{"domain", shown_to::all, screen_name_of},
    user_field{"photo_50", shown_to::all, picture_of<0>},
    user_field{"photo_100", shown_to::all, picture_of<1>},
    user_field{"photo_200_orig", shown_to::all, picture_of<2>},
    user_field{"photo_200", shown_to::all, picture_of<3>},
    user_field{"photo_400", shown_to::all, picture_of<4>},
    user_field{"photo_400_orig", shown_to::all, picture_of<5>},
    user_field{"photo_max", shown_to::all, picture_of<3>},
    user_field{"photo_max_orig", shown_to::all, picture_of<5>},
    user_field{"photo", shown_to::all, picture_of<0>},
    user_field{"photo_rec", shown_to::all, picture_of<0>},
    user_field{"photo_medium", shown_to::all, picture_of<1>},
    user_field{"photo_medium_rec", shown_to::all, picture_of<1>},
    user_field{"photo_big", shown_to::all, picture_of<3>},
    user_field{"photo_max_size", shown_to::strangers, photo_max_size_of},
    user_field{"photo_id", shown_to::strangers, photo_id_of},
    user_field{"crop_photo", shown_to::strangers, crop_photo_of},
    user_field{"has_photo", shown_to::all, always},
    user_field{"sex", shown_to::strangers, sex_of},
    user_field{"verified", shown_to::strangers, verified_of},
    user_field{"trending", shown_to::strangers, never},
    user_field{"online", shown_to::strangers, never},
    user_field{"online_info", shown_to::strangers, online_info_of},
    user_field{"last_seen", shown_to::strangers, last_seen_of},
    user_field{"status", shown_to::strangers, status_text_of},
    user_field{"nickname", shown_to::strangers, nothing_written},
    user_field{"followers_count", shown_to::strangers, followers_of},
    user_field{"common_count", shown_to::strangers, common_count_of},
    user_field{"mutual", shown_to::strangers, mutual_of},
    user_field{"is_friend", shown_to::strangers, is_friend_of},
    user_field{"friend_status", shown_to::strangers, friend_status_of},
    user_field{"friendship_weeks", shown_to::strangers, friendship_weeks_of},
    user_field{"is_best_friend", shown_to::strangers, untrue},
    user_field{"is_favorite", shown_to::strangers, never},
    user_field{"is_hidden_from_feed", shown_to::strangers, never},
    user_field{"blacklisted", shown_to::strangers, blacklisted_of},
    user_field{"blacklisted_by_me", shown_to::strangers, blacklisted_by_me_of},
    user_field{"can_write_private_message", shown_to::strangers, can_write_of},
    user_field{"can_send_friend_request", shown_to::strangers, can_request_of},
    user_field{"can_post", shown_to::strangers, open_to_user},
    user_field{"can_see_all_posts", shown_to::strangers, open_to_user},
    user_field{"can_see_audio", shown_to::strangers, open_to_user},
    user_field{"can_see_gifts", shown_to::strangers, open_to_user},
    user_field{"can_see_wishes", shown_to::strangers, is_open},
    user_field{"can_subscribe_posts", shown_to::strangers, is_open},
    user_field{"can_subscribe_podcasts", shown_to::strangers, is_open},
    user_field{"is_subscribed_podcasts", shown_to::strangers, untrue},
    user_field{"can_upload_doc", shown_to::strangers, never},
    user_field{"can_ban", shown_to::strangers, untrue},
    user_field{"is_no_index", shown_to::strangers, untrue},
    user_field{"owner_state", shown_to::strangers, owner_state_of},
    user_field{"has_unseen_stories", shown_to::strangers, untrue},
    user_field{"stories_archive_count", shown_to::strangers, never},
    user_field{"video_live", shown_to::strangers, video_live_of},
    user_field{"video_live_level", shown_to::strangers, never},
    user_field{"video_live_count", shown_to::strangers, never},
    user_field{"clips_count", shown_to::strangers, clips_of},
    user_field{"descriptions", shown_to::strangers, nothing_listed},
    user_field{"lists", shown_to::strangers, nothing_listed},
    user_field{"timezone", shown_to::acquainted, timezone_of},
    user_field{"language", shown_to::acquainted, language_of},
    user_field{"exports", shown_to::acquainted, exports_of},
    user_field{"bdate", shown_to::acquainted, birthday_of},
    user_field{"city", shown_to::acquainted, city_of},
    user_field{"country", shown_to::acquainted, country_of},
    user_field{"has_mobile", shown_to::acquainted, always},
    user_field{"wall_comments", shown_to::acquainted, always},
    user_field{"wall_default", shown_to::acquainted, wall_default_of},
    user_field{"service_description", shown_to::acquainted, nothing_written},
};

// `first_name_gen` and its like.
bool add_case_of_name(json::object& shown, const seen_person& seen, std::string_view field) {
  const bool first = field.starts_with("first_name_");
  if (!first && !field.starts_with("last_name_")) return false;
  const auto wanted = read_name_case(field.substr(field.rfind('_') + 1));
  if (!wanted) return false;
  const auto& who = seen.who;
  const auto& name = seen.request.localized(first ? who.first_name : who.last_name);
  shown[field] = first ? first_name_in(name, who.sex == 1, *wanted)
                       : last_name_in(name, who.sex == 1, *wanted);
  return true;
}

bool is_shown(const seen_person& seen, shown_to whom) {
  if (whom == shown_to::all) return true;
  if (!seen.who.deactivated.empty()) return false;
  return whom == shown_to::strangers || seen.open;
}

}  // namespace

seen_person seen_person_by(const method_call& request, const person& who) {
  const auto actor = request.actor();
  const bool known = actor == who.id || std::ranges::find(who.friends, actor) != who.friends.end();
  return {request, who, !who.closed || known};
}

void add_user_field(json::object& shown, const seen_person& seen, std::string_view field) {
  const auto* row = std::ranges::find(user_fields, field, &user_field::name);
  if (row == user_fields.end()) {
    if (add_case_of_name(shown, seen, field)) return;
    if (is_shown(seen, shown_to::acquainted)) add_biography(shown, seen, field);
    return;
  }
  if (!is_shown(seen, row->whom)) return;
  auto value = row->value(seen);
  if (!value.is_null()) shown[field] = std::move(value);
}

std::string user_picture(const seen_person& seen, std::string_view size) {
  return own_picture(seen.request.base_url, "user" + std::to_string(seen.who.id), size);
}

std::int64_t invented_number(std::int64_t id, std::string_view purpose,
                             std::int64_t bound) noexcept {
  // FNV-1a.
  auto hash = 0xcbf29ce484222325U ^ static_cast<std::uint64_t>(id);
  for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  hash ^= hash >> 32U;
  return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(bound));
}

}  // namespace vkxx::emulation::detail
