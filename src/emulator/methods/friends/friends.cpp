// `friends.*`: lists, requests, what two users have in common.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "emulator/methods/mailbox/messages_request.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_request_text = 500;

// A user whose friends the caller may see. @throws api_failure 18, 30, 113
const person& readable_user(const method_call& request, std::int64_t id) {
  const auto* who = request.state.find_person(id);
  if (who == nullptr) throw api_failure{api_errc::bad_user_id};
  if (!who->deactivated.empty()) throw api_failure{api_errc::user_deleted_or_banned};
  const bool is_friend = std::ranges::find(who->friends, request.actor()) != who->friends.end();
  if (who->closed && !is_friend && who->id != request.actor())
    throw api_failure{api_errc::private_profile};
  return *who;
}

const person& whose(const method_call& request) {
  const auto id = request.integer("user_id", request.actor());
  if (id <= 0) throw bad_parameter("user_id is undefined");
  return readable_user(request, id);
}

std::vector<std::int64_t> ordered_friends(const method_call& request, const person& who) {
  auto friends = who.friends;
  if (request.text("order") == "name")
    std::ranges::sort(friends, {}, [&request](std::int64_t id) {
      const auto* other = request.state.find_person(id);
      return other == nullptr ? std::string{} : request.localized(other->first_name);
    });
  return friends;
}

