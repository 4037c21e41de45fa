#include "bot/run/bot_check.hpp"

#include <array>
#include <utility>

#include <vkxx/client/request.hpp>
#include <vkxx/core/json_parts.hpp>
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

// The oldest version in which `message_new` has the object that vkxx reads, and ours.
constexpr std::array<int, 2> least_version{5, 103};
constexpr std::string_view wanted_version = "5.199";
// They come by the Callback API only.
constexpr std::array<std::string_view, 6> callback_only{
    "wall_schedule_post_new", "wall_schedule_post_delete",
    "market_order_new",       "market_order_edit",
    "lead_forms_new",         "confirmation"};
// No setting switches them on.
constexpr std::array<std::string_view, 2> without_setting{"vkpay_transaction", "app_payload"};

bool is_on(std::optional<std::string_view> value) {
  return value && (*value == "1" || *value == "true");
}

bool is_old(std::string_view version) {
  const auto dot = version.find('.');
  const auto major = parse_number<int>(version.substr(0, dot));
  const auto minor = dot == std::string_view::npos ? std::optional<int>{0}
                                                   : parse_number<int>(version.substr(dot + 1));
  if (!major || !minor) return false;
  return *major < least_version[0] || (*major == least_version[0] && *minor < least_version[1]);
}

template <std::size_t Size>
bool is_one_of(std::string_view type, const std::array<std::string_view, Size>& list) {
  for (const auto known : list) {
    if (known == type) return true;
  }
  return false;
}

request change_of(group_id community, const long_poll_needs& needs) {
  request call{"groups.setLongPollSettings"};
  call.set("group_id", community).set("enabled", 1);
  if (needs.raise_version || needs.enable) call.set("api_version", wanted_version);
  for (const auto& type : needs.types) call.set(type, 1);
  return call;
}

std::vector<std::string> in_words(const long_poll_needs& needs) {
  std::vector<std::string> words;
  if (needs.enable) words.emplace_back("Long Poll API");
  if (needs.raise_version) words.push_back("version " + std::string{wanted_version});
  for (const auto& type : needs.types) words.push_back("event type " + type);
  return words;
}

std::string place_in_settings(const std::string& setting) {
  const bool type = setting.starts_with("event type");
  return setting + ": switch it on in the community under Manage > API usage > Long Poll API" +
         (type ? " > Event types" : "") + ", or use a token with the right `manage`";
}

}  // namespace

asio::awaitable<result<group_id>> ask_community(client vk) {
  auto calling = vk.try_call(request{"groups.getById"});
  const auto reply = co_await std::move(calling);
  if (!reply) co_return reply.error();
  // An array in older versions of the API.
  const auto list = json_member(reply->text(), "groups").value_or(reply->text());
  const auto groups = json_elements(list);
  const auto id = groups.empty() ? std::nullopt : json_member(groups.front(), "id");
  const auto number = id ? parse_number<std::int64_t>(*id) : std::nullopt;
  if (!number) {
    co_return reply->misfit(errc::unexpected_type,
                            "the token belongs to no community: create one in the community under "
                            "Manage > API usage, or name the community with bot::community");
  }
  co_return group_id{*number};
}

long_poll_needs compare_settings(std::string_view settings, const std::set<std::string>& types) {
  long_poll_needs needs;
  needs.enable = !is_on(json_member(settings, "is_enabled"));
  if (const auto version = json_member(settings, "api_version"))
    needs.raise_version = is_old(json_string_value(*version));
  const auto events = json_member(settings, "events").value_or("{}");
  for (const auto& type : types) {
    if (is_one_of(type, callback_only) || is_one_of(type, without_setting)) continue;
    if (!is_on(json_member(events, type))) needs.types.push_back(type);
  }
  return needs;
}

asio::awaitable<bot_report> check_long_poll(client vk, group_id community,
                                            std::set<std::string> types) {
  bot_report report;
  report.community = community;
  for (const auto& type : types) {
    if (is_one_of(type, callback_only))
      report.problems.push_back(type + ": comes by the Callback API only; see bot::source");
  }
  auto question = request{"groups.getLongPollSettings"}.set("group_id", community);
  auto asking = vk.try_call(std::move(question));
  const auto settings = co_await std::move(asking);
  if (!settings) {
    report.problems.push_back("the settings of long poll cannot be read: " +
                              settings.error().to_string());
    co_return report;
  }
  const auto needs = compare_settings(settings->text(), types);
  if (needs.empty()) co_return report;
  auto change = change_of(community, needs);
  auto changing = vk.try_call(std::move(change));
  const auto changed = co_await std::move(changing);
  auto words = in_words(needs);
  if (changed) {
    report.switched_on = std::move(words);
    co_return report;
  }
  for (const auto& setting : words) report.problems.push_back(place_in_settings(setting));
  report.problems.push_back("they cannot be switched on with this token: " +
                            changed.error().to_string());
  co_return report;
}

}  // namespace vkxx::detail
