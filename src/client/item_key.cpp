#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>

#include "client/page_walk.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// Deep enough for a conversation: item, conversation, peer.
constexpr int deepest = 3;

void add_scalar(std::string& made, std::string_view name, const json::value& value) {
  if (value.is_object() || value.is_array() || value.is_null()) return;
  made += std::string{name} + '=' + json::serialize(value) + ';';
}

// Objects that hold what an item is about, in the order in which they are asked.
const json::object* subject_of(const json::object& item) {
  static constexpr std::array<std::string_view, 3> names{"conversation", "peer", "member"};
  for (const auto name : names) {
    const auto* found = item.if_contains({name.data(), name.size()});
    if (found != nullptr && found->is_object()) return &found->get_object();
  }
  return nullptr;
}

bool names_something(std::string_view name) {
  return name.ends_with("_id") || name == "id" || name == "key" || name == "type" || name == "date";
}

std::string identity(const json::object& item, int depth) {
  if (const auto* subject = subject_of(item); subject != nullptr && depth < deepest) {
    return identity(*subject, depth + 1);
  }
  std::string made;
  const auto* id = item.if_contains("id");
  const bool has_id = id != nullptr && !id->is_null() && *id != json::value(0);
  if (has_id) {
    add_scalar(made, "id", *id);
    for (const auto* name : {"owner_id", "type"}) {
      if (const auto* value = item.if_contains(name)) add_scalar(made, name, *value);
    }
    return made;
  }
  bool found = false;
  for (const auto& [name, value] : item) {
    if (!names_something(name)) continue;
    add_scalar(made, name, value);
    found = found || (name != "type" && name != "date");
  }
  if (found || depth == deepest) return made;
  for (const auto& [name, value] : item) {
    if (!value.is_object()) continue;
    const auto inner = identity(value.get_object(), depth + 1);
    if (!inner.empty()) made += std::string{name} + '{' + inner + '}';
  }
  return made;
}

// FNV-1a of 64 bits.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace

std::uint64_t item_key(const json::value& item) {
  const auto* object = item.if_object();
  auto text = object != nullptr ? identity(*object, 0) : std::string{};
  if (text.empty()) text = json::serialize(item);
  return hash_of(text);
}

}  // namespace vkxx::detail
