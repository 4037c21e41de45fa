/// @file
/// Photos, documents, videos and the other things that messages and posts can carry.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/files/content/stored_file.hpp"
#include "emulator/world/content/attachment_book.hpp"

namespace vkxx::emulation::detail {

struct attachment {
  std::string type;  ///< `photo`, `doc`, `graffiti`, `audio_message`, `video`, `story`, `audio`.
  std::int64_t owner = 0;
  std::int64_t id = 0;       ///< 0: given by the registry.
  std::string key;           ///< The access key; given by the registry if empty.
  std::int64_t creator = 0;  ///< Who uploaded it: a user, or a community, negative.
  std::int64_t date = 0;
  std::int64_t album = 0;
  bool open = false;  ///< Seen without the key.
  std::string title;
  std::string text;  ///< A caption or a description.
  std::string artist;
  std::vector<std::string> tags;
  std::string extension;
  bool moving = false;  ///< A story with a video.
  std::optional<double> latitude;
  std::optional<double> longitude;
  std::shared_ptr<const stored_file> content;  ///< Null: a video without its file.
};

enum class attachment_access { visible, unknown, hidden };

/// All attachments of the world. The oldest are dropped when there are more than `limit`.
class attachment_registry {
 public:
  static constexpr std::size_t limit = 50'000;

  /// @param seed of the access keys.
  explicit attachment_registry(std::uint64_t seed) : seed_{seed} {}

  const attachment& add(attachment value);
  /// The number of an attachment of this type that is yet to be added.
  [[nodiscard]] std::int64_t next_id(std::string_view type);
  /// Null: unknown. Graffiti and voice messages are also found as `doc`.
  [[nodiscard]] const attachment* find(const attachment_name& name) const;
  [[nodiscard]] attachment* change(const attachment_name& name);
  /// @return whether there was one of exactly this type.
  bool remove(const attachment_name& name);
  /// Whether it exists, and the viewer may see it: it is open, their own, or the name has its key.
  /// @param viewer a user, or a community, negative.
  [[nodiscard]] attachment_access access(const attachment_name& name, std::int64_t viewer) const;
  /// Those of an owner in the order of their ids.
  [[nodiscard]] std::vector<const attachment*> of_owner(std::string_view type,
                                                        std::int64_t owner) const;
  /// `{"type": "photo", "photo": {…}}` as messages show it; nothing: unknown.
  [[nodiscard]] std::optional<boost::json::object> shown(const attachment_name& name,
                                                         std::string_view base_url) const;
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  template <class>
  friend struct saved_part;

  std::uint64_t seed_;
  std::map<attachment_name, attachment> items_;
  std::deque<attachment_name> order_;
  std::map<std::string, std::int64_t, std::less<>> last_ids_;
  std::uint64_t dropped_ = 0;
};

/// Each as VK's schema describes it; addresses begin with `base_url`.
[[nodiscard]] boost::json::object photo_object(const attachment& value, std::string_view base_url);
[[nodiscard]] boost::json::object document_object(const attachment& value,
                                                  std::string_view base_url);
[[nodiscard]] boost::json::object audio_message_object(const attachment& value,
                                                       std::string_view base_url);
[[nodiscard]] boost::json::object graffiti_object(const attachment& value,
                                                  std::string_view base_url);
[[nodiscard]] boost::json::object video_object(const attachment& value, std::string_view base_url);
[[nodiscard]] boost::json::object story_object(const attachment& value, std::string_view base_url);
[[nodiscard]] boost::json::object audio_object(const attachment& value, std::string_view base_url);
/// The one of these for the attachment's type.
[[nodiscard]] boost::json::object attachment_object(const attachment& value,
                                                    std::string_view base_url);
/// `[{url, width, height}]`, from small to large.
[[nodiscard]] boost::json::array image_list(const attachment& value, std::string_view base_url);
/// The address of its file.
[[nodiscard]] std::string file_url(const attachment& value, std::string_view base_url);

}  // namespace vkxx::emulation::detail