// With `fields` users, without them ids.
json::value friends_get(const method_call& request) {
  const auto friends = ordered_friends(request, whose(request));
  const auto fields = request.list("fields", 200);
  const bool detailed = request.given("fields");
  const auto total = static_cast<std::int64_t>(friends.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto count = std::min(request.integer("count", 5000, 0), total - first);
  json::array items;
  for (std::int64_t i = first; i < first + count; ++i) {
    const auto id = friends[static_cast<std::size_t>(i)];
    const auto* other = request.state.find_person(id);
    if (detailed && other != nullptr)
      items.push_back(user_object(request, *other, fields));
    else
      items.push_back(id);
  }
  json::object result;
  result["count"] = total;
  result["items"] = std::move(items);
  return result;
}

json::value friends_search(const method_call& request) {
  std::vector<const person*> among;
  for (const auto id : ordered_friends(request, whose(request)))
    if (const auto* other = request.state.find_person(id)) among.push_back(other);
  return search_users(request, among);
}

json::value friends_add(const method_call& request) {
  const auto user = request.integer("user_id", 0, 0);
  const auto* other = request.state.find_person(user);
  if (other == nullptr || !other->deactivated.empty())
    throw api_failure{api_errc::friend_not_found};
  const auto text = request.text("text");
  if (characters(text) > longest_request_text) throw bad_parameter("text is too long");
  auto commands = request.change_friends();
  if (request.flag("follow") && commands.decline(request.actor(), user)) return 1;
  return static_cast<int>(commands.add(request.actor(), user, std::string{text}));
}

json::value friends_delete(const method_call& request) {
  const auto user = request.integer("user_id", 0, 0);
  using removed = friend_commands::removed;
  switch (request.change_friends().remove(request.actor(), user)) {
    case removed::friendship:
      return json::object{{"success", 1}, {"friend_deleted", 1}};
    case removed::outgoing:
      return json::object{{"success", 1}, {"out_request_deleted", 1}};
    case removed::incoming:
      return json::object{{"success", 1}, {"in_request_deleted", 1}};
    case removed::nothing:
      break;
  }
  throw api_failure{api_errc::access_denied, "Access denied: No friend or friend request found."};
}

json::array mutual_friends(const person& who, const person& other) {
  const std::set<std::int64_t> known{who.friends.begin(), who.friends.end()};
  json::array common;
  for (const auto id : other.friends)
    if (known.contains(id)) common.push_back(id);
  return common;
}

// The other side of a request, and the text that it came with.
struct listed_request {
  std::int64_t user = 0;
  std::string text;
};

std::vector<listed_request> listed_requests(const method_call& request) {
  const auto& book = request.state.friends();
  const auto actor = request.actor();
  std::vector<listed_request> all;
  if (request.flag("out")) {
    for (const auto& [from, to] : book.outgoing(actor))
      all.push_back({to, book.find(from, to)->text});
    return all;
  }
  if (request.flag("suggested")) return all;
  for (const auto& [pair, entry] : book.incoming(actor))
    if (!entry.declined) all.push_back({pair.second, entry.text});
  return all;
}

json::object request_object(const method_call& request, const listed_request& entry) {
  json::object shown{{"user_id", entry.user}, {"id", entry.user}};
  const auto* caller = request.state.find_person(request.actor());
  const auto* other = request.state.find_person(entry.user);
  if (request.flag("extended") && !entry.text.empty()) shown["message"] = entry.text;
  if (request.flag("need_mutual") && caller != nullptr && other != nullptr) {
    auto common = mutual_friends(*caller, *other);
    const auto count = common.size();
    shown["mutual"] = json::object{{"count", count}, {"users", std::move(common)}};
  }
  if (other == nullptr) return shown;
  const auto fields = request.list("fields", 200);
  auto user = user_object(request, *other, fields);
  if (request.flag("extended"))
    for (auto& member : user) shown[member.key()] = std::move(member.value());
  return shown;
}

json::value friends_get_requests(const method_call& request) {
  const auto all = listed_requests(request);
  const auto total = static_cast<std::int64_t>(all.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto last = std::min(first + request.integer("count", 100, 0, 1000), total);
  const bool detailed = request.flag("extended") || request.flag("need_mutual");
  json::array items;
  for (auto i = first; i < last; ++i) {
    const auto& entry = all[static_cast<std::size_t>(i)];
    if (detailed)
      items.push_back(request_object(request, entry));
    else
      items.push_back(entry.user);
  }
  return json::object{{"count", total}, {"items", std::move(items)}, {"count_unread", 0}};
}

json::value friends_are_friends(const method_call& request) {
  static_cast<void>(request.required("user_ids"));
  json::array all;
  for (const auto user : numbers_of(request, "user_ids")) {
    if (user <= 0) continue;
    const auto status = friend_state_of(request.state, request.actor(), user);
    json::object shown{{"user_id", user}, {"friend_status", static_cast<int>(status)}};
    if (request.flag("extended")) shown["is_request_unread"] = false;
    if (request.flag("need_sign")) {
      // In the form of VK's, which nobody but VK can check.
      auto sign = std::to_string(user) + "0" + std::to_string(static_cast<int>(status));
      sign.insert(0, 32 - std::min<std::size_t>(sign.size(), 32), '0');
      shown["sign"] = sign;
    }
    all.push_back(std::move(shown));
  }
  return all;
}

json::array mutual_page(const method_call& request, json::array all) {
  const auto total = static_cast<std::int64_t>(all.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto last = first + std::min(request.integer("count", total, 0), total - first);
  json::array page;
  for (auto i = first; i < last; ++i) page.push_back(all[static_cast<std::size_t>(i)]);
  return page;
}

json::value friends_get_mutual(const method_call& request) {
  const auto& source = readable_user(request, request.integer("source_uid", request.actor(), 1));
  const auto object_for = [&](std::int64_t user) {
    auto common = mutual_friends(source, readable_user(request, user));
    const auto count = common.size();
    return json::object{{"id", user},
                        {"common_friends", mutual_page(request, std::move(common))},
                        {"common_count", count}};
  };
  if (request.given("target_uids")) {
    json::array all;
    for (const auto user : numbers_of(request, "target_uids", 100)) all.push_back(object_for(user));
    return all;
  }
  const auto target = request.integer("target_uid", 0, 1);
  if (target == 0) throw bad_parameter("target_uid is undefined");
  auto shown = object_for(target);
  if (request.flag("need_common_count")) return shown;
  return shown["common_friends"];
}

}  // namespace

void add_friends(method_table& table) {
  table["friends.get"] = {{.user = true, .service = true}, friends_get};
  add_rows(table, {{"friends.add", friends_add},
                   {"friends.search", friends_search},
                   {"friends.delete", friends_delete},
                   {"friends.getRequests", friends_get_requests},
                   {"friends.areFriends", friends_are_friends},
                   {"friends.getMutual", friends_get_mutual}});
}

}  // namespace vkxx::emulation::detail
