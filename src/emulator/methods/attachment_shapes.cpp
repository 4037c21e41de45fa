#include "emulator/methods/attachment_shapes.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <string>
#include <utility>

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::object invented_photo(const attachment_name& name, std::int64_t date) {
  struct size {
    const char* type;
    int width;
    int height;
  };
  constexpr std::array<size, 5> sizes{
      {{"s", 75, 50}, {"m", 130, 87}, {"x", 604, 403}, {"y", 807, 538}, {"z", 1080, 720}}};
  const auto base = "https://sun1-1.userapi.com/emulator/photo" + std::to_string(name.owner) + "_" +
                    std::to_string(name.id) + "_";
  json::array shown;
  for (const auto& item : sizes) {
    shown.push_back({{"type", item.type},
                     {"width", item.width},
                     {"height", item.height},
                     {"url", base + item.type + ".jpg"}});
  }
  // -7: the album of pictures on walls.
  return {{"id", name.id}, {"owner_id", name.owner},    {"album_id", -7},   {"date", date},
          {"text", ""},    {"sizes", std::move(shown)}, {"has_tags", false}};
}

json::object invented(const attachment_name& name, std::int64_t date) {
  if (name.kind == "photo") return invented_photo(name, date);
  json::object shown{{"id", name.id}, {"owner_id", name.owner}};
  const auto address = "https://sun1-1.userapi.com/emulator/" + name.kind +
                       std::to_string(name.owner) + "_" + std::to_string(name.id);
  if (name.kind == "doc") {
    shown["title"] = "document.txt";
    shown["size"] = 1024;
    shown["ext"] = "txt";
    shown["date"] = date;
    shown["type"] = 1;
    shown["url"] = address;
  } else if (name.kind == "audio") {
    shown["artist"] = "Artist";
    shown["title"] = "Title";
    shown["duration"] = 180;
    shown["date"] = date;
    shown["url"] = address;
  } else if (name.kind == "video") {
    shown["title"] = "Video";
    shown["duration"] = 60;
    shown["date"] = date;
  } else if (name.kind == "graffiti") {
    shown["url"] = address;
    shown["width"] = 512;
    shown["height"] = 512;
  } else if (name.kind == "audio_message") {
    shown["duration"] = 1;
    shown["waveform"] = json::array{1, 2, 3};
    shown["link_ogg"] = address + ".ogg";
    shown["link_mp3"] = address + ".mp3";
  } else if (name.kind == "wall") {
    shown["from_id"] = name.owner;
    shown["date"] = date;
    shown["post_type"] = "post";
    shown["text"] = "";
  }
  return shown;
}

// VK calls voice messages and graffiti documents when they are sent.
std::pair<std::string, const std::string*> registered(const world& state,
                                                      const attachment_name& name) {
  const auto& book = state.attachments();
  if (const auto* found = book.find(name)) return {name.kind, found};
  if (name.kind == "doc") {
    for (const char* kind : {"audio_message", "graffiti"}) {
      auto other = name;
      other.kind = kind;
      if (const auto* found = book.find(other)) return {other.kind, found};
    }
  }
  return {name.kind, nullptr};
}

json::object wall_attachment(const world& state, const attachment_name& name, std::int64_t date) {
  const auto* post = state.walls().find(name.owner, name.id);
  auto shown = invented(name, post == nullptr ? date : post->date);
  if (post == nullptr) return shown;
  shown["from_id"] = post->from;
  shown["text"] = post->text;
  return shown;
}

}  // namespace

json::array attachment_array(const world& state, std::string_view list, std::int64_t date) {
  json::array shown;
  for (const auto item : attachment_list(list)) {
    if (item.starts_with("http")) {
      shown.push_back({{"type", "link"}, {"link", {{"url", item}, {"title", item}}}});
      continue;
    }
    const auto name = read_attachment(item);
    if (!name) continue;
    const auto [kind, found] = registered(state, *name);
    json::object attachment{{"type", kind}};
    if (found != nullptr)
      attachment[kind] = json::parse(*found);
    else if (kind == "wall")
      attachment[kind] = wall_attachment(state, *name, date);
    else
      attachment[kind] = invented(*name, date);
    shown.push_back(std::move(attachment));
  }
  return shown;
}

json::object sticker_attachment(std::int64_t sticker) {
  json::array images;
  for (const int side : {64, 128, 256, 352, 512})
    images.push_back(
        {{"url", "https://vk.ru/sticker/1-" + std::to_string(sticker) + "-" + std::to_string(side)},
         {"width", side},
         {"height", side}});
  return {{"type", "sticker"},
          {"sticker",
           {{"inner_type", "base_sticker_new"},
            {"sticker_id", sticker},
            {"product_id", 1},
            {"images", images},
            {"images_with_background", images},
            {"is_allowed", true}}}};
}

}  // namespace vkxx::emulation::detail
