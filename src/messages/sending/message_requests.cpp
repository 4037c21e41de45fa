#include "messages/sending/message_requests.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::detail {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// VK takes no message of white space alone.
std::vector<rich_text> parts_of(const rich_text& text) {
  auto parts = text.split();
  if (parts.size() < 2) return parts;
  std::erase_if(parts, [](const rich_text& part) { return is_blank(part.text()); });
  if (parts.empty()) parts.emplace_back();
  return parts;
}

std::string numbers(const std::vector<cmid>& messages) {
  std::string list;
  for (const auto message : messages) {
    if (!list.empty()) list += ',';
    list += vk_parameter(message);
  }
  return list;
}

void set_text(request& call, const rich_text& text) {
  if (!text.empty()) call.set("message", text.text());
  if (const auto format = text.format_data(); !format.empty()) call.set("format_data", format);
}

void set_flags(request& call, const outgoing& message) {
  if (!message.link_preview()) call.set("dont_parse_links", true);
  if (!message.mentions()) call.set("disable_mentions", true);
  for (const auto& entry : message.extra().entries())
    if (entry.text) call.set(entry.name, *entry.text);
}

// What goes with the first part.
void set_references(request& call, std::optional<peer_id> peer, const outgoing& message) {
  std::optional<peer_id> from = peer;
  std::string list;
  if (const auto target = message.reply_target()) {
    list = vk_parameter(*target);
  } else if (const auto& forwarded = message.forwarded()) {
    if (forwarded->from) from = forwarded->from;
    list = numbers(forwarded->messages);
  }
  if (list.empty() || !from) return;
  auto json =
      R"({"peer_id":)" + vk_parameter(*from) + ",\"conversation_message_ids\":[" + list + ']';
  if (message.reply_target()) json += ",\"is_reply\":true";
  call.set("forward", json + '}');
}

// What goes with the last part.
void set_content(request& call, const outgoing& message,
                 const std::vector<std::string>& attachments) {
  if (!attachments.empty()) call.set("attachment", attachments);
  if (message.keyboard()) call.set("keyboard", message.keyboard()->to_json());
  if (message.carousel()) call.set("template", message.carousel()->to_json());
  if (!message.template_json().empty()) call.set("template", message.template_json());
  if (const auto json = message.payload().to_json(); !json.empty()) call.set("payload", json);
  if (const auto& place = message.place()) call.set("lat", place->first).set("long", place->second);
  if (message.sticker()) call.set("sticker_id", *message.sticker());
}

}  // namespace

std::optional<error> refusal_of(const outgoing& message, std::string_view action) {
  auto problems = message.problems();
  if (message.replies_to_incoming()) {
    problems.emplace_back(
        "reply() needs a message that is being answered, and there is none here: use reply(cmid)");
  }
  if (problems.empty()) return std::nullopt;
  auto text = std::string{action};
  for (std::size_t index = 0; index < problems.size(); ++index)
    text += (index == 0 ? ": " : "; ") + problems[index];
  error refusal{errc::invalid_argument, request_effect::not_sent, std::move(text)};
  return refusal;
}

std::vector<std::string> names_of_attachments(const outgoing& message) {
  std::vector<std::string> names;
  for (const auto& attached : message.attachments()) {
    names.push_back(attached.file
                        ? std::string{to_string(attached.kind)} + ':' + attached.file->filename()
                        : attached.name);
  }
  return names;
}

std::vector<request> send_requests(std::optional<peer_id> peer, const outgoing& message,
                                   const std::vector<std::string>& attachments) {
  std::vector<request> calls;
  for (const auto& part : parts_of(message.text())) {
    auto& call = calls.emplace_back("messages.send");
    set_text(call, part);
    set_flags(call, message);
  }
  set_references(calls.front(), peer, message);
  set_content(calls.back(), message, attachments);
  return calls;
}

request edit_request(const sent_message& target, const outgoing& message,
                     const std::vector<std::string>& attachments) {
  request call{"messages.edit"};
  call.set("peer_id", target.peer);
  if (target.cmid != 0) {
    call.set("cmid", target.cmid);
  } else {
    call.set("message_id", target.id);
  }
  set_text(call, message.text());
  set_flags(call, message);
  set_content(call, message, attachments);
  call.set("keep_forward_messages", true).set("keep_snippets", message.link_preview());
  return call;
}

std::size_t count_of_parts(const outgoing& message) {
  return parts_of(message.text()).size();
}

bool has_parts(const outgoing& message) {
  return count_of_parts(message) > 1;
}

}  // namespace vkxx::detail
