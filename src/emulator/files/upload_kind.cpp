#include "emulator/files/upload_kind.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {
namespace {

constexpr std::uint64_t mega = std::uint64_t{1} << 20U;
constexpr std::uint64_t picture_limit = 50 * mega;
constexpr std::uint64_t document_limit = 200 * mega;
constexpr std::uint64_t video_limit = 256 * 1024 * mega;
constexpr std::uint64_t story_limit = 10 * mega;

constexpr allowed user_only{};
constexpr allowed user_or_community{.user = true, .community = true};
constexpr allowed community_only{.user = false, .community = true};
constexpr allowed service_only{.user = false, .service = true};
constexpr allowed user_or_service{.user = true, .service = true};

using media = upload_media;
using form = upload_form;
using server = server_form;
using refusal = upload_error_form;

// clang-format off
constexpr std::array<upload_kind, upload_kind_count> kinds{{
    {"album_photo", "photos.getUploadServer", "", user_only, server::album,
     "file1 file2 file3 file4 file5", media::picture, picture_limit, 0, 0, form::photos_list,
     refusal::flat, "photos.save", "hash", 121, "array of photo"},
    {"wall_photo", "photos.getWallUploadServer", "", user_only, server::album, "photo",
     media::picture, picture_limit, 0, 0, form::photo, refusal::flat, "photos.saveWallPhoto",
     "hash", 121, "array of photo"},
    {"message_photo", "photos.getMessagesUploadServer", "", user_or_community, server::album,
     "photo", media::picture, picture_limit, 0, 0, form::photo, refusal::flat,
     "photos.saveMessagesPhoto", "hash", 121, "array of photo"},
    {"owner_photo", "photos.getOwnerPhotoUploadServer", "", user_only, server::url, "photo",
     media::picture, picture_limit, 200, 200, form::photo, refusal::flat, "photos.saveOwnerPhoto",
     "hash", 129, "`{photo_hash, photo_src, saved, post_id}`"},
    {"chat_photo", "photos.getChatUploadServer", "", user_or_community, server::url, "file",
     media::picture, picture_limit, 200, 200, form::opaque_text, refusal::flat,
     "messages.setChatPhoto", "file", 22, "`{message_id, chat}`"},
    {"cover_photo", "photos.getOwnerCoverPhotoUploadServer", "", user_or_community, server::url,
     "photo", media::picture, picture_limit, 795, 200, form::cover, refusal::flat,
     "photos.saveOwnerCoverPhoto", "hash", 129, "`{images}`"},
    {"market_photo", "photos.getMarketUploadServer", "", user_only, server::url, "file",
     media::picture, picture_limit, 400, 400, form::market, refusal::flat,
     "photos.saveMarketPhoto", "hash", 121, "array of photo"},
    {"product_photo", "market.getProductPhotoUploadServer", "", user_only, server::url, "file",
     media::picture, picture_limit, 400, 400, form::json, refusal::flat,
     "market.saveProductPhoto", "upload_response", 121, "`{photo_id, photo}`"},
    {"product_photos", "market.getProductPhotoUploadServer", "bulk=1", user_only, server::url,
     "file1 file2 file3 file4 file5", media::picture, picture_limit, 400, 400, form::json,
     refusal::flat, "market.saveProductPhotoBulk", "upload_response", 121,
     "array of `{photo_id, photo}`"},
    {"market_album_photo", "photos.getMarketAlbumUploadServer", "", user_only, server::url, "file",
     media::picture, picture_limit, 0, 0, form::market_album, refusal::flat,
     "photos.saveMarketAlbumPhoto", "hash", 121, "array of photo"},
    {"document", "docs.getUploadServer", "", user_only, server::url, "file", media::anything,
     document_limit, 0, 0, form::file, refusal::flat, "docs.save", "file", 105,
     "`{type: \"doc\", doc}`"},
    {"wall_document", "docs.getWallUploadServer", "", user_or_community, server::url, "file",
     media::anything, document_limit, 0, 0, form::file, refusal::flat, "docs.save", "file", 105,
     "`{type: \"doc\", doc}`"},
    {"message_document", "docs.getMessagesUploadServer", "", user_or_community, server::url,
     "file", media::anything, document_limit, 0, 0, form::file, refusal::flat, "docs.save", "file",
     105, "`{type: \"doc\", doc}`"},
    {"audio_message", "docs.getMessagesUploadServer", "type=audio_message", user_or_community,
     server::url, "file", media::sound, document_limit, 0, 0, form::file, refusal::flat,
     "docs.save", "file", 105, "`{type: \"audio_message\", audio_message}`"},
    {"graffiti", "docs.getMessagesUploadServer", "type=graffiti", user_or_community, server::url,
     "file", media::picture, document_limit, 0, 0, form::file, refusal::flat, "docs.save", "file",
     105, "`{type: \"graffiti\", graffiti}`"},
    {"video", "video.save", "", user_only, server::video, "video_file", media::video, video_limit,
     0, 0, form::video, refusal::flat, "", "", 0, ""},
    {"video_link", "video.save", "link", user_only, server::video, "", media::nothing, mega, 0, 0,
     form::link, refusal::flat, "", "", 0, ""},
    {"video_thumb", "video.getThumbUploadUrl", "", user_only, server::url, "file", media::picture,
     picture_limit, 0, 0, form::json, refusal::flat, "video.saveUploadedThumb", "thumb_json", 129,
     "`{photo_id, photo_hash, photo_owner_id, image}`"},
    {"story_photo", "stories.getPhotoUploadServer", "", user_or_community, server::story, "file",
     media::picture, story_limit, 0, 0, form::story, refusal::object, "stories.save",
     "upload_results", 100, "`{count, items}` of story"},
    {"story_video", "stories.getVideoUploadServer", "", user_or_community, server::story,
     "video_file", media::video, story_limit, 0, 0, form::story, refusal::flat, "stories.save",
     "upload_results", 100, "`{count, items}` of story"},
    {"poll_photo", "polls.getPhotoUploadServer", "", user_only, server::url, "photo file",
     media::picture, picture_limit, 0, 0, form::cover, refusal::flat, "polls.savePhoto", "hash",
     129, "poll background"},
    {"app_widget_image", "appWidgets.getAppImageUploadServer", "", service_only, server::url,
     "file image", media::picture, picture_limit, 0, 0, form::widget, refusal::flat,
     "appWidgets.saveAppImage", "image", 129, "`{id, type, images}`"},
    {"group_widget_image", "appWidgets.getGroupImageUploadServer", "", community_only, server::url,
     "file image", media::picture, picture_limit, 0, 0, form::widget, refusal::flat,
     "appWidgets.saveGroupImage", "image", 129, "`{id, type, images}`"},
    {"pretty_card_photo", "prettyCards.getUploadURL", "", user_only, server::text, "file",
     media::picture, picture_limit, 0, 0, form::photo_alone, refusal::errcode, "", "", 0, ""},
    {"lead_form_photo", "leadForms.getUploadURL", "", user_only, server::text, "file",
     media::picture, picture_limit, 0, 0, form::photo_alone, refusal::errcode, "", "", 0, ""},
    {"ads_photo", "ads.getUploadURL", "", user_only, server::text, "file", media::picture,
     picture_limit, 0, 0, form::photo_alone, refusal::bwact, "", "", 0, ""},
    {"ads_video", "ads.getVideoUploadURL", "", user_only, server::text, "file video_file",
     media::video, video_limit, 0, 0, form::photo_alone, refusal::bwact, "", "", 0, ""},
    {"audio", "audio.getUploadServer", "", user_only, server::url, "file", media::sound,
     document_limit, 0, 0, form::audio, refusal::flat, "audio.save", "hash", 121, "audio"},
    {"speech", "asr.getUploadUrl", "", user_or_service, server::url, "file", media::sound,
     document_limit, 0, 0, form::json, refusal::flat, "asr.process", "audio", 100, "`{task_id}`"},
    {"skill_picture", "marusia.getPictureUploadLink", "", service_only, server::link, "photo",
     media::picture, picture_limit, 0, 0, form::skill, refusal::flat, "marusia.savePicture",
     "hash", 100, "`{id, photo_id, app_id}`"},
    {"skill_sound", "marusia.getAudioUploadLink", "", service_only, server::link, "file",
     media::sound, document_limit, 0, 0, form::json, refusal::flat, "marusia.createAudio",
     "audio_meta", 100, "`{id, title, duration}`"},
    {"build", "bugtracker.getProductBuildUploadServer", "", user_only, server::url, "file",
     media::anything, document_limit, 0, 0, form::json, refusal::flat, "", "", 0, ""},
}};
// clang-format on

std::string_view selector_name(const upload_kind& kind) {
  return kind.selector.substr(0, kind.selector.find('='));
}

bool is_selected(const upload_kind& kind, const argument_list& arguments) {
  const auto value = arguments.find(selector_name(kind)).value_or("");
  const auto equals = kind.selector.find('=');
  return equals == std::string_view::npos ? !value.empty()
                                          : value == kind.selector.substr(equals + 1);
}

std::string_view words(upload_media media_of_row) {
  switch (media_of_row) {
    case media::picture:
      return "picture";
    case media::video:
      return "video";
    case media::sound:
      return "sound";
    case media::anything:
      return "any file";
    case media::nothing:
      return "no file";
  }
  return "";
}

std::string size_words(const upload_kind& kind) {
  auto text = kind.limit >= 1024 * mega ? std::to_string(kind.limit / (1024 * mega)) + " GiB"
                                        : std::to_string(kind.limit / mega) + " MiB";
  if (kind.least_width != 0)
    text += ", from " + std::to_string(kind.least_width) + "×" + std::to_string(kind.least_height);
  return text;
}

// `photo` and `file` as two words of code.
std::string code_words(std::string_view names) {
  std::string result;
  while (!names.empty()) {
    const auto end = names.find(' ');
    result += (result.empty() ? "`" : ", `") + std::string{names.substr(0, end)} + "`";
    names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
  }
  return result;
}

}  // namespace

