/// @file
/// The result of an upload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/uploads/upload_kind.hpp>

namespace vkxx {

/// An object that a message or a post can carry, as VK names it: `photo1_2_key`.
/// https://dev.vk.com/method/messages.send
struct uploaded_object {
  std::string type;        ///< `photo`, `doc`, `audio_message`, `video`, `story`, …
  owner_id owner;          ///< a user, or a community (negative)
  std::int64_t id = 0;     ///< within the owner
  std::string access_key;  ///< empty: none
  bool operator==(const uploaded_object&) const = default;
};

/// `photo1_2_key`.
[[nodiscard]] std::string to_string(const uploaded_object& object);

namespace detail {
class uploaded_builder;
}

/// What VK made of the files. Prints as an attachment, and is a parameter of a call:
/// `.set("attachment", photo)`.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class uploaded {
 public:
  /// As what the files were uploaded.
  [[nodiscard]] upload_kind kind() const noexcept { return kind_; }
  /// One for each file, in their order. Empty for kinds that are no attachments.
  [[nodiscard]] const std::vector<uploaded_object>& objects() const noexcept { return objects_; }
  /// Of a kind without attachments: the value that the next method takes, such as `photo` of
  /// `prettyCards.create`, or the number of the object; see `upload_facts::value`. Else empty.
  [[nodiscard]] const std::string& value() const noexcept { return value_; }
  /// The JSON text of the save method's response, exactly as VK wrote it. Of kinds without a save
  /// method: of the upload server's answer, for videos of the server method's response. Empty if
  /// the result comes from a cache.
  [[nodiscard]] const std::string& json() const noexcept { return json_; }
  /// Whether VK may hold a second object like this one: a call of the save method (of kinds without
  /// one, the upload server) gave no answer and was repeated, or a second video was created because
  /// the first address did not work.
  [[nodiscard]] bool maybe_doubled() const noexcept { return maybe_doubled_; }
  /// How many files VK took none of its objects from, without saying so (photos of an album).
  [[nodiscard]] std::size_t missing() const noexcept { return missing_; }
  /// Whether nothing was sent, because an attachment store knew the files.
  [[nodiscard]] bool from_store() const noexcept { return from_store_; }
  /// The objects joined by commas (`photo1_2_key,photo1_3`); of a kind without attachments its
  /// value.
  [[nodiscard]] std::string to_string() const;

 private:
  friend class detail::uploaded_builder;
  explicit uploaded(upload_kind kind) noexcept : kind_{kind} {}

  upload_kind kind_;
  std::vector<uploaded_object> objects_;
  std::string value_;
  std::string json_;
  std::size_t missing_ = 0;
  bool maybe_doubled_ = false;
  bool from_store_ = false;
};

/// The text of a parameter: `to_string()`.
[[nodiscard]] std::string vk_parameter(const uploaded& result);
/// Prints `to_string()`.
std::ostream& operator<<(std::ostream& out, const uploaded& result);

}  // namespace vkxx
