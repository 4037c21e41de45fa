#include <vkxx/messages/outgoing.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <vkxx/core/json_text.hpp>

namespace vkxx {
namespace {

// What the message sets itself.
constexpr std::array<std::string_view, 24> own_parameters{"peer_id",
                                                          "peer_ids",
                                                          "user_id",
                                                          "user_ids",
                                                          "chat_id",
                                                          "domain",
                                                          "random_id",
                                                          "message",
                                                          "format_data",
                                                          "keyboard",
                                                          "template",
                                                          "attachment",
                                                          "payload",
                                                          "sticker_id",
                                                          "lat",
                                                          "long",
                                                          "forward",
                                                          "reply_to",
                                                          "forward_messages",
                                                          "dont_parse_links",
                                                          "cmid",
                                                          "disable_mentions",
                                                          "message_id",
                                                          "conversation_message_id"};

void append_problems(std::vector<std::string>& found, std::vector<std::string> more) {
  for (auto& problem : more) found.push_back(std::move(problem));
}

bool is_attachment_name(std::string_view name) {
  return name.find('_') != std::string_view::npos &&
         name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
             std::string_view::npos &&
         (name.front() >= 'a' && name.front() <= 'z');
}

}  // namespace

outgoing::outgoing(rich_text text) : text_{std::move(text)} {}
outgoing::outgoing(std::string text) : text_{std::move(text)} {}
outgoing::outgoing(std::string_view text) : text_{text} {}
outgoing::outgoing(const char* text) : text_{text} {}

outgoing& outgoing::text(rich_text value) {
  text_ = std::move(value);
  return *this;
}

outgoing& outgoing::keyboard(vkxx::keyboard value) {
  keyboard_ = std::move(value);
  return *this;
}

outgoing& outgoing::carousel(vkxx::carousel value) {
  carousel_ = std::move(value);
  template_json_.clear();
  return *this;
}

outgoing& outgoing::template_json(std::string json) {
  template_json_ = std::move(json);
  carousel_.reset();
  return *this;
}

outgoing& outgoing::attach(std::string_view attachment) {
  while (!attachment.empty()) {
    const auto end = std::min(attachment.find(','), attachment.size());
    outgoing_attachment added;
    added.name = attachment.substr(0, end);
    if (!added.name.empty() && !is_attachment_name(added.name)) {
      faults_.push_back("attachment " + json_text(added.name) + ": it is no name such as photo1_2");
    }
    if (!added.name.empty()) attachments_.push_back(std::move(added));
    attachment.remove_prefix(std::min(end + 1, attachment.size()));
  }
  return *this;
}

outgoing& outgoing::attach(const uploaded& attachment) {
  if (attachment.objects().empty()) {
    faults_.push_back("an upload of the kind " + std::string{vkxx::to_string(attachment.kind())} +
                      " is no attachment of a message");
  }
  for (const auto& object : attachment.objects()) attach(object);
  return *this;
}

outgoing& outgoing::attach(const uploaded_object& attachment) {
  return attach(vkxx::to_string(attachment));
}

outgoing& outgoing::add_file(upload_kind kind, upload_source file) {
  outgoing_attachment added;
  added.kind = kind;
  added.file = std::move(file);
  attachments_.push_back(std::move(added));
  return *this;
}

outgoing& outgoing::photo(upload_source file) {
  return add_file(upload_kind::message_photo, std::move(file));
}
outgoing& outgoing::document(upload_source file) {
  return add_file(upload_kind::message_document, std::move(file));
}
outgoing& outgoing::voice(upload_source file) {
  return add_file(upload_kind::audio_message, std::move(file));
}
outgoing& outgoing::graffiti(upload_source file) {
  return add_file(upload_kind::graffiti, std::move(file));
}

outgoing& outgoing::reply(cmid message) {
  reply_ = message;
  replies_ = true;
  return *this;
}
outgoing& outgoing::without_reply() {
  reply_.reset();
  replies_ = false;
  return *this;
}
outgoing& outgoing::reply() {
  reply_.reset();
  replies_ = true;
  return *this;
}

outgoing& outgoing::forward(std::vector<cmid> messages) {
  forwarded_ = forwarded_messages{std::nullopt, std::move(messages)};
  return *this;
}
outgoing& outgoing::forward(peer_id from, std::vector<cmid> messages) {
  forwarded_ = forwarded_messages{from, std::move(messages)};
  return *this;
}

outgoing& outgoing::sticker(sticker_id value) {
  sticker_ = value;
  return *this;
}

outgoing& outgoing::place(double latitude, double longitude) {
  place_ = std::pair{latitude, longitude};
  return *this;
}

outgoing& outgoing::payload(vkxx::payload value) {
  payload_ = std::move(value);
  return *this;
}

outgoing& outgoing::no_link_preview() {
  link_preview_ = false;
  return *this;
}

outgoing& outgoing::no_mentions() {
  mentions_ = false;
  return *this;
}

bool outgoing::has_files() const noexcept {
  return std::any_of(attachments_.begin(), attachments_.end(),
                     [](const auto& attached) { return attached.file.has_value(); });
}

std::vector<std::string> outgoing::problems() const {
  auto found = faults_;
  const auto add = [&found](std::string problem) { found.push_back(std::move(problem)); };
  const bool has_template = carousel_ || !template_json_.empty();
  const bool forwards = forwarded_ && !forwarded_->messages.empty();
  const bool blank = text_.text().find_first_not_of(" \t\r\n") == std::string::npos;
  if (blank && attachments_.empty() && !sticker_ && !place_ && !forwards && !has_template)
    add("the message is empty: it needs a text, an attachment, a sticker, a place or forwarded "
        "messages");
  if (has_template && blank) add("a carousel needs a text");
  append_problems(found, text_.problems());
  if (keyboard_) append_problems(found, keyboard_->problems());
  if (carousel_) append_problems(found, carousel_->problems());
  if (keyboard_ && keyboard_->is_under_message() && has_template)
    add("a keyboard under a message does not go with a carousel, which has buttons of its own");
  if (attachments_.size() > most_attachments) {
    add("the message has " + std::to_string(attachments_.size()) + " attachments; VK takes " +
        std::to_string(most_attachments));
  }
  if (sticker_ && (!text_.empty() || !attachments_.empty()))
    add("a sticker goes without a text and without attachments");
  if (forwarded_ && (!forwards || forwarded_->messages.size() > most_forwarded)) {
    add("the message forwards " + std::to_string(forwarded_->messages.size()) +
        " messages; VK takes 1 to " + std::to_string(most_forwarded));
  }
  if (forwards && replies_) add("a message either replies or forwards: VK has one field for both");
  if (reply_ && reply_->value() <= 0) add("the message to reply to has no number");
  if (place_ && !(std::abs(place_->first) <= 90 && std::abs(place_->second) <= 180))
    add("the place is outside of -90 to 90 and -180 to 180 degrees");
  append_problems(found, payload_.problems(payload::largest_of_message));
  for (const auto& entry : extra_.entries()) {
    if (std::find(own_parameters.begin(), own_parameters.end(), entry.name) != own_parameters.end())
      add("the parameter " + entry.name + " is set by the message itself");
    if (!entry.status) add(entry.status.error().message());
  }
  return found;
}

}  // namespace vkxx
