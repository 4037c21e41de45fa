// `likes.*`: of posts and comments of the world, and of anything else by its name.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/methods/walls/wall_access.hpp"
#include "emulator/methods/walls/wall_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// What a call is about: a post, a comment, or neither.
struct liked_object {
  std::string type;
  std::int64_t owner = 0;
  std::int64_t item = 0;
  const wall_post* post = nullptr;
  const std::set<std::int64_t>* likes = nullptr;
};

liked_object object_of(const method_call& request) {
  liked_object object;
  object.type = request.required("type");
  object.owner = request.integer("owner_id", request.actor());
  object.item = request.integer("item_id", 0);
  if (object.item == 0) throw bad_parameter("item_id is undefined");
  if (!request.state.exists(object.owner)) throw bad_parameter("owner_id is incorrect");
  const auto& walls = request.state.walls();
  if (object.type == "post" || object.type == "comment") {
    check_wall_is_readable(request, object.owner);
    const bool comment = object.type == "comment";
    const auto* below = comment ? walls.post_of_comment(object.owner, object.item) : nullptr;
    object.post = comment && below == nullptr
                      ? nullptr
                      : visible_post(request, object.owner, comment ? below->id : object.item);
    if (object.post == nullptr) throw bad_parameter("object not found");
    if (!comment) {
      object.likes = &object.post->likes;
      return object;
    }
    const auto* found = object.post->find_comment(object.item);
    if (found == nullptr || found->deleted) throw bad_parameter("object not found");
    object.likes = &found->likes;
    return object;
  }
  object.likes = &walls.likes({object.type, object.owner, object.item});
  return object;
}

json::value set_like(const method_call& request, bool on) {
  const auto object = object_of(request);
  auto walls = request.change_walls();
  const auto actor = request.actor();
  std::optional<std::size_t> count;
  if (object.type == "post")
    count = walls.like(actor, object.owner, object.item, on);
  else if (object.type == "comment")
    count = walls.like_comment(actor, object.owner, object.item, on);
  else
    count = walls.like_object(actor, {object.type, object.owner, object.item}, on);
  if (!count) throw api_failure{api_errc::out_of_limits};
  return json::object{{"likes", *count}};
}

json::value likes_add(const method_call& request) {
  return set_like(request, true);
}

json::value likes_delete(const method_call& request) {
  return set_like(request, false);
}

// Who has reposted it.
std::set<std::int64_t> copiers(const method_call& request, const liked_object& object) {
  std::set<std::int64_t> users;
  if (object.type != "post") return users;
  for (const auto& [owner, id] : object.post->reposts)
    if (const auto* copy = request.state.walls().find(owner, id)) users.insert(copy->from);
  return users;
}

bool is_listed(const method_call& request, std::int64_t user) {
  if (request.flag("skip_own") && user == request.actor()) return false;
  if (request.integer("friends_only", 0) == 0) return true;
  const auto* caller = request.state.find_person(request.actor());
  return caller != nullptr && std::ranges::find(caller->friends, user) != caller->friends.end();
}

json::object liker_object(const method_call& request, std::int64_t user,
                          const std::vector<std::string>& fields) {
  if (const auto* who = request.state.find_person(user)) {
    auto shown = user_object(request, *who, fields);
    shown["type"] = "profile";
    return shown;
  }
  const auto* group = request.state.community_of(user);
  return group == nullptr ? json::object{{"id", user}} : group_object(request, *group, fields);
}

json::value likes_get_list(const method_call& request) {
  const auto object = object_of(request);
  const auto users = request.text("filter") == "copies" ? copiers(request, object) : *object.likes;
  std::vector<std::int64_t> listed;
  for (const auto user : users)
    if (is_listed(request, user)) listed.push_back(user);
  const auto total = static_cast<std::int64_t>(listed.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto last = std::min(first + request.integer("count", 100, 0, 1000), total);
  const auto fields = request.list("fields", 200);
  json::array items;
  for (auto i = first; i < last; ++i) {
    const auto user = listed[static_cast<std::size_t>(i)];
    if (request.flag("extended"))
      items.push_back(liker_object(request, user, fields));
    else
      items.push_back(user);
  }
  return json::object{{"count", total}, {"items", std::move(items)}};
}

json::value likes_is_liked(const method_call& request) {
  const auto object = object_of(request);
  auto user = request.integer("user_id", 0, 0);
  if (user == 0) user = request.actor();
  return json::object{{"liked", object.likes->contains(user) ? 1 : 0},
                      {"copied", copiers(request, object).contains(user) ? 1 : 0}};
}

}  // namespace

void add_likes(method_table& table) {
  add_rows(table, {{"likes.add", likes_add},
                   {"likes.delete", likes_delete},
                   {"likes.getList", likes_get_list},
                   {"likes.isLiked", likes_is_liked}});
  table["likes.getList"].slow = true;
}

}  // namespace vkxx::emulation::detail
