// The table of kinds. Sources: https://dev.vk.com/api/upload/overview and the pages below it, and
// VK's schema.
#include <algorithm>
#include <array>

#include <vkxx/uploads/upload_kind.hpp>

namespace vkxx {
namespace {

using kind = upload_kind;
using media = upload_media;
using result_shape = upload_result;

constexpr std::uint64_t mega = std::uint64_t{1} << 20U;
constexpr std::uint64_t picture_size = 50 * mega;
constexpr std::uint64_t document_size = 200 * mega;
constexpr std::uint64_t story_size = 10 * mega;
constexpr std::uint64_t video_size = 256 * 1024 * mega;

constexpr token_kinds by_user{1};
constexpr token_kinds by_community{2};
constexpr token_kinds by_user_or_community{3};
constexpr token_kinds by_service{4};
constexpr token_kinds by_user_or_service{5};

constexpr std::string_view five_files = "file1 file2 file3 file4 file5";
constexpr std::string_view photo_values = "server photo hash";
constexpr std::string_view photo_place = "latitude longitude caption";
constexpr std::string_view story_parameters =
    "add_to_news user_ids reply_to_story link_text link_url group_id clickable_stickers";
constexpr std::string_view video_parameters =
    "name description is_private wallpost group_id album_id privacy_view privacy_comment "
    "no_comments repeat compression auto_publish ord_info";
constexpr std::string_view linked_video_parameters =
    "link* name description is_private wallpost group_id album_id privacy_view privacy_comment "
    "no_comments repeat compression auto_publish ord_info";
constexpr std::string_view docs_parameters = "title tags return_tags";

// clang-format off
constexpr std::array<upload_facts, upload_kind_count> kind_rows{{
    {kind::album_photo, "album_photo", "photos.getUploadServer", "", "album_id* group_id",
     "upload_url", by_user, five_files, "", media::picture, picture_size, 0, 0,
     "server photos_list hash", "photos.save", "album_id group_id latitude longitude caption",
     result_shape::photos, ""},
    {kind::wall_photo, "wall_photo", "photos.getWallUploadServer", "", "group_id", "upload_url",
     by_user, "photo", "", media::picture, picture_size, 0, 0, photo_values,
     "photos.saveWallPhoto", "user_id group_id latitude longitude caption", result_shape::photos,
     ""},
    {kind::message_photo, "message_photo", "photos.getMessagesUploadServer", "", "peer_id",
     "upload_url", by_user_or_community, "photo", "", media::picture, picture_size, 0, 0,
     photo_values, "photos.saveMessagesPhoto", "", result_shape::photos, ""},
    {kind::owner_photo, "owner_photo", "photos.getOwnerPhotoUploadServer", "", "owner_id",
     "upload_url", by_user, "photo", "_square_crop", media::picture, picture_size, 200, 200,
     photo_values, "photos.saveOwnerPhoto", "", result_shape::value, "photo_hash"},
    {kind::chat_photo, "chat_photo", "photos.getChatUploadServer", "",
     "chat_id* crop_x crop_y crop_width", "upload_url", by_user_or_community, "file", "",
     media::picture, picture_size, 200, 200, "file=response", "messages.setChatPhoto", "",
     result_shape::value, "message_id"},
    {kind::cover_photo, "cover_photo", "photos.getOwnerCoverPhotoUploadServer", "",
     "group_id crop_x crop_y crop_x2 crop_y2 is_video_cover", "upload_url", by_user_or_community,
     "photo", "", media::picture, picture_size, 795, 200, "hash photo",
     "photos.saveOwnerCoverPhoto", "is_video_cover", result_shape::value, ""},
    {kind::market_photo, "market_photo", "photos.getMarketUploadServer", "",
     "group_id* main_photo crop_x crop_y crop_width", "upload_url", by_user, "file", "",
     media::picture, picture_size, 400, 400, "photo server hash ?crop_data ?crop_hash",
     "photos.saveMarketPhoto", "group_id", result_shape::photos, ""},
    {kind::product_photo, "product_photo", "market.getProductPhotoUploadServer", "", "group_id*",
     "upload_url", by_user, "file", "", media::picture, picture_size, 400, 400,
     "upload_response=*", "market.saveProductPhoto", "", result_shape::products, ""},
    {kind::product_photos, "product_photos", "market.getProductPhotoUploadServer", "bulk=1",
     "group_id*", "upload_url", by_user, five_files, "", media::picture, picture_size, 400, 400,
     "upload_response=*", "market.saveProductPhotoBulk", "", result_shape::products, ""},
    {kind::market_album_photo, "market_album_photo", "photos.getMarketAlbumUploadServer", "",
     "group_id*", "upload_url", by_user, "file", "", media::picture, picture_size, 0, 0,
     "photo server hash", "photos.saveMarketAlbumPhoto", "group_id", result_shape::photos, ""},
    {kind::document, "document", "docs.getUploadServer", "", "group_id", "upload_url", by_user,
     "file", "", media::anything, document_size, 0, 0, "file", "docs.save", docs_parameters,
     result_shape::typed, ""},
    {kind::wall_document, "wall_document", "docs.getWallUploadServer", "", "group_id",
     "upload_url", by_user_or_community, "file", "", media::anything, document_size, 0, 0, "file",
     "docs.save", docs_parameters, result_shape::typed, ""},
    {kind::message_document, "message_document", "docs.getMessagesUploadServer", "type=doc",
     "peer_id", "upload_url", by_user_or_community, "file", "", media::anything, document_size, 0,
     0, "file", "docs.save", docs_parameters, result_shape::typed, ""},
    {kind::audio_message, "audio_message", "docs.getMessagesUploadServer", "type=audio_message",
     "peer_id", "upload_url", by_user_or_community, "file", "", media::sound, document_size, 0, 0,
     "file", "docs.save", "", result_shape::typed, ""},
    {kind::graffiti, "graffiti", "docs.getMessagesUploadServer", "type=graffiti", "peer_id",
     "upload_url", by_user_or_community, "file", "", media::picture, document_size, 0, 0, "file",
     "docs.save", "", result_shape::typed, ""},
    {kind::video, "video", "video.save", "", video_parameters, "upload_url", by_user, "video_file",
     "", media::video, video_size, 0, 0, "", "", "", result_shape::video, ""},
    {kind::video_link, "video_link", "video.save", "", linked_video_parameters, "upload_url",
     by_user, "", "", media::nothing, 0, 0, 0, "", "", "", result_shape::video, ""},
    {kind::video_thumb, "video_thumb", "video.getThumbUploadUrl", "", "owner_id*", "upload_url",
     by_user, "file", "", media::picture, picture_size, 0, 0, "thumb_json=*",
     "video.saveUploadedThumb", "owner_id thumb_size random_tag video_id set_thumb",
     result_shape::value, "photo_id"},
    {kind::story_photo, "story_photo", "stories.getPhotoUploadServer", "", story_parameters,
     "upload_url", by_user_or_community, "file", "", media::picture, story_size, 0, 0,
     "upload_results=upload_result", "stories.save", "extended fields", result_shape::stories, ""},
    {kind::story_video, "story_video", "stories.getVideoUploadServer", "", story_parameters,
     "upload_url", by_user_or_community, "video_file", "", media::video, story_size, 0, 0,
     "upload_results=upload_result", "stories.save", "extended fields", result_shape::stories, ""},
    {kind::poll_photo, "poll_photo", "polls.getPhotoUploadServer", "", "owner_id", "upload_url",
     by_user, "photo", "", media::picture, picture_size, 0, 0, "photo hash", "polls.savePhoto", "",
     result_shape::value, "id"},
    {kind::app_widget_image, "app_widget_image", "appWidgets.getAppImageUploadServer", "",
     "image_type*", "upload_url", by_service, "file", "", media::picture, picture_size, 0, 0,
     "image=64*", "appWidgets.saveAppImage", "", result_shape::value, "id"},
    {kind::group_widget_image, "group_widget_image", "appWidgets.getGroupImageUploadServer", "",
     "image_type*", "upload_url", by_community, "file", "", media::picture, picture_size, 0, 0,
     "image=64*", "appWidgets.saveGroupImage", "", result_shape::value, "id"},
    {kind::pretty_card_photo, "pretty_card_photo", "prettyCards.getUploadURL", "", "", "", by_user,
     "file", "", media::picture, picture_size, 0, 0, "photo", "", "", result_shape::value,
     "photo"},
    {kind::lead_form_photo, "lead_form_photo", "leadForms.getUploadURL", "", "", "", by_user,
     "file", "", media::picture, picture_size, 0, 0, "photo", "", "", result_shape::value,
     "photo"},
    {kind::ads_photo, "ads_photo", "ads.getUploadURL", "", "ad_format* icon", "", by_user, "file",
     "", media::picture, picture_size, 0, 0, "photo", "", "", result_shape::value, "photo"},
    {kind::ads_video, "ads_video", "ads.getVideoUploadURL", "", "", "", by_user, "file", "",
     media::video, video_size, 0, 0, "photo", "", "", result_shape::value, "photo"},
    {kind::audio, "audio", "audio.getUploadServer", "", "", "upload_url", by_user, "file", "",
     media::sound, document_size, 0, 0, "server audio hash", "audio.save", "artist title",
     result_shape::audio, ""},
    {kind::speech, "speech", "asr.getUploadUrl", "", "", "upload_url", by_user_or_service, "file",
     "", media::sound, document_size, 0, 0, "audio=*", "asr.process", "model*",
     result_shape::value, "task_id"},
    {kind::skill_picture, "skill_picture", "marusia.getPictureUploadLink", "", "",
     "picture_upload_link", by_service, "photo", "", media::picture, picture_size, 0, 0,
     "server photo={}photo hash", "marusia.savePicture", "", result_shape::value, "id"},
    {kind::skill_sound, "skill_sound", "marusia.getAudioUploadLink", "", "", "audio_upload_link",
     by_service, "file", "", media::sound, document_size, 0, 0, "audio_meta=*",
     "marusia.createAudio", "", result_shape::value, "id"},
    {kind::build, "build", "bugtracker.getProductBuildUploadServer", "", "product_id*",
     "upload_url", by_user, "file", "", media::anything, document_size, 0, 0, "", "", "",
     result_shape::value, ""},
}};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < kind_rows.size(); ++i)
    if (static_cast<std::size_t>(kind_rows.at(i).kind) != i) return false;
  return true;
}
static_assert(in_order(), "the rows are in the order of the enumerators");

}  // namespace

std::span<const upload_facts, upload_kind_count> upload_kinds() noexcept {
  return kind_rows;
}

const upload_facts& facts_of(upload_kind kind) noexcept {
  return kind_rows[static_cast<std::size_t>(kind) % upload_kind_count];
}

std::optional<upload_kind> find_upload_kind(std::string_view name) noexcept {
  const auto found = std::ranges::find(kind_rows, name, &upload_facts::name);
  return found == kind_rows.end() ? std::nullopt : std::optional{found->kind};
}

std::string_view to_string(upload_kind kind) noexcept {
  return facts_of(kind).name;
}

}  // namespace vkxx
