#include <algorithm>
#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

const person& whose(const method_call& request) {
  const auto id = request.integer("user_id", request.actor());
  if (id <= 0) throw bad_parameter("user_id is undefined");
  const auto* who = request.state.find_person(id);
  if (who == nullptr) throw api_failure{api_errc::bad_user_id};
  if (!who->deactivated.empty()) throw api_failure{api_errc::user_deleted_or_banned};
  const bool is_friend = std::ranges::find(who->friends, request.actor()) != who->friends.end();
  if (who->closed && !is_friend && who->id != request.actor())
    throw api_failure{api_errc::private_profile};
  return *who;
}

// With `fields` users, without them ids.
json::value friends_get(const method_call& request) {
  const auto& who = whose(request);
  const auto fields = request.list("fields", 200);
  const bool detailed = request.given("fields");
  const auto total = static_cast<std::int64_t>(who.friends.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto count = std::min(request.integer("count", 5000, 0), total - first);
  json::array items;
  for (std::int64_t i = first; i < first + count; ++i) {
    const auto id = who.friends[static_cast<std::size_t>(i)];
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

}  // namespace

void add_friends(method_table& table) {
  table["friends.get"] = {{.user = true, .service = true}, friends_get};
}

}  // namespace vkxx::emulation::detail
