/// @file
/// A function for each kind of upload.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/uploads/upload_kind.hpp>
#include <vkxx/uploads/upload_options.hpp>
#include <vkxx/uploads/upload_source.hpp>

namespace vkxx {

/// The functions that `uploads` and `blocking_uploads` have in common. Each is `run` with the kind
/// of its name; see there for completion, errors and the rest. `Outcome` is what `run` returns.
/// Parameters that are not arguments here are set by `upload_options::set`.
template <class Self, class Outcome>
class upload_functions {
 public:
  /// @name Messages
  /// Without a peer the file goes to the hidden album of the token's owner: for one that is sent to
  /// many.
  /// @{
  /// A photo to attach to a message.
  [[nodiscard]] Outcome message_photo(upload_source file, std::optional<peer_id> peer = {},
                                      upload_options options = {}) const {
    return one(upload_kind::message_photo, std::move(file),
               std::move(options.set("peer_id", peer)));
  }
  /// A document to attach to a message.
  [[nodiscard]] Outcome message_document(upload_source file, std::optional<peer_id> peer = {},
                                         upload_options options = {}) const {
    return one(upload_kind::message_document, std::move(file),
               std::move(options.set("peer_id", peer)));
  }
  /// `file`: Ogg with Opus.
  [[nodiscard]] Outcome audio_message(upload_source file, std::optional<peer_id> peer = {},
                                      upload_options options = {}) const {
    return one(upload_kind::audio_message, std::move(file),
               std::move(options.set("peer_id", peer)));
  }
  /// `file`: a PNG picture with transparency.
  [[nodiscard]] Outcome graffiti(upload_source file, std::optional<peer_id> peer = {},
                                 upload_options options = {}) const {
    return one(upload_kind::graffiti, std::move(file), std::move(options.set("peer_id", peer)));
  }
  /// Becomes the photo of the chat at once.
  [[nodiscard]] Outcome chat_photo(upload_source file, chat_id chat,
                                   upload_options options = {}) const {
    return one(upload_kind::chat_photo, std::move(file), std::move(options.set("chat_id", chat)));
  }
  /// @}

