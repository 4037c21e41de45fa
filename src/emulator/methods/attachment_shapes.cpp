#include "emulator/methods/attachment_shapes.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <string>
#include <utility>

#include "emulator/schema/sample_media.hpp"
#include "emulator/schema/sample_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// Without the end.
std::string invented_address(const attachment_name& name, std::string_view base_url) {
  return sample_address(base_url, name.kind,
                        std::to_string(name.owner) + "_" + std::to_string(name.id));
}

json::object invented_photo(const attachment_name& name, std::int64_t date,
                            std::string_view base_url) {
  struct size {
    const char* type;
    int width;
    int height;
  };
  constexpr std::array<size, 5> sizes{
      {{"s", 75, 50}, {"m", 130, 87}, {"x", 604, 403}, {"y", 807, 538}, {"z", 1080, 720}}};
  const auto base = invented_address(name, base_url);
  json::array shown;
  for (const auto& item : sizes) {
    shown.push_back({{"type", item.type},
                     {"width", item.width},
                     {"height", item.height},
                     {"url", base + "_" + std::to_string(item.width) + "x" +
                                 std::to_string(item.height) + ".png"}});
  }
  // -7: the album of pictures on walls.
  return {{"id", name.id}, {"owner_id", name.owner},    {"album_id", -7},   {"date", date},
          {"text", ""},    {"sizes", std::move(shown)}, {"has_tags", false}};
}

void invent_doc(json::object& shown, const std::string& address, std::int64_t date) {
  shown["title"] = "document.txt";
  shown["size"] = sample_file_size("txt");
  shown["ext"] = "txt";
  shown["date"] = date;
  shown["type"] = 1;
  shown["url"] = address + ".txt";
}

void invent_audio(json::object& shown, const std::string& address, std::int64_t date) {
  shown["artist"] = "Artist";
  shown["title"] = "Title";
  shown["duration"] = 180;
  shown["date"] = date;
  shown["url"] = address + ".mp3";
}

void invent_video(json::object& shown, const std::string& address, std::int64_t date) {
  shown["title"] = "Video";
  shown["type"] = "video";
  shown["duration"] = 60;
  shown["player"] = address;
  shown["date"] = date;
}

void invent_graffiti(json::object& shown, const std::string& address, std::int64_t /*date*/) {
  shown["url"] = address + "_512x512.png";
  shown["width"] = 512;
  shown["height"] = 512;
}

void invent_voice(json::object& shown, const std::string& address, std::int64_t /*date*/) {
  shown["duration"] = 1;
  shown["waveform"] = json::array{1, 2, 3};
  shown["link_ogg"] = address + ".ogg";
  shown["link_mp3"] = address + ".mp3";
}

void invent_post(json::object& shown, const std::string& /*address*/, std::int64_t date) {
  shown["inner_type"] = "wall_wallpost";
  shown["from_id"] = shown["owner_id"];
  shown["date"] = date;
  shown["post_type"] = "post";
  shown["text"] = "";
}

void invent_comment(json::object& shown, const std::string& /*address*/, std::int64_t date) {
  // A wall of the community has comments of users.
  const auto owner = shown["owner_id"].as_int64();
  shown["from_id"] = owner < 0 ? 1 : owner;
  shown["date"] = date;
  shown["text"] = "";
}

void invent_poll(json::object& shown, const std::string& /*address*/, std::int64_t date) {
  shown["question"] = "Question";
  shown["created"] = date;
  shown["end_date"] = 0;
  shown["votes"] = 0;
  shown["answers"] = json::array{{{"id", 1}, {"text", "Yes"}, {"votes", 0}, {"rate", 0}},
                                 {{"id", 2}, {"text", "No"}, {"votes", 0}, {"rate", 0}}};
  for (const auto* no :
       {"multiple", "closed", "is_board", "can_edit", "can_report", "disable_unvote", "anonymous"})
    shown[no] = false;
  for (const auto* yes : {"can_vote", "can_share"}) shown[yes] = true;
}

