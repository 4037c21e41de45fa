// The methods that save documents, stories, pictures of products, widgets and polls, and the rest.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <utility>

#include "core/text/ascii.hpp"
#include "emulator/methods/uploads/upload_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_title = 255;
constexpr std::size_t most_tags = 10;
constexpr std::size_t most_stories = 20;

std::vector<std::string> tags_of(const method_call& request) {
  auto tags = request.list("tags", 1000);
  if (tags.size() > most_tags) tags.resize(most_tags);
  for (auto& tag : tags) tag = tag.substr(0, longest_title);
  return tags;
}

json::value docs_save(const method_call& request) {
  const auto upload = referred_upload(request, "docs.save");
  const auto& kind = *upload->ticket.kind;
  std::string type = "doc";
  if (kind.name == "audio_message" || kind.name == "graffiti") type = kind.name;
  auto document = drafted(*upload, upload->files.front(), type);
  const auto title = request.text("title");
  if (characters(title) > longest_title) throw bad_parameter("title is too long");
  if (!title.empty()) document.title = title;
  document.tags = tags_of(request);
  const auto& saved = request.change_files().save(std::move(document), kind.name, request.base_url);
  auto object = attachment_object(saved, request.base_url);
  if (!request.flag("return_tags")) object.erase("tags");
  return json::object{{"type", type}, {type, std::move(object)}};
}

json::object product_photo(const method_call& request, const finished_upload& upload,
                           const received_file& file) {
  const auto& saved = request.change_files().save(drafted(upload, file, "photo"),
                                                  upload.ticket.kind->name, request.base_url);
  return json::object{{"photo_id", saved.id}, {"photo", photo_object(saved, request.base_url)}};
}

json::value market_save_product_photo(const method_call& request) {
  const auto upload = referred_upload(request, "market.saveProductPhoto");
  return product_photo(request, *upload, upload->files.front());
}

json::value market_save_product_photos(const method_call& request) {
  const auto upload = referred_upload(request, "market.saveProductPhotoBulk");
  json::array result;
  for (const auto& file : upload->files) result.push_back(product_photo(request, *upload, file));
  return result;
}

json::value video_save_thumb(const method_call& request) {
  const auto upload = referred_upload(request, "video.saveUploadedThumb");
  const auto& saved = save_first(request, *upload, "photo");
  return json::object{{"photo_id", saved.id},
                      {"photo_owner_id", saved.owner},
                      {"photo_hash", upload->proof},
                      {"image", image_list(saved, request.base_url)}};
}

json::value stories_save(const method_call& request) {
  json::array items;
  static_cast<void>(request.required("upload_results"));
  for (const auto& proof : request.list("upload_results", most_stories)) {
    const auto upload = upload_of_proof(request, "stories.save", proof);
    auto story = drafted(*upload, upload->files.front(), "story");
    story.open = true;
    story.moving = upload->ticket.kind->media == upload_media::video;
    if (!story.moving && story.content->picture)
      story.extension = extension_of(story.content->picture->format);
    const auto& saved =
        request.change_files().save(std::move(story), upload->ticket.kind->name, request.base_url);
    items.push_back(story_object(saved, request.base_url));
  }
  json::object result{{"count", items.size()}, {"items", std::move(items)}};
  if (!request.flag("extended")) return result;
  result["profiles"] = json::array{};
  result["groups"] = json::array{};
  return result;
}

json::value polls_save_photo(const method_call& request) {
  const auto upload = referred_upload(request, "polls.savePhoto");
  const auto& saved = save_first(request, *upload, "photo");
  const auto& picture = *saved.content->picture;
  return json::object{{"id", saved.id},
                      {"type", "tile"},
                      {"name", saved.title},
                      {"color", saved.content->hash.substr(0, 6)},
                      {"width", picture.width},
                      {"height", picture.height},
                      {"images", image_list(saved, request.base_url)}};
}

