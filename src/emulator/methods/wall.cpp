#include <algorithm>
#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_post = 16'384;

void check_owner(const method_call& request, std::int64_t owner) {
  const bool there = owner > 0 ? request.state.find_person(owner) != nullptr
                               : request.state.find_community(-owner) != nullptr;
  if (!there) throw bad_parameter("owner_id is incorrect");
}

// A user's own wall, else that of `owner_id`.
std::int64_t owner_of(const method_call& request) {
  const auto owner = request.integer("owner_id", request.actor());
  if (owner == 0) throw bad_parameter("owner_id is undefined");
  check_owner(request, owner);
  return owner;
}

// `photo-1_2` and addresses, as they are attached, as VK shows them again. Others stay away.
json::array attachments_of(std::string_view text) {
  json::array shown;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    if (one.starts_with("http")) {
      shown.push_back({{"type", "link"}, {"link", {{"url", one}, {"title", one}}}});
      continue;
    }
    const auto digits = one.find_first_of("-0123456789");
    const auto underscore = one.find('_');
    if (digits == std::string_view::npos || underscore == std::string_view::npos) continue;
    const auto owner = whole_number(one.substr(digits, underscore - digits));
    const auto id = whole_number(one.substr(underscore + 1));
    if (digits == 0 || !owner || !id) continue;
    json::object made{{"type", one.substr(0, digits)}};
    made[one.substr(0, digits)] = json::object{{"id", *id}, {"owner_id", *owner}};
    shown.push_back(std::move(made));
  }
  return shown;
}

wall_post* find_post(world& state, std::int64_t owner, std::int64_t id) {
  auto& posts = state.wall(owner);
  const auto found = std::ranges::find(posts, id, &wall_post::id);
  return found == posts.end() || found->deleted ? nullptr : &*found;
}

json::value wall_post_method(const method_call& request) {
  const auto owner = owner_of(request);
  const auto text = request.text("message");
  const auto attachments = request.text("attachments");
  if (text.empty() && attachments.empty()) throw bad_parameter("message is undefined");
  if (text.size() > longest_post) throw bad_parameter("message is too long");
  const bool own = owner == request.actor();
  if (owner > 0 && !own && request.state.find_person(owner)->closed)
    throw api_failure{api_errc::wall_add_post_denied,
                      "Access to adding post denied: access to the wall is closed"};
  auto& posts = request.state.wall(owner);
  const bool as_community = owner < 0 && (request.flag("from_group") || own);
  wall_post post;
  post.id = posts.empty() ? 1 : posts.back().id + 1;
  post.owner = owner;
  post.from = as_community ? owner : request.actor();
  post.date = request.now;
  post.text = text;
  post.attachments = attachments;
  posts.push_back(post);
  return json::object{{"post_id", post.id}};
}

json::value wall_get(const method_call& request) {
  const auto owner = owner_of(request);
  const auto offset = request.integer("offset", 0, 0);
  const auto count = request.integer("count", 20, 0, 100);
  json::array items;
  std::int64_t total = 0;
  const auto& posts = request.state.wall(owner);
  for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
    if (post->deleted) continue;
    if (total >= offset && total - offset < count) items.push_back(post_object(*post));
    ++total;
  }
  json::object result;
  result["count"] = total;
  result["items"] = std::move(items);
  return result;
}

json::value wall_get_by_id(const method_call& request) {
  static_cast<void>(request.required("posts"));
  json::array items;
  for (const auto& name : request.list("posts", 100)) {
    const auto line = name.find('_');
    const auto owner = whole_number(std::string_view{name}.substr(0, line));
    const auto rest = line == std::string::npos ? std::string{} : name.substr(line + 1);
    const auto id = whole_number(std::string_view{rest}.substr(0, rest.find('_')));
    if (!owner || !id) throw bad_parameter("posts is invalid");
    if (const auto* post = find_post(request.state, *owner, *id))
      items.push_back(post_object(*post));
  }
  json::object result;
  result["items"] = std::move(items);
  return result;
}

json::value wall_delete(const method_call& request) {
  const auto owner = owner_of(request);
  auto* post = find_post(request.state, owner, request.required_integer("post_id"));
  const bool may = post != nullptr && (owner == request.actor() || post->from == request.actor());
  if (!may) throw api_failure{api_errc::wall_post_access, "Access to wall's post denied"};
  post->deleted = true;
  return 1;
}

}  // namespace

json::object post_object(const wall_post& post) {
  return {{"id", post.id},        {"owner_id", post.owner},
          {"from_id", post.from}, {"date", post.date},
          {"text", post.text},    {"attachments", attachments_of(post.attachments)},
          {"type", "post"},       {"post_type", "post"}};
}

void add_wall(method_table& table) {
  table["wall.post"] = {{.user = true, .community = true}, wall_post_method};
  table["wall.get"] = {{.user = true, .service = true}, wall_get};
  table["wall.getById"] = {{.user = true, .service = true}, wall_get_by_id};
  table["wall.delete"] = {{.user = true, .community = true}, wall_delete};
}

}  // namespace vkxx::emulation
