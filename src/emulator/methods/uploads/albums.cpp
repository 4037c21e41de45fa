// Albums, and the methods that show what was saved.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/methods/uploads/upload_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_album_title = 255;
constexpr std::size_t longest_album_description = 2048;

std::int64_t owner_in(const method_call& request) {
  const auto owner = request.integer("owner_id", request.actor());
  if (owner == 0) throw bad_parameter("owner_id is undefined");
  return owner;
}

std::vector<const attachment*> photos_in(const method_call& request, std::int64_t owner,
                                         std::int64_t album) {
  auto photos = request.files.attachments().of_owner("photo", owner);
  std::erase_if(photos, [album](const attachment* photo) { return photo->album != album; });
  return photos;
}

json::object album_object(const method_call& request, const photo_album& album) {
  const auto photos = photos_in(request, album.owner, album.id);
  json::object result{
      {"id", album.id},           {"owner_id", album.owner},
      {"title", album.title},     {"size", photos.size()},
      {"created", album.created}, {"updated", album.updated},
      {"can_upload", 1},          {"thumb_id", photos.empty() ? 0 : photos.back()->id}};
  if (!photos.empty()) result["thumb_src"] = file_url(*photos.back(), request.base_url);
  return result;
}

json::value create_album(const method_call& request) {
  const auto title = request.required("title");
  const auto description = request.text("description");
  if (characters(title) < 2) throw bad_parameter("title is too short");
  if (characters(title) > longest_album_title ||
      characters(description) > longest_album_description)
    throw bad_parameter("title or description is too long");
  const auto group = request.integer("group_id", 0, 0);
  if (group != 0 && request.state.not_administered(request.actor(), {group}))
    throw api_failure{api_errc::access_denied, "Access denied"};
  photo_album album;
  album.owner = group == 0 ? request.actor() : -group;
  album.title = title;
  album.description = description;
  return album_object(request, request.change_files().create_album(std::move(album)));
}

// A page of `all`, with the number of all.
template <class Item, class Show>
json::object page_of(const method_call& request, const std::vector<const Item*>& all,
                     std::int64_t most, const Show& show) {
  const auto offset = static_cast<std::size_t>(request.integer("offset", 0, 0));
  const auto count = static_cast<std::size_t>(request.integer("count", most, 0, most));
  json::array items;
  for (auto at = offset; at < all.size() && items.size() < count; ++at)
    items.push_back(show(*all[at]));
  return json::object{{"count", all.size()}, {"items", std::move(items)}};
}

json::value get_albums(const method_call& request) {
  return page_of(request, request.files.albums_of(owner_in(request)), 1000,
                 [&](const photo_album& album) { return album_object(request, album); });
}

void leave_visible(const method_call& request, std::vector<const attachment*>& items) {
  std::erase_if(items, [&](const attachment* item) {
    return !item->open && item->owner != request.actor() && item->creator != request.actor();
  });
}

std::int64_t album_number(std::string_view name) {
  if (name == "wall") return -7;
  if (name == "profile") return -6;
  if (name == "saved") return -15;
  return whole_number(name).value_or(0);
}

json::value get_photos(const method_call& request) {
  const auto owner = owner_in(request);
  auto photos = photos_in(request, owner, album_number(request.required("album_id")));
  leave_visible(request, photos);
  if (request.flag("rev")) std::ranges::reverse(photos);
  return page_of(request, photos, 1000,
                 [&](const attachment& photo) { return photo_object(photo, request.base_url); });
}

// Of all albums but those of messages and of what was saved from others; the newest first.
json::value get_all_photos(const method_call& request) {
  constexpr std::int64_t of_messages = -3;
  const bool own_albums = request.flag("no_service_albums");
  auto photos = request.files.attachments().of_owner("photo", owner_in(request));
  std::erase_if(photos, [own_albums](const attachment* photo) {
    return photo->album == of_messages || photo->album == album_number("saved") ||
           (own_albums && photo->album < 0);
  });
  leave_visible(request, photos);
  std::ranges::reverse(photos);
  return page_of(request, photos, 200,
                 [&](const attachment& photo) { return photo_object(photo, request.base_url); });
}

// By names, or those of an owner, the newest first.
json::value get_videos(const method_call& request) {
  std::vector<const attachment*> videos;
  const auto& known = request.files.attachments();
  if (request.given("videos")) {
    for (const auto& text : request.list("videos", 200)) {
      const auto name = read_attachment("video" + text);
      if (!name) throw bad_parameter("videos is invalid");
      if (known.access(*name, request.actor()) == attachment_access::visible)
        videos.push_back(known.find(*name));
    }
  } else {
    const auto owner = request.integer("owner_id", 0);
    videos = known.of_owner("video", owner == 0 ? request.actor() : owner);
    leave_visible(request, videos);
    std::ranges::reverse(videos);
  }
  return page_of(request, videos, 200,
                 [&](const attachment& video) { return video_object(video, request.base_url); });
}

// What is unknown or hidden is left out, as VK does.
json::array by_names(const method_call& request, std::string_view parameter,
                     std::string_view kind) {
  static_cast<void>(request.required(parameter));
  json::array result;
  for (const auto& text : request.list(parameter, 100)) {
    const auto name = read_attachment(std::string{kind} + text);
    if (!name) throw bad_parameter(std::string{parameter} + " is invalid");
    const auto& known = request.files.attachments();
    if (known.access(*name, request.actor()) != attachment_access::visible) continue;
    const auto& found = *known.find(*name);
    result.push_back(kind == "photo" ? photo_object(found, request.base_url)
                                     : document_object(found, request.base_url));
  }
  return result;
}

json::value photos_by_id(const method_call& request) {
  return by_names(request, "photos", "photo");
}

json::value documents_by_id(const method_call& request) {
  return by_names(request, "docs", "doc");
}

json::value get_documents(const method_call& request) {
  auto documents = request.files.attachments().of_owner("doc", owner_in(request));
  leave_visible(request, documents);
  return page_of(request, documents, 2000, [&](const attachment& document) {
    return document_object(document, request.base_url);
  });
}

}  // namespace

void add_albums(method_table& table) {
  table["photos.createAlbum"] = {{}, create_album};
  table["photos.getAlbums"] = {{.user = true, .service = true}, get_albums};
  table["photos.get"] = {{.user = true, .service = true}, get_photos};
  table["photos.getById"] = {{.user = true, .service = true}, photos_by_id};
  table["photos.getAll"] = {{}, get_all_photos};
  table["video.get"] = {{}, get_videos};
  table["docs.get"] = {{}, get_documents};
  table["docs.getById"] = {{.user = true, .community = true}, documents_by_id};
}

}  // namespace vkxx::emulation::detail
