// The methods that save photos, and what all save methods share.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "emulator/methods/mailbox/conversation_shapes.hpp"
#include "emulator/methods/uploads/upload_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_caption = 2048;

api_failure altered(const upload_kind& kind) {
  return api_failure{static_cast<api_errc>(kind.altered)};
}

const upload_kind& row_of(std::string_view save_method) {
  const auto rows = upload_kinds();
  return *std::ranges::find(rows, save_method, &upload_kind::save_method);
}

// What an upload server answers for a file that it did not take. The list is VK's name for both.
void check_not_empty(const method_call& request) {
  const auto photo = request.arguments.find("photo");
  if (photo && photo->empty()) throw bad_parameter("photo is undefined");
  const auto list = request.arguments.find("photos_list");
  if ((photo && *photo == "[]") || (list && (list->empty() || *list == "[]")))
    throw bad_parameter("photos_list is invalid");
}

// The `hash` is that of the wall for which the server was given.
void check_wall(const method_call& request, const finished_upload& upload) {
  const auto& ticket = upload.ticket;
  if (ticket.kind->name != "wall_photo") return;
  const auto group = request.integer("group_id", 0, 0);
  if (group != (ticket.owner < 0 ? -ticket.owner : 0)) throw altered(*ticket.kind);
}

// `server` may be left out where VK's schema says so, `photo` may not.
void check_issued(const method_call& request, const finished_upload& upload) {
  for (const auto& [name, value] : upload.issued) {
    const auto sent = request.arguments.find(name);
    if (!sent && name.starts_with("photo")) throw bad_parameter(name + " is undefined");
    if (sent && *sent != value) throw altered(*upload.ticket.kind);
  }
}

std::optional<double> number_in(const method_call& request, std::string_view name, double most) {
  const auto text = request.text(name);
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end.ec != std::errc{} || !(value >= -most && value <= most))
    return std::nullopt;
  return value;
}

json::value save_photos(const method_call& request, std::string_view method) {
  const auto caption = request.text("caption");
  if (characters(caption) > longest_caption) throw bad_parameter("caption is too long");
  const auto upload = referred_upload(request, method);
  json::array result;
  for (const auto& file : upload->files) {
    auto photo = drafted(*upload, file, "photo");
    photo.text = caption;
    photo.latitude = number_in(request, "latitude", 90);
    photo.longitude = number_in(request, "longitude", 180);
    const auto& saved =
        request.change_files().save(std::move(photo), upload->ticket.kind->name, request.base_url);
    result.push_back(photo_object(saved, request.base_url));
  }
  return result;
}

json::value photos_save(const method_call& request) {
  return save_photos(request, "photos.save");
}

json::value photos_save_wall(const method_call& request) {
  return save_photos(request, "photos.saveWallPhoto");
}

json::value photos_save_messages(const method_call& request) {
  return save_photos(request, "photos.saveMessagesPhoto");
}

json::value photos_save_market(const method_call& request) {
  return save_photos(request, "photos.saveMarketPhoto");
}

json::value photos_save_market_album(const method_call& request) {
  return save_photos(request, "photos.saveMarketAlbumPhoto");
}

json::value photos_save_owner(const method_call& request) {
  const auto upload = referred_upload(request, "photos.saveOwnerPhoto");
  const auto& saved = save_first(request, *upload, "photo");
  const auto url = file_url(saved, request.base_url);
  json::object result{{"photo_hash", upload->proof},
                      {"photo_src", url + "?size=200"},
                      {"photo_src_big", url},
                      {"photo_src_small", url + "?size=100"},
                      {"saved", 1}};
  // The wall shows the new photo.
  wall_post post;
  post.owner = saved.owner;
  post.from = saved.owner;
  post.date = request.now;
  post.attachments = "photo" + std::to_string(saved.owner) + "_" + std::to_string(saved.id);
  const auto id = request.change_walls().publish(request.actor(), std::move(post), {});
  if (id) result["post_id"] = *id;
  return result;
}

json::value photos_save_cover(const method_call& request) {
  const auto upload = referred_upload(request, "photos.saveOwnerCoverPhoto");
  const auto& saved = save_first(request, *upload, "photo");
  return json::object{{"images", image_list(saved, request.base_url)}};
}

json::value messages_set_chat_photo(const method_call& request) {
  const auto upload = referred_upload(request, "messages.setChatPhoto");
  const auto& saved = save_first(request, *upload, "photo");
  return set_chat_photo(request, upload->ticket.chat, file_url(saved, request.base_url));
}

}  // namespace

std::shared_ptr<const finished_upload> upload_of_proof(const method_call& request,
                                                       std::string_view save_method,
                                                       std::string_view proof) {
  auto upload = request.files.uploads().finished(proof);
  const bool fits = upload != nullptr && upload->ticket.kind->save_method == save_method &&
                    upload->ticket.actor == request.actor();
  if (!fits) throw altered(row_of(save_method));
  return upload;
}

std::shared_ptr<const finished_upload> referred_upload(const method_call& request,
                                                       std::string_view save_method) {
  check_not_empty(request);
  const auto& row = row_of(save_method);
  // The older form of widgets has the proof in a parameter of its own.
  const bool old_widget = row.form == upload_form::widget && request.given("hash");
  const auto proof =
      old_widget ? std::string{request.text("hash")} : proof_in(row, request.required(row.proof));
  auto upload = upload_of_proof(request, save_method, proof);
  if (row.form != upload_form::widget || old_widget) check_issued(request, *upload);
  check_wall(request, *upload);
  return upload;
}

attachment drafted(const finished_upload& upload, const received_file& file,
                   std::string_view type) {
  attachment value;
  value.type = type;
  value.owner = upload.ticket.owner;
  value.creator = upload.ticket.actor;
  value.album = upload.ticket.album;
  value.title = file.filename;
  value.content = file.content;
  const auto& picture = file.content->picture;
  const bool is_photo = type == "photo" || type == "graffiti";
  value.extension =
      is_photo && picture ? std::string{extension_of(picture->format)} : file.extension;
  value.open = is_photo && upload.ticket.kind->name != "message_photo" && type != "graffiti";
  return value;
}

const attachment& save_first(const method_call& request, const finished_upload& upload,
                             std::string_view type) {
  return request.change_files().save(drafted(upload, upload.files.front(), type),
                                     upload.ticket.kind->name, request.base_url);
}

void add_photo_saves(method_table& table) {
  const allowed both{.user = true, .community = true};
  table["photos.save"] = {{}, photos_save};
  table["photos.saveWallPhoto"] = {{}, photos_save_wall};
  table["photos.saveMessagesPhoto"] = {both, photos_save_messages};
  table["photos.saveMarketPhoto"] = {{}, photos_save_market};
  table["photos.saveMarketAlbumPhoto"] = {{}, photos_save_market_album};
  table["photos.saveOwnerPhoto"] = {{}, photos_save_owner};
  table["photos.saveOwnerCoverPhoto"] = {both, photos_save_cover};
  table["messages.setChatPhoto"] = {both, messages_set_chat_photo};
}

}  // namespace vkxx::emulation::detail
