#include <algorithm>
#include <array>

#include "schema_tables/sample_scalars.hpp"
#include "schema_tables/sample_seed.hpp"

namespace vkxx::schema_tables::detail {
namespace {

enum class meaning {
  user,
  owner,
  group,
  peer,
  id,
  past,
  future,
  count,
  small,
  one,
  zero,
  flag,
  pixels,
  bytes,
  seconds,
  opening,
  closing,
  break_begin,
  break_end,
  views,
  likes,
  money,
  percent,
  year,
  age,
};

struct rule {
  std::string_view pattern;
  meaning is;
};

// The first that fits counts.
constexpr std::array integer_rules{
    rule{"*retargeting_group_id", meaning::id},
    rule{"item_group_id", meaning::id},
    rule{"user_id", meaning::user},
    rule{"user_ids", meaning::user},
    rule{"*_user_id", meaning::user},
    rule{"uid*", meaning::user},
    rule{"creator_id", meaning::user},
    rule{"deleter_id", meaning::user},
    rule{"editor_id", meaning::user},
    rule{"admin_id*", meaning::user},
    rule{"placer_id", meaning::user},
    rule{"curator_id", meaning::user},
    rule{"inviter_id", meaning::user},
    rule{"invited_by", meaning::user},
    rule{"moderator_id", meaning::user},
    rule{"member_id*", meaning::user},
    rule{"active_ids", meaning::user},
    rule{"liker_id", meaning::user},
    rule{"signer_id", meaning::user},
    rule{"updated_by", meaning::user},
    rule{"created_by", meaning::user},
    rule{"common_friends", meaning::user},
    rule{"online", meaning::user},
    rule{"online_mobile", meaning::user},
    rule{"owner_id", meaning::owner},
    rule{"*_owner_id", meaning::owner},
    rule{"from_id", meaning::owner},
    rule{"to_id", meaning::owner},
    rule{"source_id*", meaning::owner},
    rule{"author_id", meaning::owner},
    rule{"*_author_id", meaning::owner},
    rule{"initiator_id", meaning::owner},
    rule{"reacted_id", meaning::owner},
    rule{"receiver_id", meaning::owner},
    rule{"reply_to_user", meaning::owner},
    rule{"oid", meaning::owner},
    rule{"group_id", meaning::group},
    rule{"*_group_id", meaning::group},
    rule{"gid", meaning::group},
    rule{"peer_id*", meaning::peer},
    rule{"*_peer_id*", meaning::peer},
    rule{"invitees", meaning::peer},
    rule{"open_time", meaning::opening},
    rule{"close_time", meaning::closing},
    rule{"break_open_time", meaning::break_begin},
    rule{"break_close_time", meaning::break_end},
    rule{"views", meaning::views},
    rule{"likes", meaning::likes},
    rule{"reposts", meaning::likes},
    rule{"platform", meaning::small},
    rule{"audio_start_time", meaning::seconds},
    rule{"disabled_until", meaning::future},
    rule{"*until*", meaning::future},
    rule{"expir*", meaning::future},
    rule{"*_expire*", meaning::seconds},
    rule{"end_date", meaning::future},
    rule{"finish_date", meaning::future},
    rule{"stop_time", meaning::future},
    rule{"next_*", meaning::future},
    rule{"unblock_date", meaning::future},
    rule{"*_delete_time", meaning::future},
    rule{"date", meaning::past},
    rule{"date_*", meaning::past},
    rule{"*_date", meaning::past},
    rule{"time", meaning::past},
    rule{"*_time", meaning::past},
    rule{"timestamp", meaning::past},
    rule{"created", meaning::past},
    rule{"*_created", meaning::past},
    rule{"updated", meaning::past},
    rule{"*_updated", meaning::past},
    rule{"edited", meaning::past},
    rule{"last_seen", meaning::past},
    rule{"last_viewed", meaning::past},
    rule{"*_at", meaning::past},
    rule{"*_ts", meaning::past},
    rule{"ts", meaning::past},
    rule{"month", meaning::past},
    rule{"*period_from*", meaning::past},
    rule{"*period_to*", meaning::past},
    rule{"ttl", meaning::seconds},
    rule{"*_ttl", meaning::seconds},
    rule{"*duration", meaning::seconds},
    rule{"length", meaning::seconds},
    rule{"lifetime", meaning::seconds},
    rule{"refresh", meaning::seconds},
    rule{"width", meaning::pixels},
    rule{"height", meaning::pixels},
    rule{"*_width", meaning::pixels},
    rule{"*_height", meaning::pixels},
    rule{"size", meaning::bytes},
    rule{"*_size", meaning::bytes},
    rule{"price*", meaning::money},
    rule{"*amount*", meaning::money},
    rule{"balance", meaning::money},
    rule{"*_cost", meaning::money},
    rule{"*discount*", meaning::percent},
    rule{"overall", meaning::percent},
    rule{"year*", meaning::year},
    rule{"*_year", meaning::year},
    rule{"graduation", meaning::year},
    rule{"age_restriction", meaning::zero},
    rule{"age*", meaning::age},
    rule{"success", meaning::one},
    rule{"result", meaning::one},
    rule{"deleted", meaning::one},
    rule{"is_*", meaning::flag},
    rule{"can_*", meaning::flag},
    rule{"has_*", meaning::flag},
    rule{"no_*", meaning::flag},
    rule{"*_can_edit", meaning::flag},
    rule{"user_likes", meaning::flag},
    rule{"user_subscribed", meaning::flag},
    rule{"marked_as_ads", meaning::flag},
    rule{"once_per_user", meaning::flag},
    rule{"ad_platform_no_*", meaning::flag},
    rule{"weekly_schedule_use_holidays", meaning::flag},
    rule{"repeat_video", meaning::flag},
    rule{"recognize_photo", meaning::flag},
    rule{"showmap", meaning::flag},
    rule{"hidden", meaning::flag},
    rule{"hide", meaning::flag},
    rule{"saved", meaning::flag},
    rule{"moderated", meaning::flag},
    rule{"screen_reader", meaning::flag},
    rule{"new", meaning::flag},
    rule{"online_app", meaning::id},
    rule{"*error*", meaning::zero},
    rule{"lang", meaning::zero},
    rule{"lang_id", meaning::zero},
    rule{"intro", meaning::zero},
    rule{"random_id", meaning::zero},
    rule{"alcohol", meaning::small},
    rule{"smoking", meaning::small},
    rule{"political", meaning::small},
    rule{"*_main", meaning::small},
    rule{"level", meaning::small},
    rule{"*_level", meaning::small},
    rule{"bdate_visibility", meaning::flag},
    rule{"who_can_*", meaning::small},
    rule{"x", meaning::percent},
    rule{"y", meaning::percent},
    rule{"position", meaning::small},
    rule{"id", meaning::id},
    rule{"ids", meaning::id},
    rule{"*_id", meaning::id},
    rule{"*_ids", meaning::id},
    rule{"pid", meaning::id},
    rule{"aid", meaning::id},
    rule{"cid", meaning::id},
    rule{"nid", meaning::id},
    rule{"cmid*", meaning::id},
    rule{"*_code", meaning::id},
    rule{"pts", meaning::id},
    rule{"new_pts", meaning::id},
    rule{"server", meaning::id},
};

// An `id`, or an element of a list, is what the object around is.
meaning by_object(std::string_view object) noexcept {
  for (const auto pattern :
       {"users_user_*", "users_user", "users_subscriptions_item", "account_user_settings",
        "friends_requests_xtr_*", "groups_profile_item", "*_user_xtr_*"})
    if (fits(pattern, object)) return meaning::user;
  if (fits("groups_group_*", object) || object == "groups_group") return meaning::group;
  if (object == "messages_conversation_peer") return meaning::peer;
  return meaning::id;
}

// Nobody likes what he has not seen.
meaning count_of(std::string_view object) noexcept {
  if (fits("*views*", object)) return meaning::views;
  if (fits("*likes*", object) || fits("*reposts*", object)) return meaning::likes;
  return meaning::count;
}

meaning meaning_of(const scalar_place& place) noexcept {
  if (place.name == "id") return by_object(place.object);
  if (place.name == "count") return count_of(place.object);
  if (place.name == "items" || place.name == "users" || place.name == "friends")
    return meaning::user;
  const auto* found = first_fitting(integer_rules, place.name);
  return found == nullptr ? meaning::count : found->is;
}

std::int64_t between(std::uint64_t seed, std::int64_t low, std::int64_t high) noexcept {
  return low + static_cast<std::int64_t>(below(seed, static_cast<std::uint64_t>(high - low) + 1));
}

constexpr std::int64_t seconds_a_day = 86400;

std::int64_t account_value(meaning is, type wanted, std::uint64_t seed,
                           const sample_options& options) noexcept {
  const bool signless = wanted.minimum().value_or(-1) >= 0;
  const auto user = between(seed, 1, options.users);
  switch (is) {
    case meaning::group:
      return between(seed, 1, options.communities);
    case meaning::owner:
      return signless || below(derived(seed, 1), 3) != 0 ? user
                                                         : -between(seed, 1, options.communities);
    case meaning::peer:
      return below(derived(seed, 1), 3) != 0 ? user : first_chat + 1;
    default:
      return user;
  }
}

// Not before the other times of the object.
bool is_late(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 8> names{"*update*", "*edit*", "finish*", "*_to",
                                                  "last_*",   "end_*",  "*_end",   "stop*"};
  return std::ranges::any_of(names, [name](auto pattern) { return fits(pattern, name); });
}

// Lists begin with the newest.
std::int64_t time_value(meaning is, const scalar_place& place, std::int64_t now) noexcept {
  const auto seed = place.seed;
  if (is == meaning::future) return now + between(seed, seconds_a_day, 30 * seconds_a_day);
  if (place.object == "users_last_seen") return now - between(seed, 60, seconds_a_day);
  if (is_late(place.name)) return now - between(seed, 60, 13 * seconds_a_day);
  const auto days = 14 + 2 * std::min<std::int64_t>(place.item, 6);
  return now - days * seconds_a_day - between(seed, 60, seconds_a_day);
}

std::int64_t plain_value(meaning is, std::uint64_t seed) noexcept {
  constexpr std::array<std::int64_t, 6> sides{75, 130, 320, 604, 807, 1280};
  switch (is) {
    case meaning::id:
      return between(seed, 1, 999'999);
    case meaning::small:
      return between(seed, 1, 5);
    case meaning::one:
      return 1;
    case meaning::zero:
      return 0;
    case meaning::flag:
      return between(seed, 0, 1);
    case meaning::pixels:
      return sides[below(seed, sides.size())];
    case meaning::bytes:
      return between(seed, 1024, 2'000'000);
    case meaning::seconds:
      return between(seed, 10, 3600);
    case meaning::opening:  // In minutes of the day, as the others.
      return 30 * between(seed, 16, 20);
    case meaning::closing:
      return 30 * between(seed, 36, 44);
    case meaning::break_begin:
      return 30 * between(seed, 24, 26);
    case meaning::break_end:
      return 30 * between(seed, 27, 28);
    case meaning::views:
      return between(seed, 100, 900);
    case meaning::likes:
      return between(seed, 1, 50);
    case meaning::money:
      return 100 * between(seed, 1, 5000);
    case meaning::percent:
      return between(seed, 0, 100);
    case meaning::year:
      return between(seed, 1995, 2024);
    case meaning::age:
      return between(seed, 14, 80);
    default:
      return between(seed, 0, 500);
  }
}

// What other fields of the object have determined.
std::optional<std::int64_t> agreed_value(const scalar_place& place) {
  if (place.picture && place.name == "width") return place.picture->width;
  if (place.picture && place.name == "height") return place.picture->height;
  if (place.object == "docs_doc" && place.name == "type")
    return document_for(place.object_seed).type;
  if (place.account && place.name == "local_id")
    return *place.account > first_chat ? *place.account - first_chat
                                       : std::max(*place.account, -*place.account);
  return std::nullopt;
}

}  // namespace

bool is_account(std::string_view object) noexcept {
  return by_object(object) != meaning::id;
}

document_kind document_for(std::uint64_t object_seed) {
  constexpr std::array<document_kind, 7> kinds{
      {{"pdf", 1}, {"txt", 1}, {"zip", 2}, {"gif", 3}, {"png", 4}, {"mp3", 5}, {"mp4", 6}}};
  return kinds[below(derived(object_seed, "document"), kinds.size())];
}

bool fits(std::string_view pattern, std::string_view name) noexcept {
  if (name.empty() || (pattern.front() != '*' && pattern.front() != name.front())) return false;
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (star == 0 && pattern.size() > 1 && pattern.back() == '*')
    return name.find(pattern.substr(1, pattern.size() - 2)) != std::string_view::npos;
  const auto head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

std::int64_t within(type wanted, std::int64_t value) noexcept {
  const auto low = wanted.minimum(), high = wanted.maximum();
  if (low && high && (value < *low || value > *high)) {
    const auto span = static_cast<std::uint64_t>(*high - *low) + 1;
    return *low + static_cast<std::int64_t>(static_cast<std::uint64_t>(value) % span);
  }
  if (low && value < *low) return *low;
  if (high && value > *high) return *high;
  return value;
}

sample_integer integer_for(type wanted, const scalar_place& place, const sample_options& options) {
  const auto is = meaning_of(place);
  sample_integer result;
  if (const auto agreed = agreed_value(place)) {
    result.value = within(wanted, *agreed);
    return result;
  }
  if (is == meaning::past || is == meaning::future) {
    result.value = time_value(is, place, options.now);
  } else if (place.name == "timezone" || place.name == "time_offset") {
    result.value = place.name == "timezone" ? 3 : 180;
  } else if (is == meaning::user || is == meaning::owner || is == meaning::group ||
             is == meaning::peer) {
    result.value = account_value(is, wanted, place.seed, options);
    result.account = is == meaning::group ? account_kind::group : account_kind::member;
  } else {
    result.value = plain_value(is, place.seed);
  }
  result.value = within(wanted, result.value);
  return result;
}

std::string number_for(type wanted, const scalar_place& place) {
  const auto decimal = [&](std::int64_t low, std::int64_t high, std::int64_t parts) {
    const auto value = between(place.seed, low * parts, high * parts);
    auto text = std::to_string(value / parts);
    const auto rest = value % parts;
    if (rest == 0) return text;
    return text + '.' + std::to_string(parts + rest).substr(1);
  };
  const auto is = [&place](std::string_view pattern) { return fits(pattern, place.name); };
  const auto low = wanted.minimum(), high = wanted.maximum();
  if (is("timezone")) return "3";
  if (is("lat*")) return "55." + decimal(60000, 90000, 1);
  if (is("long*")) return "37." + decimal(40000, 80000, 1);
  if (is("id") || is("*_id")) return decimal(1, 999'999, 1);
  if (low && high) return decimal(*low, *high, 10);
  if (is("stars")) return decimal(1, 5, 10);
  if (is("x*") || is("y*") || is("*rate") || is("*score")) return decimal(0, 100, 10);
  return decimal(low.value_or(0), low.value_or(0) + 1000, 100);
}

}  // namespace vkxx::schema_tables::detail
