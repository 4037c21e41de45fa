#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_status = 140;

// The status of a community (`group_id`), of a user (`user_id`), or of the caller.
const std::string& status_of(const method_call& request) {
  if (const auto id = request.integer("group_id", 0, 0); id != 0) {
    if (const auto* group = request.state.find_community(id)) return group->status;
    throw bad_parameter("group_id is incorrect");
  }
  const auto* who = request.state.find_person(request.integer("user_id", request.actor()));
  if (who == nullptr) throw api_failure{api_errc::bad_user_id};
  return who->status;
}

json::value status_get(const method_call& request) {
  return json::object{{"text", status_of(request)}};
}

json::value status_set(const method_call& request) {
  const auto text = request.text("text");
  if (characters(text) > longest_status) throw bad_parameter("text is too long");
  const auto group = request.integer("group_id", 0, 0);
  if (group != 0 && request.state.find_community(group) == nullptr)
    throw bad_parameter("group_id is incorrect");
  request.change_accounts().set_status(group == 0 ? request.actor() : -group, std::string{text});
  return 1;
}

}  // namespace

void add_status(method_table& table) {
  table["status.get"] = {{.user = true}, status_get};
  table["status.set"] = {{.user = true}, status_set};
}

}  // namespace vkxx::emulation::detail
