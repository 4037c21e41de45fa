#include "emulator/files/attachment.hpp"

#include <algorithm>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t access_key_digits = 18;

// As large as VK's own, so that a program that keeps them in 16 bits is found out.
constexpr std::int64_t first_photo_id = 456'239'017;
constexpr std::int64_t first_document_id = 680'000'001;

// Documents, graffiti and voice messages share their numbers, as with VK.
std::string_view id_series(std::string_view type) {
  const bool document = type == "graffiti" || type == "audio_message";
  return document ? std::string_view{"doc"} : type;
}

}  // namespace

std::int64_t attachment_registry::next_id(std::string_view type) {
  const auto series = id_series(type);
  const auto first = series == "doc" ? first_document_id : first_photo_id;
  const auto [place, added] = last_ids_.try_emplace(std::string{series}, first);
  if (!added) ++place->second;
  return place->second;
}

const attachment& attachment_registry::add(attachment value) {
  if (value.id == 0) value.id = next_id(value.type);
  if (value.key.empty()) {
    const auto text = std::to_string(seed_) + value.type + std::to_string(value.owner) + "_" +
                      std::to_string(value.id);
    value.key = vkxx::detail::to_hex(vkxx::detail::sha256(text)).substr(0, access_key_digits);
  }
  attachment_name name{value.type, value.owner, value.id};
  const auto [found, added] = items_.insert_or_assign(name, std::move(value));
  if (added) order_.push_back(std::move(name));
  if (items_.size() > limit) {
    items_.erase(order_.front());
    order_.pop_front();
    ++dropped_;
  }
  return found->second;
}

const attachment* attachment_registry::find(const attachment_name& name) const {
  const auto found = items_.find(name);
  if (found != items_.end()) return &found->second;
  if (name.kind != "doc") return nullptr;
  for (const auto* type : {"graffiti", "audio_message"}) {
    const auto other = items_.find(attachment_name{type, name.owner, name.id});
    if (other != items_.end()) return &other->second;
  }
  return nullptr;
}

attachment* attachment_registry::change(const attachment_name& name) {
  const auto found = items_.find(name);
  return found == items_.end() ? nullptr : &found->second;
}

bool attachment_registry::remove(const attachment_name& name) {
  if (items_.erase(name) == 0) return false;
  std::erase_if(order_, [&name](const attachment_name& other) { return (other <=> name) == 0; });
  return true;
}

attachment_access attachment_registry::access(const attachment_name& name,
                                              std::int64_t viewer) const {
  const auto* found = find(name);
  if (found == nullptr) return attachment_access::unknown;
  const bool own = viewer != 0 && (found->owner == viewer || found->creator == viewer);
  if (found->open || own || name.access_key == found->key) return attachment_access::visible;
  return attachment_access::hidden;
}

std::vector<const attachment*> attachment_registry::of_owner(std::string_view type,
                                                             std::int64_t owner) const {
  std::vector<const attachment*> result;
  auto at = items_.lower_bound(attachment_name{std::string{type}, owner, 0});
  for (; at != items_.end() && at->second.owner == owner && at->second.type == type; ++at)
    result.push_back(&at->second);
  return result;
}

std::optional<boost::json::object> attachment_registry::shown(const attachment_name& name,
                                                              std::string_view base_url) const {
  const auto* found = find(name);
  if (found == nullptr) return std::nullopt;
  return boost::json::object{{"type", found->type},
                             {found->type, attachment_object(*found, base_url)}};
}

}  // namespace vkxx::emulation::detail
