// Attachments as VK's schema describes them.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "emulator/files/attachment.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t waveform_points = 128;
constexpr std::int64_t day = 86'400;
// Of a voice message: 16 kbit/s, as the encoder of VK's own clients.
constexpr std::uint64_t voice_bytes_per_second = 2'000;

struct size_bound {
  const char* type;
  std::uint32_t longest_side;
  std::uint32_t least_original;  // A smaller picture does not have this size.
};

constexpr std::array<size_bound, 10> size_bounds{{{"s", 75, 0},
                                                  {"m", 130, 0},
                                                  {"o", 130, 0},
                                                  {"p", 200, 0},
                                                  {"q", 320, 0},
                                                  {"r", 510, 0},
                                                  {"x", 604, 0},
                                                  {"y", 807, 605},
                                                  {"z", 1080, 808},
                                                  {"w", 2560, 1081}}};

struct picture_size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

picture_size original_of(const attachment& value) {
  if (value.content == nullptr || !value.content->picture) return {};
  return {value.content->picture->width, value.content->picture->height};
}

picture_size scaled(picture_size original, std::uint32_t longest_side) {
  const std::uint64_t longer = std::max(original.width, original.height);
  if (longer <= longest_side) return original;
  const auto side = [&](std::uint64_t length) {
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, length * longest_side / longer));
  };
  return {side(original.width), side(original.height)};
}

std::string scaled_url(const attachment& value, std::string_view base_url, picture_size size) {
  return file_url(value, base_url) + "?size=" + std::to_string(size.width) + "x" +
         std::to_string(size.height);
}

// With `address` as the name of the address.
json::array size_list(const attachment& value, std::string_view base_url, const char* address) {
  json::array result;
  const auto original = original_of(value);
  for (const auto& bound : size_bounds) {
    if (std::max(original.width, original.height) < bound.least_original) continue;
    const auto size = scaled(original, bound.longest_side);
    result.push_back(json::object{{"height", size.height},
                                  {"type", bound.type},
                                  {"width", size.width},
                                  {address, scaled_url(value, base_url, size)}});
  }
  return result;
}

// VK's numbers of the kinds of document.
int document_type(std::string_view extension) {
  const auto is_one_of = [extension](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, extension) != names.end();
  };
  if (is_one_of({"txt", "doc", "docx", "pdf", "rtf", "xls", "xlsx", "ppt", "pptx", "odt", "csv"}))
    return 1;
  if (is_one_of({"zip", "rar", "7z", "gz", "tar", "bz2"})) return 2;
  if (extension == "gif") return 3;
  if (is_one_of({"jpg", "jpeg", "png", "webp", "bmp", "tiff"})) return 4;
  if (is_one_of({"mp3", "ogg", "opus", "wav", "flac", "m4a"})) return 5;
  if (is_one_of({"mp4", "avi", "mov", "mkv", "webm"})) return 6;
  if (is_one_of({"epub", "fb2", "djvu", "mobi"})) return 7;
  return 8;
}

std::int64_t voice_seconds(const attachment& value) {
  const auto size = value.content == nullptr ? 0 : value.content->size;
  return static_cast<std::int64_t>(std::max<std::uint64_t>(1, size / voice_bytes_per_second));
}

// Heights from 0 to 31 that follow from the hash.
json::array waveform_of(const attachment& value) {
  json::array result;
  const std::string hash = value.content == nullptr ? "0" : value.content->hash;
  unsigned state = 1;
  for (std::size_t i = 0; i != waveform_points; ++i) {
    state =
        state * 31U + static_cast<unsigned char>(hash[i % hash.size()]) + static_cast<unsigned>(i);
    result.push_back(state % 32U);
  }
  return result;
}

json::object base_of(const attachment& value) {
  return json::object{{"id", value.id}, {"owner_id", value.owner}, {"access_key", value.key}};
}

}  // namespace

