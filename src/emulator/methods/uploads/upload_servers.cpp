// The methods that give addresses of upload servers.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/uploads/upload_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// VK's numbers of the albums that nobody made.
constexpr std::int64_t message_album = -3;
constexpr std::int64_t community_album = -64;
constexpr std::int64_t wall_album = -7;
constexpr std::int64_t owner_album = -6;
constexpr std::size_t longest_video_name = 128;
constexpr std::size_t longest_video_description = 5000;
constexpr std::size_t longest_story_link = 2048;

constexpr std::array<std::string_view, 20> story_link_texts{
    "to_store", "vote",    "more",   "book",  "order",   "enroll",     "fill",
    "signup",   "buy",     "ticket", "write", "open",    "learn_more", "view",
    "go_to",    "contact", "watch",  "play",  "install", "read"};

bool administers(const method_call& request, std::int64_t group) {
  if (request.actor() < 0) return request.actor() == -group;
  const auto* found = request.state.find_community(group);
  return found != nullptr &&
         std::ranges::find(found->administrators, request.actor()) != found->administrators.end();
}

// The community of `group_id`, negative, or of a negative `owner_id`; 0: none is named.
std::int64_t named_community(const method_call& request) {
  auto group = request.integer("group_id", 0, 0);
  if (group == 0) group = std::max<std::int64_t>(0, -request.integer("owner_id", 0));
  if (group == 0) return 0;
  if (request.state.find_community(group) == nullptr) throw bad_parameter("group_id is invalid");
  return -group;
}

bool is_for_messages(const upload_kind& kind) {
  return kind.name == "message_photo" || kind.server_method == "docs.getMessagesUploadServer";
}

// A community's file for a peer belongs to the peer: it is hidden from all others.
std::int64_t owner_of(const method_call& request, const upload_kind& kind) {
  const auto actor = request.actor();
  if (actor >= 0) {
    if (const auto community = named_community(request); community != 0) {
      if (!administers(request, -community) && kind.name != "wall_photo")
        throw api_failure{api_errc::access_denied, "Access denied"};
      return community;
    }
    return actor;
  }
  const auto peer = is_for_messages(kind) ? request.integer("peer_id", 0) : 0;
  return peer > 0 && peer < first_chat_peer ? peer : actor;
}

std::int64_t album_of(const method_call& request, const upload_kind& kind, std::int64_t owner) {
  if (kind.name == "message_photo") return request.actor() < 0 ? community_album : message_album;
  if (kind.name == "wall_photo") return wall_album;
  if (kind.name == "owner_photo") return owner_album;
  if (kind.name != "album_photo") return 0;
  const auto album = request.required_integer("album_id");
  if (album > 0) {
    const auto albums = request.files.albums_of(owner);
    if (std::ranges::find(albums, album, &photo_album::id) == albums.end())
      throw bad_parameter("album_id is invalid");
  }
  return album;
}

std::string crop_of(const method_call& request, const upload_kind& kind) {
  if (kind.form != upload_form::market || !request.flag("main_photo")) return {};
  return std::to_string(request.integer("crop_x", 0, 0)) + "," +
         std::to_string(request.integer("crop_y", 0, 0)) + "," +
         std::to_string(request.integer("crop_width", 400, 0));
}

void check_story(const method_call& request) {
  if (!request.flag("add_to_news") && request.text("user_ids").empty())
    throw bad_parameter("add_to_news or user_ids is required");
  const auto text = request.text("link_text");
  const auto link = request.text("link_url");
  if (text.empty() != link.empty())
    throw bad_parameter("link_text and link_url must be passed together");
  if (text.empty()) return;
  if (named_community(request) == 0 && request.actor() >= 0)
    throw bad_parameter("links are for stories of communities");
  if (std::ranges::find(story_link_texts, text) == story_link_texts.end())
    throw bad_parameter("link_text is invalid");
  const bool own = link.starts_with("https://vk.com/") || link.starts_with("https://vk.ru/") ||
                   link.starts_with("https://vk.me/");
  if (!own || link.size() > longest_story_link) throw bad_parameter("link_url is invalid");
}

