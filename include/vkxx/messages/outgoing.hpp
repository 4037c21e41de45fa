/// @file
/// A message to send.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/core/parameters.hpp>
#include <vkxx/messages/carousel.hpp>
#include <vkxx/messages/keyboard.hpp>
#include <vkxx/messages/payload.hpp>
#include <vkxx/messages/rich_text.hpp>
#include <vkxx/uploads/upload_kind.hpp>
#include <vkxx/uploads/upload_source.hpp>
#include <vkxx/uploads/uploaded.hpp>

namespace vkxx {

/// One attachment of a message: an object of VK, or a file that is uploaded when the message is
/// sent.
struct outgoing_attachment {
  std::string name;                               ///< `photo1_2_key`; empty: the file
  upload_kind kind = upload_kind::message_photo;  ///< of the file
  std::optional<upload_source> file;              ///< nothing: an object of VK
};

/// The messages that an outgoing one replies to, or forwards.
struct forwarded_messages {
  std::optional<peer_id> from;  ///< the conversation; nothing: the one it is sent to
  std::vector<cmid> messages;   ///< in order
};

/// A message to send: a text, with everything that VK lets a message carry.
///
/// ```cpp
/// vkxx::outgoing{"What will it be?"}.keyboard(shop).photo(vkxx::file_source{"tea.jpg"})
/// ```
///
/// A longer text than VK takes (4,096 characters, as UTF-16 units) is sent in parts: a reply and
/// forwarded messages go with the first; keyboard, carousel, attachments and place with the last.
/// What VK would refuse does not throw: it is in `problems()`, and sending fails before the
/// network. https://dev.vk.com/method/messages.send
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class outgoing {
 public:
  /// The most attachments of a message.
  static constexpr std::size_t most_attachments = 10;
  /// The most forwarded messages.
  static constexpr std::size_t most_forwarded = 100;

  /// Without a text: for an attachment, a sticker or a place.
  outgoing() = default;
  /// Not explicit: a text is a message.
  outgoing(rich_text text);         // NOLINT(google-explicit-constructor)
  outgoing(std::string text);       // NOLINT(google-explicit-constructor)
  outgoing(std::string_view text);  // NOLINT(google-explicit-constructor)
  outgoing(const char* text);       // NOLINT(google-explicit-constructor)

  /// The text, in place of an earlier one.
  outgoing& text(rich_text value);
  /// A keyboard, in place of an earlier one. Communities only.
  outgoing& keyboard(vkxx::keyboard value);
  /// A carousel, in place of an earlier one. Communities only; the message needs a text.
  outgoing& carousel(vkxx::carousel value);
  /// A template as JSON text, in place of a carousel. It is not checked.
  outgoing& template_json(std::string json);

  /// Adds an object of VK: `photo1_2`, `photo1_2_key`; several are separated by commas.
  outgoing& attach(std::string_view attachment);
  /// Adds what was uploaded. An upload that is no attachment is a problem of the message.
  outgoing& attach(const uploaded& attachment);
  outgoing& attach(const uploaded_object& attachment);
  /// @name Files that are uploaded when the message is sent, several side by side
  /// @{
  /// A picture.
  outgoing& photo(upload_source file);
  /// Any file.
  outgoing& document(upload_source file);
  /// Ogg with Opus.
  outgoing& voice(upload_source file);
  /// A PNG picture with transparency.
  outgoing& graffiti(upload_source file);
  /// @}

  /// Replies to a message of the conversation.
  outgoing& reply(cmid message);
  /// Replies to the message that is being answered. Only where there is one, such as in a handler
  /// of messages; elsewhere sending fails with `errc::invalid_argument`.
  outgoing& reply();
  /// Takes the reply away.
  outgoing& without_reply();
  /// Forwards messages of the conversation, or of another one.
  outgoing& forward(std::vector<cmid> messages);
  outgoing& forward(peer_id from, std::vector<cmid> messages);

  /// A sticker; it goes without a text and without attachments.
  outgoing& sticker(sticker_id value);
  /// A place on the map: degrees, -90 to 90 and -180 to 180.
  outgoing& place(double latitude, double longitude);
  /// What the message itself carries; its receiver gets it as the payload of a message. Up to 1,000
  /// bytes of JSON.
  outgoing& payload(vkxx::payload value);
  /// Links in the text get no preview.
  outgoing& no_link_preview();
  /// Mentions in the text notify nobody.
  outgoing& no_mentions();
  /// Another parameter of `messages.send`, such as `intent` or `expire_ttl`, for each part. Those
  /// of which the message takes care itself are problems of it.
  template <class Value>
  outgoing& set(std::string_view name, const Value& value) {
    extra_.set(name, value);
    return *this;
  }

  [[nodiscard]] const rich_text& text() const noexcept { return text_; }
  [[nodiscard]] const std::optional<vkxx::keyboard>& keyboard() const noexcept { return keyboard_; }
  [[nodiscard]] const std::optional<vkxx::carousel>& carousel() const noexcept { return carousel_; }
  /// Empty: none.
  [[nodiscard]] const std::string& template_json() const noexcept { return template_json_; }
  /// In their order.
  [[nodiscard]] const std::vector<outgoing_attachment>& attachments() const noexcept {
    return attachments_;
  }
  /// Whether there are files to upload.
  [[nodiscard]] bool has_files() const noexcept;
  /// The message that it replies to.
  [[nodiscard]] std::optional<cmid> reply_target() const noexcept { return reply_; }
  /// Whether it replies to the message that is being answered, which is not known yet.
  [[nodiscard]] bool replies_to_incoming() const noexcept { return replies_ && !reply_; }
  /// Nothing: nothing is forwarded.
  [[nodiscard]] const std::optional<forwarded_messages>& forwarded() const noexcept {
    return forwarded_;
  }
  [[nodiscard]] std::optional<sticker_id> sticker() const noexcept { return sticker_; }
  /// Latitude and longitude.
  [[nodiscard]] const std::optional<std::pair<double, double>>& place() const noexcept {
    return place_;
  }
  [[nodiscard]] const vkxx::payload& payload() const noexcept { return payload_; }
  /// Whether links get a preview.
  [[nodiscard]] bool link_preview() const noexcept { return link_preview_; }
  /// Whether mentions notify.
  [[nodiscard]] bool mentions() const noexcept { return mentions_; }
  /// Those that `set` added.
  [[nodiscard]] const parameters& extra() const noexcept { return extra_; }

  /// What VK would refuse, in words; empty: nothing. A long text is none: it is sent in parts.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  outgoing& add_file(upload_kind kind, upload_source file);

  rich_text text_;
  std::optional<vkxx::keyboard> keyboard_;
  std::optional<vkxx::carousel> carousel_;
  std::string template_json_;
  std::vector<outgoing_attachment> attachments_;
  std::optional<cmid> reply_;
  bool replies_ = false;
  std::optional<forwarded_messages> forwarded_;
  std::optional<sticker_id> sticker_;
  std::optional<std::pair<double, double>> place_;
  vkxx::payload payload_;
  bool link_preview_ = true;
  bool mentions_ = true;
  parameters extra_;
  std::vector<std::string> faults_;
};

}  // namespace vkxx