// VK names the size on the page; pictures are three times as large.
std::string widget_type(const picture_header& picture) {
  constexpr std::uint32_t density = 3;
  for (const auto& [width, height] :
       {std::pair{24U, 24U}, std::pair{50U, 50U}, std::pair{160U, 160U}, std::pair{160U, 240U},
        std::pair{510U, 128U}}) {
    if (picture.width == width * density && picture.height == height * density)
      return std::to_string(width) + "x" + std::to_string(height);
  }
  return std::to_string(picture.width) + "x" + std::to_string(picture.height);
}

json::value save_widget_image(const method_call& request, std::string_view method) {
  const auto upload = referred_upload(request, method);
  const auto& saved = save_first(request, *upload, "photo");
  const auto& picture = *saved.content->picture;
  return json::object{{"id", std::to_string(saved.owner < 0 ? -saved.owner : saved.owner) + "_" +
                                 std::to_string(saved.id)},
                      {"type", widget_type(picture)},
                      {"images", image_list(saved, request.base_url)}};
}

json::value widgets_save_app_image(const method_call& request) {
  return save_widget_image(request, "appWidgets.saveAppImage");
}

json::value widgets_save_group_image(const method_call& request) {
  return save_widget_image(request, "appWidgets.saveGroupImage");
}

json::value audio_save(const method_call& request) {
  const auto upload = referred_upload(request, "audio.save");
  auto audio = drafted(*upload, upload->files.front(), "audio");
  audio.artist = request.text("artist");
  audio.open = true;
  if (const auto title = request.text("title"); !title.empty()) audio.title = title;
  const auto& saved =
      request.change_files().save(std::move(audio), upload->ticket.kind->name, request.base_url);
  return audio_object(saved, request.base_url);
}

json::value asr_process(const method_call& request) {
  const auto model = request.text("model");
  if (model != "neutral" && model != "spontaneous") throw bad_parameter("model is invalid");
  const auto upload = referred_upload(request, "asr.process");
  return json::object{{"task_id", upload->proof}};
}

// Nothing is recognized here: the text says what came.
json::value asr_check_status(const method_call& request) {
  const auto upload = upload_of_proof(request, "asr.process", request.required("task_id"));
  const auto& file = upload->files.front();
  return json::object{
      {"id", upload->proof},
      {"status", "finished"},
      {"text", file.filename + ", " + std::to_string(file.content->size) + " bytes"}};
}

json::value marusia_save_picture(const method_call& request) {
  const auto upload = referred_upload(request, "marusia.savePicture");
  const auto& saved = save_first(request, *upload, "photo");
  return json::object{{"id", saved.id}, {"photo_id", saved.id}, {"app_id", 1}};
}

json::value marusia_create_audio(const method_call& request) {
  const auto upload = referred_upload(request, "marusia.createAudio");
  const auto& saved = save_first(request, *upload, "audio");
  auto object = audio_object(saved, request.base_url);
  return json::object{{"id", saved.id}, {"title", saved.title}, {"duration", object["duration"]}};
}

}  // namespace

void add_other_saves(method_table& table) {
  const allowed both{.user = true, .community = true};
  const allowed service{.user = false, .service = true};
  const allowed community{.user = false, .community = true};
  const allowed speech{.user = true, .service = true};
  table["docs.save"] = {both, docs_save};
  table["market.saveProductPhoto"] = {{}, market_save_product_photo};
  table["market.saveProductPhotoBulk"] = {{}, market_save_product_photos};
  table["video.saveUploadedThumb"] = {{}, video_save_thumb};
  table["stories.save"] = {both, stories_save};
  table["polls.savePhoto"] = {{}, polls_save_photo};
  table["appWidgets.saveAppImage"] = {service, widgets_save_app_image};
  table["appWidgets.saveGroupImage"] = {community, widgets_save_group_image};
  table["audio.save"] = {{}, audio_save};
  table["asr.process"] = {speech, asr_process};
  table["asr.checkStatus"] = {speech, asr_check_status};
  table["marusia.savePicture"] = {service, marusia_save_picture};
  table["marusia.createAudio"] = {service, marusia_create_audio};
}

void add_uploads(method_table& table) {
  add_upload_servers(table);
  add_photo_saves(table);
  add_other_saves(table);
}

}  // namespace vkxx::emulation::detail
