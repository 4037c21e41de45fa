#include "client/pages/item_key.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "client/pages/list_in_answer.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// FNV-1a of 64 bits.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::vector<std::string> pieces(std::string_view text, char separator) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (end != 0) found.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return found;
}

bool is_plain(const json::value& value) {
  return !value.is_object() && !value.is_array() && !value.is_null();
}

bool is_set(const json::value& value) {
  if (!is_plain(value)) return false;
  if (value.is_number()) return value.to_number<double>() != 0;
  return value.is_string() ? !value.get_string().empty() : value.get_bool();
}

}  // namespace

item_identity::item_identity(std::string_view text) {
  for (const auto& alternative : pieces(text, '|')) {
    alternatives_.push_back(pieces(alternative, ','));
  }
}

std::optional<std::uint64_t> item_identity::key(const json::value& item) const {
  if (!exists()) return std::nullopt;
  if (!item.is_object()) return is_plain(item) ? std::optional{whole_key(item)} : std::nullopt;
  for (std::size_t i = 0; i < alternatives_.size(); ++i) {
    auto text = std::to_string(i);
    bool complete = !alternatives_[i].empty();
    for (const auto& path : alternatives_[i]) {
      if (path == ".") return whole_key(item);
      const auto* value = value_at(item, path).value;
      const bool last = &path == &alternatives_[i].back();
      complete = complete && value != nullptr && (last ? is_set(*value) : is_plain(*value));
      if (!complete) break;
      text += '\n' + json::serialize(*value);
    }
    if (complete) return hash_of(text);
  }
  return std::nullopt;
}

std::uint64_t whole_key(const json::value& item) {
  return hash_of(json::serialize(item));
}

}  // namespace vkxx::detail