void invent_item(json::object& shown, const std::string& address, std::int64_t date) {
  shown["title"] = "Item";
  shown["description"] = "Description of the item";
  shown["date"] = date;
  shown["availability"] = 0;
  shown["thumb_photo"] = address + "_400x400.png";
  shown["category"] = {
      {"inner_type", "market_market_category_nested"}, {"id", 1}, {"name", "Category"}};
  shown["price"] = {{"amount", "10000"},
                    {"currency", {{"id", 643}, {"name", "RUB"}, {"title", "₽"}}},
                    {"text", "100 ₽"}};
}

void invent_items(json::object& shown, const std::string& /*address*/, std::int64_t date) {
  shown["title"] = "Selection";
  shown["count"] = 0;
  shown["updated_time"] = date;
}

void invent_album(json::object& shown, const std::string& /*address*/, std::int64_t date) {
  shown["title"] = "Album";
  shown["size"] = 0;
  shown["created"] = date;
  shown["updated"] = date;
}

void invent_note(json::object& shown, const std::string& address, std::int64_t date) {
  shown["title"] = "Note";
  shown["date"] = date;
  shown["comments"] = 0;
  shown["view_url"] = address;
}

void invent_page(json::object& shown, const std::string& /*address*/, std::int64_t date) {
  // Pages belong to communities, by a positive number.
  const auto owner = shown["owner_id"].as_int64();
  shown.erase("owner_id");
  shown["group_id"] = owner < 0 ? -owner : owner;
  shown["title"] = "Page";
  shown["created"] = date;
  shown["edited"] = date;
  shown["views"] = 0;
  shown["who_can_view"] = 2;
  shown["who_can_edit"] = 0;
}

// What VK's schema requires of an object of the kind; its numbers are there.
struct invention {
  std::string_view kind;
  void (*add)(json::object& shown, const std::string& address, std::int64_t date);
};
constexpr std::array<invention, 13> inventions{{{"doc", invent_doc},
                                                {"audio", invent_audio},
                                                {"video", invent_video},
                                                {"graffiti", invent_graffiti},
                                                {"audio_message", invent_voice},
                                                {"wall", invent_post},
                                                {"wall_reply", invent_comment},
                                                {"poll", invent_poll},
                                                {"market", invent_item},
                                                {"market_album", invent_items},
                                                {"album", invent_album},
                                                {"note", invent_note},
                                                {"page", invent_page}}};

json::object invented(const attachment_name& name, std::int64_t date, std::string_view base_url) {
  if (name.kind == "photo") return invented_photo(name, date, base_url);
  json::object shown{{"id", name.id}, {"owner_id", name.owner}};
  const auto address = invented_address(name, base_url);
  const auto* row = std::ranges::find(inventions, name.kind, &invention::kind);
  if (row != inventions.end()) row->add(shown, address, date);
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

json::object wall_attachment(const world& state, const attachment_name& name, std::int64_t date,
                             std::string_view base_url) {
  const auto* post = state.walls().find(name.owner, name.id);
  auto shown = invented(name, post == nullptr ? date : post->date, base_url);
  if (post == nullptr) return shown;
  shown["from_id"] = post->from;
  shown["text"] = post->text;
  return shown;
}

}  // namespace

json::array attachment_array(const world& state, std::string_view list, std::int64_t date,
                             std::string_view base_url) {
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
      attachment[kind] = wall_attachment(state, *name, date, base_url);
    else
      attachment[kind] = invented(*name, date, base_url);
    shown.push_back(std::move(attachment));
  }
  return shown;
}

json::object sticker_attachment(std::int64_t sticker, std::string_view base_url) {
  const auto base = sample_address(base_url, "sticker", std::to_string(sticker));
  json::array images;
  for (const int side : {64, 128, 256, 352, 512})
    images.push_back(
        {{"url", base + "_" + std::to_string(side) + ".png"}, {"width", side}, {"height", side}});
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
