#include "emulator/control/people/message_view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// Addresses of the pictures are part of the registered photos.
json::value carousel_seen(const world& state, std::string_view text) {
  auto carousel = json_or_null(text);
  auto* members = carousel.if_object();
  auto* elements = members == nullptr ? nullptr : members->if_contains("elements");
  if (elements == nullptr || !elements->is_array()) return carousel;
  for (auto& element : elements->get_array()) {
    auto* fields = element.if_object();
    const auto* id = fields == nullptr ? nullptr : fields->if_contains("photo_id");
    if (id == nullptr || !id->is_string()) continue;
    const auto name = read_attachment("photo" + std::string{id->get_string()});
    const auto* known = name ? state.attachments().find(*name) : nullptr;
    if (known != nullptr) (*fields)["photo"] = json_or_null(*known);
  }
  return carousel;
}

}  // namespace

json::value json_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  boost::system::error_code failure;
  auto value = json::parse({text.data(), text.size()}, failure);
  if (failure) return nullptr;
  return value;
}

json::object message_seen(const world& state, const conversation& where, std::int64_t member,
                          std::uint32_t cmid) {
  const auto seen = message_by_cmid(seen_by(where, member), cmid);
  if (!seen) return {};
  auto shown = message_object(state, *seen, state.address());
  if (seen->entry->extra && !seen->entry->extra->carousel.empty())
    shown["template"] = carousel_seen(state, seen->entry->extra->carousel);
  return shown;
}

}  // namespace vkxx::emulation::detail