json::array user_ids_of(const method_call& request) {
  json::array result;
  for (const auto& text : request.list("user_ids", 100)) {
    const auto id = whole_number(text);
    if (!id || *id <= 0) throw bad_parameter("user_ids is invalid");
    result.push_back(*id);
  }
  return result;
}

const attachment& add_video(const method_call& request, const upload_ticket& ticket) {
  const auto name = request.text("name");
  const auto description = request.text("description");
  if (characters(name) > longest_video_name) throw bad_parameter("name is too long");
  if (characters(description) > longest_video_description)
    throw bad_parameter("description is too long");
  attachment video;
  video.type = "video";
  video.owner = ticket.owner;
  video.creator = ticket.actor;
  video.open = !request.flag("is_private");
  video.title = name.empty() ? "No name" : std::string{name};
  video.text = description;
  return request.change_files().save(std::move(video), ticket.kind->name, request.base_url);
}

json::value described(const method_call& request, const upload_ticket& ticket, std::string url) {
  const auto& kind = *ticket.kind;
  json::object result{{"upload_url", url}};
  switch (kind.server) {
    case server_form::url:
      return result;
    case server_form::text:
      return json::value(url);
    case server_form::album:
      result["album_id"] = ticket.album;
      result["user_id"] = std::max<std::int64_t>(0, ticket.actor);
      if (ticket.owner < 0) result["group_id"] = -ticket.owner;
      return result;
    case server_form::story:
      result["user_ids"] = user_ids_of(request);
      return result;
    case server_form::link:
      return json::object{
          {kind.name == "skill_picture" ? "picture_upload_link" : "audio_upload_link", url}};
    case server_form::video: {
      const auto* video =
          request.files.attachments().find({"video", ticket.owner, ticket.video, {}});
      result["video_id"] = ticket.video;
      result["owner_id"] = ticket.owner;
      result["title"] = video == nullptr ? "" : video->title;
      result["description"] = video == nullptr ? "" : video->text;
      result["access_key"] = video == nullptr ? "" : video->key;
      return result;
    }
  }
  return result;
}

json::value give_address(const method_call& request, std::string_view method) {
  upload_ticket ticket;
  ticket.kind = upload_kind_of(method, request.arguments);
  if (ticket.kind == nullptr) throw bad_parameter("type is invalid");
  const auto& kind = *ticket.kind;
  const auto type = request.text("type");
  if (method == "docs.getMessagesUploadServer" && !type.empty() && type != "doc" &&
      kind.selector.empty())
    throw bad_parameter("type is invalid");
  ticket.actor = request.actor();
  ticket.owner = owner_of(request, kind);
  ticket.album = album_of(request, kind, ticket.owner);
  ticket.crop = crop_of(request, kind);
  if (kind.name == "chat_photo") ticket.chat = request.required_integer("chat_id");
  if (kind.server == server_form::story) check_story(request);
  if (kind.server == server_form::video) ticket.video = add_video(request, ticket).id;
  const auto token = request.change_files().open(ticket);
  // Clients append their crops with `&`: the address has a query.
  const auto url =
      std::string{request.base_url} + "/upload/" + token + "?act=" + std::string{kind.name};
  return described(request, ticket, url);
}

template <std::size_t Row>
json::value give_address_of(const method_call& request) {
  return give_address(request, upload_kinds()[Row].server_method);
}

template <std::size_t... Rows>
void add_rows(method_table& table, std::index_sequence<Rows...>) {
  ((table[std::string{upload_kinds()[Rows].server_method}] = {upload_kinds()[Rows].who,
                                                              give_address_of<Rows>}),
   ...);
}

}  // namespace

void add_upload_servers(method_table& table) {
  add_rows(table, std::make_index_sequence<upload_kind_count>{});
}

}  // namespace vkxx::emulation::detail
