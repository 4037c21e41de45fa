#include "emulator/world/content/attachment_book.hpp"

#include <utility>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"

namespace vkxx::emulation::detail {

std::optional<attachment_name> read_attachment(std::string_view text) {
  const auto digits = text.find_first_of("-0123456789");
  const auto line = text.find('_', digits == std::string_view::npos ? 0 : digits);
  if (digits == 0 || digits == std::string_view::npos || line == std::string_view::npos)
    return std::nullopt;
  attachment_name result{std::string{text.substr(0, digits)}};
  if (result.kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos)
    return std::nullopt;
  auto rest = text.substr(line + 1);
  if (const auto second = rest.find('_'); second != std::string_view::npos) {
    result.access_key = rest.substr(second + 1);
    rest = rest.substr(0, second);
  }
  const auto owner = vkxx::detail::parse_number<std::int64_t>(text.substr(digits, line - digits));
  const auto id = vkxx::detail::parse_number<std::int64_t>(rest);
  if (!owner || !id || *id < 0) return std::nullopt;
  result.owner = *owner;
  result.id = *id;
  return result;
}

std::vector<std::string_view> attachment_list(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto part = vkxx::detail::trimmed(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

bool names_attachment(std::string_view list) {
  for (const auto part : attachment_list(list))
    if (part.starts_with("http") || read_attachment(part)) return true;
  return false;
}

void attachment_book::add(const attachment_name& name, std::string json) {
  const auto [at, fresh] = objects_.insert_or_assign(name, std::move(json));
  static_cast<void>(at);
  if (!fresh) return;
  order_.push_back(name);
  if (order_.size() <= most_objects_) return;
  objects_.erase(order_.front());
  order_.pop_front();
  ++dropped_;
}

const std::string* attachment_book::find(const attachment_name& name) const {
  const auto found = objects_.find(name);
  return found == objects_.end() ? nullptr : &found->second;
}

}  // namespace vkxx::emulation::detail
