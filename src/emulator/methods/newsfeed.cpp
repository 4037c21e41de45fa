// `newsfeed.search`: the posts of all walls, by `start_from` and `next_from`. Parameters and
// answer: https://dev.vk.com/method/newsfeed.search
#include <algorithm>
#include <boost/json/array.hpp>
#include <limits>
#include <tuple>

#include "core/text/message_text.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/methods/walls/wall_access.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::folded;
namespace {

namespace json = boost::json;

constexpr std::size_t longest_query = 1000;

// The newest first.
std::tuple<std::int64_t, std::int64_t, std::int64_t> age_of(const wall_post& post) {
  return {-post.date, -post.id, post.owner};
}

std::vector<const wall_post*> found_posts(const method_call& request) {
  const auto least = request.integer("start_time", 0, 0);
  const auto most = request.integer("end_time", std::numeric_limits<std::int64_t>::max(), 0);
  const auto query = request.text("q");
  if (query.size() > longest_query) throw bad_parameter("q is too long");
  const auto wanted = folded(query);
  std::vector<const wall_post*> found;
  for (const auto& [owner, posts] : request.state.walls().all()) {
    if (!can_read_wall(request, owner)) continue;
    for (const auto& post : posts) {
      if (!is_published(request, post) || post.date < least || post.date > most) continue;
      if (wanted.empty() || folded(post.text).find(wanted) != std::string::npos)
        found.push_back(&post);
    }
  }
  std::ranges::sort(found, {}, [](const wall_post* post) { return age_of(*post); });
  return found;
}

// The post before a `next_from` (`30/-1_2`: the number of posts so far, the last of them). The
// position stays the same if it is deleted or newer posts are added.
const wall_post& last_given(const method_call& request, std::string_view cursor) {
  const auto name = cursor.substr(std::min(cursor.find('/'), cursor.size() - 1) + 1);
  const auto line = name.find('_');
  const auto owner = whole_number(name.substr(0, line));
  const auto id =
      line == std::string_view::npos ? std::nullopt : whole_number(name.substr(line + 1));
  const auto& walls = request.state.walls().all();
  const auto wall = walls.find(owner.value_or(0));
  if (wall != walls.end() && id) {
    const auto found = std::ranges::find(wall->second, *id, &wall_post::id);
    if (found != wall->second.end()) return *found;
  }
  throw bad_parameter("start_from is invalid");
}

json::value newsfeed_search(const method_call& request) {
  const auto count = static_cast<std::size_t>(request.integer("count", 30, 0, 200));
  const auto cursor = request.text("start_from");
  const auto found = found_posts(request);
  auto first = found.begin();
  if (!cursor.empty()) {
    const auto behind = age_of(last_given(request, cursor));
    first = std::ranges::upper_bound(found, behind, {},
                                     [](const wall_post* post) { return age_of(*post); });
  }
  const auto left = static_cast<std::size_t>(found.end() - first);
  const auto given = std::min(left, count);
  const std::vector<const wall_post*> page(first, first + static_cast<std::ptrdiff_t>(given));
  json::object result;
  json::array items;
  for (const auto* post : page) items.push_back(post_object(request, *post));
  result["items"] = std::move(items);
  if (request.flag("extended")) add_authors(request, page, result);
  if (given > 0 && given < left) {
    const auto so_far = found.size() - left + given;
    result["next_from"] = std::to_string(so_far) + '/' + std::to_string(page.back()->owner) + '_' +
                          std::to_string(page.back()->id);
  }
  result["count"] = found.size();
  result["total_count"] = found.size();
  return result;
}

}  // namespace

void add_newsfeed(method_table& table) {
  table["newsfeed.search"] = {{.user = true, .service = true}, newsfeed_search};
}

}  // namespace vkxx::emulation::detail
