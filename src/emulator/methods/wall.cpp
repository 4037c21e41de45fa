#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <functional>
#include <set>

#include "emulator/methods/attachment_shapes.hpp"
#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_post = 16'384;
constexpr std::size_t longest_attachments = 2048;

void check_owner(const method_call& request, std::int64_t owner) {
  const bool there = owner > 0 ? request.state.find_person(owner) != nullptr
                               : request.state.find_community(-owner) != nullptr;
  if (!there) throw bad_parameter("owner_id is incorrect");
}

// A user's own wall, else that of `domain` or of `owner_id`.
std::int64_t owner_of(const method_call& request) {
  if (const auto domain = request.text("domain"); !domain.empty()) {
    if (const auto* who = find_user(request.state, domain)) return who->id;
    if (const auto* group = find_group(request.state, domain)) return -group->id;
    throw bad_parameter("domain is incorrect");
  }
  const auto owner = request.integer("owner_id", request.actor());
  if (owner == 0) throw bad_parameter("owner_id is undefined");
  check_owner(request, owner);
  return owner;
}

// Whose wall it is, or who runs the community.
bool is_keeper(const method_call& request, std::int64_t owner) {
  if (owner == request.actor()) return true;
  return owner < 0 && !request.state.not_administered(request.actor(), {-owner});
}

json::value wall_post_method(const method_call& request) {
  const auto owner = owner_of(request);
  const auto text = request.text("message");
  const auto attachments = request.text("attachments");
  if (text.empty() && attachments.empty()) throw bad_parameter("message is undefined");
  if (text.size() > longest_post) throw bad_parameter("message is too long");
  if (attachments.size() > longest_attachments) throw bad_parameter("attachments are too long");
  const auto date = request.integer("publish_date", request.now, 0);
  if (date < request.now) throw bad_parameter("publish_date is in the past");
  const bool own = owner == request.actor();
  if (owner > 0 && !own && request.state.find_person(owner)->closed)
    throw api_failure{api_errc::wall_add_post_denied,
                      "Access to adding post denied: access to the wall is closed"};
  const auto guid = request.text("guid");
  const auto known =
      guid.empty() ? 0 : request.state.walls().post_of_guid(owner, request.actor(), guid);
  if (known != 0) {
    request.known_again = true;
    return json::object{{"post_id", known}};
  }
  const bool as_community = owner < 0 && (request.flag("from_group") || own);
  wall_post post;
  post.owner = owner;
  post.from = as_community ? owner : request.actor();
  post.date = date;
  post.postponed = date > request.now;
  post.text = text;
  post.attachments = attachments;
  const auto id = request.change_walls().publish(request.actor(), std::move(post), guid);
  if (!id)
    throw api_failure{api_errc::wall_add_post_denied,
                      "Access to adding post denied: the walls of this emulator are full"};
  return json::object{{"post_id", *id}};
}

std::int64_t shown_comments(const wall_post& post) {
  return std::ranges::count(post.comments, false, &wall_comment::deleted);
}

// Which posts a filter of `wall.get` shows.
bool fits(const method_call& request, std::string_view filter, const wall_post& post) {
  if (filter == "postponed") return !post.deleted && !is_published(request, post);
  if (filter == "suggests" || filter == "donut" || filter == "archived") return false;
  if (!is_published(request, post)) return false;
  return filter == "all" || (filter == "owner") == (post.from == post.owner);
}

void check_wall(const method_call& request, std::int64_t owner, std::string_view filter) {
  constexpr std::array<std::string_view, 7> filters{"all",      "owner", "others",  "postponed",
                                                    "suggests", "donut", "archived"};
  if (std::ranges::find(filters, filter) == filters.end())
    throw bad_parameter("filter is incorrect");
  if ((filter == "postponed" || filter == "archived") && !is_keeper(request, owner))
    throw api_failure{api_errc::access_denied};
  if (owner < 0) return;
  const auto* who = request.state.find_person(owner);
  if (!who->deactivated.empty()) throw api_failure{api_errc::user_deleted_or_banned};
  const bool is_friend = std::ranges::find(who->friends, request.actor()) != who->friends.end();
  if (who->closed && !is_friend && owner != request.actor())
    throw api_failure{api_errc::private_profile};
}

// Newest first, as VK shows them.
std::vector<const wall_post*> shown_posts(const method_call& request, std::int64_t owner,
                                          std::string_view filter) {
  std::vector<const wall_post*> shown;
  const auto& posts = request.state.walls().wall(owner);
  for (auto post = posts.rbegin(); post != posts.rend(); ++post)
    if (fits(request, filter, *post)) shown.push_back(&*post);
  std::ranges::stable_sort(shown, std::ranges::greater{}, &wall_post::date);
  return shown;
}