  /// @name Walls
  /// Without a community: for the wall of the token's user.
  /// @{
  /// A photo to attach to a post or a comment.
  [[nodiscard]] Outcome wall_photo(upload_source file, std::optional<group_id> community = {},
                                   upload_options options = {}) const {
    return one(upload_kind::wall_photo, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// A document to attach to a post or a comment.
  [[nodiscard]] Outcome wall_document(upload_source file, std::optional<group_id> community = {},
                                      upload_options options = {}) const {
    return one(upload_kind::wall_document, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// @}

  /// @name Albums, documents, videos, audio
  /// @{
  /// One to five photos in one request.
  [[nodiscard]] Outcome album_photos(std::vector<upload_source> files, album_id album,
                                     std::optional<group_id> community = {},
                                     upload_options options = {}) const {
    options.set("album_id", album).set("group_id", community);
    return self().run(upload_kind::album_photo, std::move(files), std::move(options));
  }
  /// One photo of an album.
  [[nodiscard]] Outcome album_photo(upload_source file, album_id album,
                                    std::optional<group_id> community = {},
                                    upload_options options = {}) const {
    options.set("album_id", album).set("group_id", community);
    return one(upload_kind::album_photo, std::move(file), std::move(options));
  }
  /// A document of the user or the community.
  [[nodiscard]] Outcome document(upload_source file, std::optional<group_id> community = {},
                                 upload_options options = {}) const {
    return one(upload_kind::document, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// VK processes the video after the upload; until then it cannot be watched.
  [[nodiscard]] Outcome video(upload_source file, std::string_view name,
                              std::optional<group_id> community = {},
                              upload_options options = {}) const {
    options.set("name", name).set("group_id", community);
    return one(upload_kind::video, std::move(file), std::move(options));
  }
  /// A video of another site, by its address.
  [[nodiscard]] Outcome video_link(std::string_view link, std::optional<group_id> community = {},
                                   upload_options options = {}) const {
    options.set("link", link).set("group_id", community);
    return self().run(upload_kind::video_link, std::vector<upload_source>{}, std::move(options));
  }
  /// A picture for a video, which becomes its thumbnail if the parameter `set_thumb` is 1.
  [[nodiscard]] Outcome video_thumb(upload_source file, owner_id owner, video_id video,
                                    upload_options options = {}) const {
    options.set("owner_id", owner).set("video_id", video);
    return one(upload_kind::video_thumb, std::move(file), std::move(options));
  }
  /// An MP3 file; the method is not in VK's public schema.
  [[nodiscard]] Outcome audio(upload_source file, std::string_view artist, std::string_view title,
                              upload_options options = {}) const {
    options.set("artist", artist).set("title", title);
    return one(upload_kind::audio, std::move(file), std::move(options));
  }
  /// @}

  /// @name Users and communities
  /// @{
  /// Becomes the main photo at once. `owner`: of another than the token's user. The parameter
  /// `_square_crop` (`x,y,width`) selects its thumbnail.
  [[nodiscard]] Outcome owner_photo(upload_source file, std::optional<owner_id> owner = {},
                                    upload_options options = {}) const {
    return one(upload_kind::owner_photo, std::move(file),
               std::move(options.set("owner_id", owner)));
  }
  /// Becomes the community's cover at once; the parameters `crop_x` to `crop_y2` select a part.
  [[nodiscard]] Outcome cover_photo(upload_source file, group_id community,
                                    upload_options options = {}) const {
    return one(upload_kind::cover_photo, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// Stories need one of the parameters `add_to_news` and `user_ids`.
  [[nodiscard]] Outcome story_photo(upload_source file, upload_options options) const {
    return one(upload_kind::story_photo, std::move(file), std::move(options));
  }
  /// As `story_photo`, of a video.
  [[nodiscard]] Outcome story_video(upload_source file, upload_options options) const {
    return one(upload_kind::story_video, std::move(file), std::move(options));
  }
  /// A background for a poll.
  [[nodiscard]] Outcome poll_photo(upload_source file, std::optional<owner_id> owner = {},
                                   upload_options options = {}) const {
    return one(upload_kind::poll_photo, std::move(file), std::move(options.set("owner_id", owner)));
  }
  /// @}

  /// @name Goods
  /// @{
  /// A photo of a product.
  [[nodiscard]] Outcome product_photo(upload_source file, group_id community,
                                      upload_options options = {}) const {
    return one(upload_kind::product_photo, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// One to five photos in one request.
  [[nodiscard]] Outcome product_photos(std::vector<upload_source> files, group_id community,
                                       upload_options options = {}) const {
    return self().run(upload_kind::product_photos, std::move(files),
                      std::move(options.set("group_id", community)));
  }
  /// By the methods that VK removed from version 5.199: set an older one (`config::v`).
  [[nodiscard]] Outcome market_photo(upload_source file, group_id community,
                                     upload_options options = {}) const {
    return one(upload_kind::market_photo, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// A picture of a collection of products.
  [[nodiscard]] Outcome market_album_photo(upload_source file, group_id community,
                                           upload_options options = {}) const {
    return one(upload_kind::market_album_photo, std::move(file),
               std::move(options.set("group_id", community)));
  }
  /// @}

  /// @name Widgets, advertisements, voice skills, tests
  /// @{
  /// `image_type`: `24x24`, `50x50`, `160x160`, `160x240` or `510x128`; the picture has three times
  /// that size.
  [[nodiscard]] Outcome app_widget_image(upload_source file, std::string_view image_type,
                                         upload_options options = {}) const {
    return one(upload_kind::app_widget_image, std::move(file),
               std::move(options.set("image_type", image_type)));
  }
  /// As `app_widget_image`, for the collection of the community whose token it is.
  [[nodiscard]] Outcome group_widget_image(upload_source file, std::string_view image_type,
                                           upload_options options = {}) const {
    return one(upload_kind::group_widget_image, std::move(file),
               std::move(options.set("image_type", image_type)));
  }
  /// A picture of a card; the value goes to `prettyCards.create`.
  [[nodiscard]] Outcome pretty_card_photo(upload_source file, upload_options options = {}) const {
    return one(upload_kind::pretty_card_photo, std::move(file), std::move(options));
  }
  /// The cover of a form; the value goes to `leadForms.create`.
  [[nodiscard]] Outcome lead_form_photo(upload_source file, upload_options options = {}) const {
    return one(upload_kind::lead_form_photo, std::move(file), std::move(options));
  }
  /// `ad_format`: 1, 2, 4, 7, 10 or 11.
  [[nodiscard]] Outcome ads_photo(upload_source file, int ad_format,
                                  upload_options options = {}) const {
    return one(upload_kind::ads_photo, std::move(file),
               std::move(options.set("ad_format", ad_format)));
  }
  /// A video for an advertisement.
  [[nodiscard]] Outcome ads_video(upload_source file, upload_options options = {}) const {
    return one(upload_kind::ads_video, std::move(file), std::move(options));
  }
  /// `model`: `neutral` or `spontaneous`. The value is the `task_id` for `asr.checkStatus`.
  [[nodiscard]] Outcome speech(upload_source file, std::string_view model,
                               upload_options options = {}) const {
    return one(upload_kind::speech, std::move(file), std::move(options.set("model", model)));
  }
  /// A picture for a voice skill.
  [[nodiscard]] Outcome skill_picture(upload_source file, upload_options options = {}) const {
    return one(upload_kind::skill_picture, std::move(file), std::move(options));
  }
  /// A sound for a voice skill.
  [[nodiscard]] Outcome skill_sound(upload_source file, upload_options options = {}) const {
    return one(upload_kind::skill_sound, std::move(file), std::move(options));
  }
  /// A build of a product that is being tested.
  [[nodiscard]] Outcome build(upload_source file, product_id product,
                              upload_options options = {}) const {
    return one(upload_kind::build, std::move(file), std::move(options.set("product_id", product)));
  }
  /// @}

 protected:
  upload_functions() = default;
  upload_functions(const upload_functions&) = default;
  upload_functions(upload_functions&&) = default;
  upload_functions& operator=(const upload_functions&) = default;
  upload_functions& operator=(upload_functions&&) = default;
  ~upload_functions() = default;

 private:
  [[nodiscard]] const Self& self() const noexcept { return static_cast<const Self&>(*this); }
  [[nodiscard]] Outcome one(upload_kind kind, upload_source file, upload_options options) const {
    std::vector<upload_source> files;
    files.push_back(std::move(file));
    return self().run(kind, std::move(files), std::move(options));
  }
};

}  // namespace vkxx
