#include "uploads/machine/uploaded_builder.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <utility>
#include <vector>

#include <vkxx/core/json_parts.hpp>

namespace vkxx {
namespace detail {
namespace {

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return number;
}

// A number may be a text.
std::optional<std::int64_t> integer_member(std::string_view object, std::string_view name) {
  const auto found = json_member(object, name);
  return found ? integer(json_string_value(*found)) : std::nullopt;
}

std::string text_member(std::string_view object, std::string_view name) {
  const auto found = json_member(object, name);
  return found && found->starts_with('"') ? json_string_value(*found) : std::string{};
}

// Empty, or what can stand in a list of attachments without ending its own place there.
bool is_access_key(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '_';
  });
}

std::optional<uploaded_object> object_of(std::string_view type, std::string_view json,
                                         std::string_view id_name = "id") {
  const auto owner = integer_member(json, "owner_id");
  const auto id = integer_member(json, id_name);
  auto key = text_member(json, "access_key");
  if (!owner || !id || *owner == 0 || *id <= 0 || !is_access_key(key)) return std::nullopt;
  return uploaded_object{std::string{type}, owner_id{*owner}, *id, std::move(key)};
}

using objects = std::optional<std::vector<uploaded_object>>;

// Nothing: one of them names no object.
objects each_object(std::string_view type, const std::vector<std::string_view>& list) {
  std::vector<uploaded_object> found;
  for (const auto element : list) {
    auto object = object_of(type, element);
    if (!object) return std::nullopt;
    found.push_back(*std::move(object));
  }
  if (found.empty()) return std::nullopt;
  return found;
}

objects typed_object(std::string_view json) {
  const auto type = text_member(json, "type");
  const auto inner = json_member(json, type);
  if (type.empty() || !inner) return std::nullopt;
  return each_object(type, {*inner});
}

objects product_photos(std::string_view json) {
  auto list = json_elements(json);
  if (json.starts_with('{')) list = {json};
  std::vector<std::string_view> photos;
  for (const auto element : list) {
    const auto photo = json_member(element, "photo");
    if (!photo) return std::nullopt;
    photos.push_back(*photo);
  }
  return each_object("photo", photos);
}

objects objects_of(const upload_facts& facts, const uploaded_parts& parts) {
  switch (facts.result) {
    case upload_result::photos:
      return each_object("photo", json_elements(parts.saved));
    case upload_result::typed:
      return typed_object(parts.saved);
    case upload_result::products:
      return product_photos(parts.saved);
    case upload_result::stories:
      return each_object("story", json_elements(json_member(parts.saved, "items").value_or("")));
    case upload_result::audio:
      return each_object("audio", {parts.saved});
    case upload_result::video: {
      auto video = object_of("video", parts.server, "video_id");
      if (!video) return std::nullopt;
      return std::vector{*std::move(video)};
    }
    case upload_result::value:
      break;
  }
  return std::vector<uploaded_object>{};
}

// Whether the upload server names another video than the server method did.
bool is_other_video(const upload_facts& facts, const uploaded_parts& parts) {
  if (facts.result != upload_result::video) return false;
  const auto expected = integer_member(parts.server, "video_id");
  const auto given = integer_member(parts.answer, "video_id");
  return given && *given != 0 && given != expected;
}

std::string_view json_of(const upload_facts& facts, const uploaded_parts& parts) {
  if (facts.result == upload_result::video) return parts.server;
  return facts.save_method.empty() ? parts.answer : parts.saved;
}

error misfit(const upload_facts& facts, std::string_view reason) {
  const auto method = facts.save_method.empty() ? facts.server_method : facts.save_method;
  error failure{errc::unexpected_type, request_effect::executed,
                "upload of " + std::string{facts.name} + ": " + std::string{method} + ' ' +
                    std::string{reason} + "; look for it at VK before you upload it again"};
  return failure.set_method(std::string{method});
}

}  // namespace

result<uploaded> uploaded_builder::build(const upload_facts& facts, const uploaded_parts& parts,
                                         const upload_answer& answer) {
  auto found = objects_of(facts, parts);
  if (!found) return misfit(facts, "returned no object that can be named");
  if (is_other_video(facts, parts)) return misfit(facts, "named another video than the server");
  uploaded value{facts.kind};
  value.json_ = json_of(facts, parts);
  if (found->size() > parts.files && parts.files > 0)
    return misfit(facts, "returned more objects than there were files");
  if (!found->empty()) value.missing_ = parts.files - std::min(parts.files, found->size());
  value.objects_ = *std::move(found);
  if (facts.value.empty()) return value;
  if (facts.save_method.empty()) {
    for (const auto& [name, text] : answer.values)
      if (name == facts.value) value.value_ = text;
  } else if (const auto member = json_member(parts.saved, facts.value)) {
    value.value_ = json_string_value(*member);
  }
  if (value.value_.empty()) return misfit(facts, "returned no `" + std::string{facts.value} + '`');
  return value;
}

std::optional<uploaded> uploaded_builder::restored(upload_kind kind, std::string_view text) {
  uploaded value{kind};
  value.from_store_ = true;
  while (!text.empty()) {
    const auto end = text.find(',');
    const auto name = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto digits = name.find_first_of("-0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto middle = name.find('_', digits);
    if (middle == std::string_view::npos) return std::nullopt;
    const auto last = name.find('_', middle + 1);
    const auto owner = integer(name.substr(digits, middle - digits));
    const auto id_size = last == std::string_view::npos ? last : last - middle - 1;
    const auto id = integer(name.substr(middle + 1, id_size));
    if (!owner || !id || *owner == 0 || *id <= 0) return std::nullopt;
    value.objects_.push_back(
        {std::string{name.substr(0, digits)}, owner_id{*owner}, *id,
         std::string{last == std::string_view::npos ? "" : name.substr(last + 1)}});
  }
  if (value.objects_.empty()) return std::nullopt;
  return value;
}

}  // namespace detail

std::string to_string(const uploaded_object& object) {
  auto text = object.type + std::to_string(object.owner.value()) + '_' + std::to_string(object.id);
  if (!object.access_key.empty()) text += '_' + object.access_key;
  return text;
}

std::string uploaded::to_string() const {
  if (objects_.empty()) return value_;
  std::string text;
  for (const auto& object : objects_) {
    if (!text.empty()) text += ',';
    text += vkxx::to_string(object);
  }
  return text;
}

std::string vk_parameter(const uploaded& result) {
  return result.to_string();
}

std::ostream& operator<<(std::ostream& out, const uploaded& result) {
  return out << result.to_string();
}

}  // namespace vkxx