json::value wall_get(const method_call& request) {
  const auto owner = owner_of(request);
  const auto filter = request.given("filter") ? request.text("filter") : "all";
  check_wall(request, owner, filter);
  const auto offset = static_cast<std::size_t>(request.integer("offset", 0, 0));
  const auto count = static_cast<std::size_t>(request.integer("count", 20, 0, 100));
  const auto posts = shown_posts(request, owner, filter);
  const auto first = std::min(offset, posts.size());
  const auto last = std::min(first + count, posts.size());
  const std::vector<const wall_post*> page(posts.begin() + static_cast<std::ptrdiff_t>(first),
                                           posts.begin() + static_cast<std::ptrdiff_t>(last));
  json::array items;
  for (const auto* post : page) items.push_back(post_object(request, *post));
  json::object result;
  result["count"] = posts.size();
  result["items"] = std::move(items);
  if (request.flag("extended")) add_authors(request, page, result);
  return result;
}

json::value wall_get_by_id(const method_call& request) {
  static_cast<void>(request.required("posts"));
  std::vector<const wall_post*> found;
  for (const auto& name : request.list("posts", 100)) {
    const auto line = name.find('_');
    const auto owner = whole_number(std::string_view{name}.substr(0, line));
    const auto rest = line == std::string::npos ? std::string{} : name.substr(line + 1);
    const auto id = whole_number(std::string_view{rest}.substr(0, rest.find('_')));
    if (!owner || !id) throw bad_parameter("posts is invalid");
    const auto* post = request.state.walls().find(*owner, *id);
    if (post != nullptr && (is_published(request, *post) || is_keeper(request, *owner)))
      found.push_back(post);
  }
  json::array items;
  for (const auto* post : found) items.push_back(post_object(request, *post));
  json::object result;
  result["items"] = std::move(items);
  if (request.flag("extended")) add_authors(request, found, result);
  return result;
}

json::value wall_delete(const method_call& request) {
  const auto owner = owner_of(request);
  const auto* post = request.state.walls().find(owner, request.required_integer("post_id"));
  const bool may = post != nullptr && (owner == request.actor() || post->from == request.actor());
  if (!may) throw api_failure{api_errc::wall_post_access, "Access to wall's post denied"};
  request.change_walls().remove(request.actor(), owner, post->id);
  return 1;
}

}  // namespace

bool is_published(const method_call& request, const wall_post& post) noexcept {
  return !post.deleted && (!post.postponed || post.date <= request.now);
}

void add_authors(const method_call& request, const std::vector<const wall_post*>& posts,
                 json::object& result) {
  const auto fields = request.list("fields");
  std::set<std::int64_t> authors;
  for (const auto* post : posts) authors.insert({post->owner, post->from});
  json::array profiles;
  json::array groups;
  for (const auto id : authors) {
    if (const auto* who = request.state.find_person(id)) {
      profiles.push_back(user_object(request, *who, fields));
    } else if (const auto* group = request.state.find_community(-id)) {
      groups.push_back(group_object(*group, fields));
    }
  }
  result["profiles"] = std::move(profiles);
  result["groups"] = std::move(groups);
}

json::object post_object(const method_call& request, const wall_post& post) {
  const bool published = is_published(request, post);
  const auto can = [&request](bool allowed) { return request.actor() != 0 && allowed ? 1 : 0; };
  const bool own = is_keeper(request, post.owner) || post.from == request.actor();
  return {{"inner_type", "wall_wallpost"},
          {"id", post.id},
          {"owner_id", post.owner},
          {"from_id", post.from},
          {"date", post.date},
          {"text", post.text},
          {"attachments", attachment_array(request.state, post.attachments, post.date)},
          {"type", "post"},
          {"post_type", published ? "post" : "postpone"},
          {"post_source", {{"type", "api"}}},
          {"can_edit", can(own)},
          {"can_delete", can(own)},
          {"can_pin", can(is_keeper(request, post.owner))},
          {"marked_as_ads", 0},
          {"is_favorite", false},
          {"comments", {{"can_post", can(published)}, {"count", shown_comments(post)}}},
          {"likes",
           {{"can_like", can(published)},
            {"can_publish", can(published)},
            {"count", post.likes.size()},
            {"user_likes", post.likes.contains(request.actor()) ? 1 : 0}}},
          {"reposts", {{"count", 0}, {"user_reposted", 0}}},
          {"views", {{"count", published ? post.id * 10 + 7 : 0}}},
          {"donut", {{"is_donut", false}}}};
}

void add_wall(method_table& table) {
  table["wall.post"] = {{.user = true, .community = true}, wall_post_method};
  table["wall.get"] = {{.user = true, .service = true}, wall_get};
  table["wall.getById"] = {{.user = true, .service = true}, wall_get_by_id};
  table["wall.delete"] = {{.user = true, .community = true}, wall_delete};
}

}  // namespace vkxx::emulation::detail
