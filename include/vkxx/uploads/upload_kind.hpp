/// @file
/// The kinds of upload: one row of facts for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <vkxx/core/token_kind.hpp>

namespace vkxx {

/// A place at VK that takes files. https://dev.vk.com/api/upload/overview
enum class upload_kind : std::uint8_t {
  album_photo,         ///< photos of an album, up to five at once
  wall_photo,          ///< a photo for a post
  message_photo,       ///< a photo for a message
  owner_photo,         ///< the main photo of a user or a community
  chat_photo,          ///< the photo of a chat
  cover_photo,         ///< the cover of a community
  market_photo,        ///< a photo of goods, by the methods that VK removed from version 5.199
  product_photo,       ///< a photo of goods
  product_photos,      ///< photos of goods, up to five at once
  market_album_photo,  ///< the photo of a collection of goods
  document,            ///< a document
  wall_document,       ///< a document for a post
  message_document,    ///< a document for a message
  audio_message,       ///< a voice message
  graffiti,            ///< a drawing for a message
  video,               ///< a video
  video_link,          ///< a video on another site
  video_thumb,         ///< the thumbnail of a video
  story_photo,         ///< a story with a photo
  story_video,         ///< a story with a video
  poll_photo,          ///< the background of a poll
  app_widget_image,    ///< an image for widgets, in the collection of an app
  group_widget_image,  ///< an image for widgets, in the collection of a community
  pretty_card_photo,   ///< the picture of a card of a carousel
  lead_form_photo,     ///< the picture of a lead form
  ads_photo,           ///< the picture of an advertisement
  ads_video,           ///< the video of an advertisement
  audio,               ///< an audio track; VK offers the methods to few apps
  speech,              ///< a recording for speech recognition
  skill_picture,       ///< a picture of a voice skill
  skill_sound,         ///< a sound of a voice skill
  build,               ///< a build for VK Testers
};

/// What an upload server takes.
enum class upload_media : std::uint8_t { picture, video, sound, anything, nothing };

/// The shape of what the save method returns.
enum class upload_result : std::uint8_t {
  photos,    ///< photos in a list
  typed,     ///< an object under the name of its type: `{"type": "doc", "doc": {…}}`
  products,  ///< `{photo_id, photo}`, or a list of these
  stories,   ///< stories in `items`
  audio,     ///< an audio track
  video,     ///< the video that the server method named
  value,     ///< no attachment: a value, at `upload_facts::value`
};

/// The facts of a kind. Lists of names are separated by blanks.
struct upload_facts {
  upload_kind kind;                ///< whose facts these are
  std::string_view name;           ///< that of the enumerator
  std::string_view server_method;  ///< returns the address of the upload server
  std::string_view fixed;          ///< a parameter that selects the kind: `type=graffiti`
  std::string_view parameters;     ///< of the server method; `*` marks the required ones
  std::string_view address;      ///< the member with the address; empty: the answer is the address
  token_kinds tokens;            ///< that VK accepts
  std::string_view fields;       ///< of the form, one for each file
  std::string_view form_fields;  ///< texts that the form may have in addition
  upload_media media;            ///< what the file holds
  std::uint64_t max_size;        ///< bytes of a file, as documented
  std::uint32_t min_width;       ///< pixels; 0: any
  std::uint32_t min_height;      ///< pixels; 0: any
  /// What the save method takes from the answer of the upload server: `name`, `?name` (if it is
  /// there), `name=member`, `name=*` (the whole text), `name=64*` (the whole text as Base64),
  /// `name={}member` (an object as text).
  std::string_view values;
  std::string_view save_method;      ///< empty: none
  std::string_view save_parameters;  ///< in addition to the values
  upload_result result;              ///< what VK answers in the end
  std::string_view value;            ///< the member of the result that `uploaded::value` returns
};

/// The number of kinds.
inline constexpr std::size_t upload_kind_count = 32;

/// The facts of all kinds, in the order of the enumerators.
[[nodiscard]] std::span<const upload_facts, upload_kind_count> upload_kinds() noexcept;
/// The facts of a kind. `kind` must be an enumerator.
[[nodiscard]] const upload_facts& facts_of(upload_kind kind) noexcept;
/// The kind with this name, such as `wall_photo`; nothing: there is none.
[[nodiscard]] std::optional<upload_kind> find_upload_kind(std::string_view name) noexcept;
/// The name of the kind, such as `wall_photo`.
[[nodiscard]] std::string_view to_string(upload_kind kind) noexcept;

}  // namespace vkxx
