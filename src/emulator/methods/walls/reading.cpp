// `wall.get`, `wall.search`, `wall.getById`, `wall.getReposts`.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/text/message_text.hpp"
#include "emulator/methods/walls/wall_access.hpp"
#include "emulator/methods/walls/wall_rows.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::folded;
namespace {

namespace json = boost::json;

constexpr std::int64_t deepest_history = 10;

// Which posts a filter of `wall.get` shows.
bool fits(const method_call& request, std::string_view filter, const wall_post& post) {
  if (filter == "postponed") return !post.deleted && !is_published(request, post);
  if (filter == "suggests" || filter == "donut" || filter == "archived") return false;
  if (!is_published(request, post)) return false;
  return filter == "all" || (filter == "owner") == (post.from == post.owner);
}

void check_filter(const method_call& request, std::int64_t owner, std::string_view filter) {
  constexpr std::array<std::string_view, 7> filters{"all",      "owner", "others",  "postponed",
                                                    "suggests", "donut", "archived"};
  if (std::ranges::find(filters, filter) == filters.end())
    throw bad_parameter("filter is incorrect");
  if ((filter == "postponed" || filter == "archived") && !keeps_wall(request, owner))
    throw api_failure{api_errc::access_denied};
}

// The pinned post, then the newest first, as VK shows them.
std::vector<const wall_post*> shown_posts(const method_call& request, std::int64_t owner,
                                          std::string_view filter) {
  std::vector<const wall_post*> shown;
  const auto& posts = request.state.walls().wall(owner);
  for (const auto& post : posts)
    if (fits(request, filter, post)) shown.push_back(&post);
  std::ranges::sort(shown, std::ranges::greater{}, [](const wall_post* post) {
    return std::tuple{post->pinned, post->date, post->id};
  });
  return shown;
}

std::vector<const wall_post*> page_of(const method_call& request,
                                      const std::vector<const wall_post*>& posts,
                                      std::int64_t usual, std::int64_t most) {
  const auto offset = static_cast<std::size_t>(request.integer("offset", 0, 0));
  const auto count = static_cast<std::size_t>(request.integer("count", usual, 0, most));
  const auto first = std::min(offset, posts.size());
  const auto last = std::min(first + count, posts.size());
  return {posts.begin() + static_cast<std::ptrdiff_t>(first),
          posts.begin() + static_cast<std::ptrdiff_t>(last)};
}

json::array post_objects(const method_call& request, const std::vector<const wall_post*>& posts,
                         std::int64_t depth = 2) {
  json::array items;
  for (const auto* post : posts) items.push_back(post_with_history(request, *post, depth));
  return items;
}

json::value wall_get(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto filter = request.given("filter") ? request.text("filter") : "all";
  check_filter(request, owner, filter);
  check_wall_is_readable(request, owner);
  const auto posts = shown_posts(request, owner, filter);
  const auto page = page_of(request, posts, 20, 100);
  json::object result;
  result["count"] = posts.size();
  result["items"] = post_objects(request, page);
  if (request.flag("extended")) add_authors(request, page, result);
  return result;
}

json::value wall_search(const method_call& request) {
  const auto owner = wall_owner(request);
  check_wall_is_readable(request, owner);
  const auto wanted = folded(request.text("query"));
  auto posts = shown_posts(request, owner, request.flag("owners_only") ? "owner" : "all");
  std::erase_if(posts, [&wanted](const wall_post* post) {
    return folded(post->text).find(wanted) == std::string::npos;
  });
  const auto page = page_of(request, posts, 20, 100);
  json::object result{{"count", posts.size()}, {"items", post_objects(request, page)}};
  if (request.flag("extended")) add_authors(request, page, result);
  return result;
}

json::value wall_get_by_id(const method_call& request) {
  static_cast<void>(request.required("posts"));
  const auto depth = request.integer("copy_history_depth", 2, 0, deepest_history);
  std::vector<const wall_post*> found;
  for (const auto& text : request.list("posts", 100)) {
    const auto name = read_post_name(text);
    if (!name) throw bad_parameter("posts is invalid");
    if (const auto* post = visible_post(request, name->first, name->second)) found.push_back(post);
  }
  json::object result;
  result["items"] = post_objects(request, found, depth);
  if (request.flag("extended")) add_authors(request, found, result);
  return result;
}

json::value wall_get_reposts(const method_call& request) {
  const auto owner = wall_owner(request);
  check_wall_is_readable(request, owner);
  const auto* post = visible_post(request, owner, request.required_integer("post_id"));
  if (post == nullptr) throw api_failure{api_errc::wall_post_access};
  std::vector<const wall_post*> copies;
  for (auto at = post->reposts.rbegin(); at != post->reposts.rend(); ++at)
    if (const auto* copy = visible_post(request, at->first, at->second)) copies.push_back(copy);
  const auto page = page_of(request, copies, 20, 1000);
  json::object result;
  result["items"] = post_objects(request, page);
  add_authors(request, page, result);
  return result;
}

}  // namespace

void add_wall_reading(method_table& table) {
  table["wall.get"] = {{.user = true, .service = true}, wall_get};
  table["wall.getById"] = {{.user = true, .service = true}, wall_get_by_id};
  add_rows(table, {{"wall.getReposts", wall_get_reposts}, {"wall.search", wall_search}});
  table["wall.search"].slow = true;
  table["wall.getReposts"].slow = true;
}

void add_wall(method_table& table) {
  add_wall_reading(table);
  add_wall_writing(table);
  add_wall_comments(table);
}

}  // namespace vkxx::emulation::detail
