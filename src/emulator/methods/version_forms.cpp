#include "emulator/methods/version_forms.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <utility>

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value bare_groups(const method_call& /*request*/, json::value answer) {
  return std::move(answer.at("groups"));
}

// Extended answers have always been objects.
json::value bare_posts(const method_call& request, json::value answer) {
  if (request.flag("extended")) return answer;
  return std::move(answer.at("items"));
}

constexpr std::array version_forms{
    version_form{"groups.getById", 5, 139, "an array of communities", bare_groups},
    version_form{"wall.getById", 5, 139, "an array of posts, unless `extended`", bare_posts},
};

}  // namespace

std::span<const version_form> all_version_forms() noexcept {
  return version_forms;
}

json::value in_version(std::string_view method, const method_call& request, json::value answer) {
  for (const auto& form : version_forms)
    if (form.method == method && !request.version_is_at_least(form.major, form.minor))
      answer = form.change(request, std::move(answer));
  return answer;
}

}  // namespace vkxx::emulation::detail