std::span<const upload_kind, upload_kind_count> upload_kinds() noexcept {
  return kinds;
}

const upload_kind* find_upload_kind(std::string_view name) noexcept {
  const auto found = std::ranges::find(kinds, name, &upload_kind::name);
  return found == kinds.end() ? nullptr : &*found;
}

const upload_kind* upload_kind_of(std::string_view server_method,
                                  const argument_list& arguments) noexcept {
  const upload_kind* result = nullptr;
  for (const auto& kind : kinds) {
    if (kind.server_method != server_method) continue;
    if (kind.selector.empty() && result == nullptr) result = &kind;
    if (!kind.selector.empty() && is_selected(kind, arguments)) result = &kind;
  }
  return result;
}

bool is_upload_server(std::string_view method) noexcept {
  return std::ranges::find(kinds, method, &upload_kind::server_method) != kinds.end();
}

bool takes_field(const upload_kind& kind, std::string_view field) noexcept {
  auto names = kind.fields;
  while (!names.empty()) {
    const auto end = names.find(' ');
    if (names.substr(0, end) == field) return true;
    names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
  }
  return false;
}

std::string upload_table() {
  std::string text =
      "| kind | address from | fields | takes | saved by | result |\n|---|---|---|---|---|---|\n";
  for (const auto& kind : kinds) {
    text += "| `" + std::string{kind.name} + "` | `" + std::string{kind.server_method};
    if (!kind.selector.empty()) text += "(" + std::string{kind.selector} + ")";
    text += "` | " + code_words(kind.fields) + " | " + std::string{words(kind.media)};
    text += ", " + size_words(kind) + " | ";
    if (!kind.save_method.empty()) text += "`" + std::string{kind.save_method} + "`";
    text += " | " + std::string{kind.result} + " |\n";
  }
  return text;
}

}  // namespace vkxx::emulation::detail