std::string file_url(const attachment& value, std::string_view base_url) {
  if (value.content == nullptr) return std::string{base_url};
  std::string result{base_url};
  result += "/_files/" + value.content->hash;
  if (!value.extension.empty()) result += "." + value.extension;
  return result;
}

json::array image_list(const attachment& value, std::string_view base_url) {
  json::array result;
  for (const std::uint32_t bound : {130U, 320U, 720U, 1280U}) {
    const auto size = scaled(original_of(value), bound);
    result.push_back(json::object{{"url", scaled_url(value, base_url, size)},
                                  {"width", size.width},
                                  {"height", size.height}});
  }
  return result;
}

json::object photo_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  result["album_id"] = value.album;
  result["date"] = value.date;
  result["text"] = value.text;
  result["has_tags"] = false;
  // Of a community's photo: the user who published it; VK shows 100 for the community itself.
  if (value.owner < 0) result["user_id"] = value.creator > 0 ? value.creator : 100;
  if (value.latitude) result["lat"] = *value.latitude;
  if (value.longitude) result["long"] = *value.longitude;
  result["sizes"] = size_list(value, base_url, "url");
  const auto original = original_of(value);
  result["width"] = original.width;
  result["height"] = original.height;
  return result;
}

json::object document_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  result["title"] = value.title;
  result["size"] = value.content == nullptr ? 0 : value.content->size;
  result["ext"] = value.extension;
  result["date"] = value.date;
  const auto type = document_type(value.extension);
  result["type"] = type;
  result["url"] = file_url(value, base_url) + "?dl=1";
  if ((type == 3 || type == 4) && value.content != nullptr && value.content->picture)
    result["preview"] =
        json::object{{"photo", json::object{{"sizes", size_list(value, base_url, "src")}}}};
  if (!value.tags.empty()) result["tags"] = json::array(value.tags.begin(), value.tags.end());
  return result;
}

json::object audio_message_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  result["duration"] = voice_seconds(value);
  result["waveform"] = waveform_of(value);
  result["link_ogg"] = file_url(value, base_url);
  // The bytes are not converted: both lead to the uploaded file.
  result["link_mp3"] = file_url(value, base_url);
  return result;
}

json::object graffiti_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  const auto original = original_of(value);
  result["url"] = file_url(value, base_url);
  result["width"] = original.width;
  result["height"] = original.height;
  return result;
}

json::object video_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  result["title"] = value.title;
  result["description"] = value.text;
  result["duration"] = value.content == nullptr ? 0 : voice_seconds(value);
  result["date"] = value.date;
  result["comments"] = 0;
  result["views"] = 0;
  result["can_add"] = 1;
  result["type"] = "video";
  result["player"] = file_url(value, base_url);
  result["image"] = json::array{};
  if (value.content == nullptr) result["processing"] = 1;
  return result;
}

json::object story_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  result["date"] = value.date;
  result["expires_at"] = value.date + day;
  result["can_see"] = 1;
  result["seen"] = 0;
  result["is_expired"] = false;
  result["type"] = value.moving ? "video" : "photo";
  if (value.moving)
    result["video"] = video_object(value, base_url);
  else
    result["photo"] = photo_object(value, base_url);
  return result;
}

json::object audio_object(const attachment& value, std::string_view base_url) {
  auto result = base_of(value);
  result["artist"] = value.artist;
  result["title"] = value.title;
  result["duration"] = voice_seconds(value);
  result["url"] = file_url(value, base_url);
  result["date"] = value.date;
  return result;
}

json::object attachment_object(const attachment& value, std::string_view base_url) {
  if (value.type == "photo") return photo_object(value, base_url);
  if (value.type == "audio_message") return audio_message_object(value, base_url);
  if (value.type == "graffiti") return graffiti_object(value, base_url);
  if (value.type == "video") return video_object(value, base_url);
  if (value.type == "story") return story_object(value, base_url);
  if (value.type == "audio") return audio_object(value, base_url);
  return document_object(value, base_url);
}

}  // namespace vkxx::emulation::detail
