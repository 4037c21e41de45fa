#include <vkxx/bot_testing/person.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include <vkxx/bot_testing/bot_fixture.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include "core/text/number.hpp"

namespace vkxx::bot_testing {
namespace {

// The smallest PNG.
constexpr unsigned char smallest_picture[] = {
    0x89, 'P',  'N',  'G',  0x0D, 0x0A, 0x1A, 0x0A, 0,    0,    0,    0x0D, 'I',  'H',
    'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    6,    0,    0,
    0,    0x1F, 0x15, 0xC4, 0x89, 0,    0,    0,    0x0D, 'I',  'D',  'A',  'T',  0x78,
    0x9C, 0x63, 0xF8, 0xFF, 0xFF, 0xFF, 0x7F, 0,    9,    0xFB, 3,    0xFD, 5,    0x43,
    0x45, 0xCA, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xAE, 0x42, 0x60, 0x82};

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    encoded += '%';
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 15U];
  }
  return encoded;
}

std::string to(peer_id peer) {
  return "\"to\":" + std::to_string(peer.value());
}

cmid number_in(const std::string& answer) {
  const auto member = json_member(answer, "cmid").value_or("0");
  return cmid{vkxx::detail::parse_number<std::int64_t>(member).value_or(0)};
}

}  // namespace

person person::in(peer_id chat) const {
  auto there = *this;
  there.peer_ = chat;
  return there;
}

std::string person::act(std::string_view action, const std::string& body) {
  world_->settle();
  auto answer = world_->control(
      "POST", "people/" + std::to_string(id_.value()) + "/" + std::string{action}, body);
  world_->settle();
  return answer;
}

void person::acts(std::string_view action, std::string json) {
  act(action, json);
}

cmid person::says(std::string_view text) {
  return number_in(act("say", "{" + to(peer_) + ",\"text\":" + json_text(text) + "}"));
}

cmid person::replies(cmid message, std::string_view text) {
  return number_in(act("say", "{" + to(peer_) + ",\"text\":" + json_text(text) +
                                  ",\"reply_to\":" + std::to_string(message.value()) + "}"));
}

void person::presses(std::string_view label) {
  world_->settle();
  const auto seen = messages();
  const auto has_it = [label](const seen_message& message) {
    return std::ranges::find(message.buttons(), label) != message.buttons().end();
  };
  const auto found = std::find_if(seen.rbegin(), seen.rend(), has_it);
  std::string body = "{" + to(peer_) + ",\"label\":" + json_text(label);
  const bool under_message =
      found != seen.rend() &&
      (found->json().find("\"template\"") != std::string::npos ||
       json_member(json_member(found->json(), "keyboard").value_or("{}"), "inline") == "true");
  if (under_message) body += ",\"cmid\":" + std::to_string(found->number().value());
  const auto answer = act("press", body + "}");
  press_ = json_string_value(json_member(answer, "event_id").value_or("\"\""));
}

void person::reads() {
  act("read", "{" + to(peer_) + "}");
}

void person::edits(cmid message, std::string_view text) {
  act("edit", "{" + to(peer_) + ",\"cmid\":" + std::to_string(message.value()) +
                  ",\"text\":" + json_text(text) + "}");
}

void person::reacts(int reaction) {
  act("react", "{" + to(peer_) + ",\"cmid\":" + std::to_string(last().number().value()) +
                   ",\"reaction_id\":" + std::to_string(reaction) + "}");
}

cmid person::sends_photo(std::string_view text) {
  const std::string picture{reinterpret_cast<const char*>(smallest_picture),
                            sizeof smallest_picture};
  auto action = "send_file?kind=photo&name=photo.png&to=" + std::to_string(peer_.value());
  if (!text.empty()) action += "&text=" + percent_encoded(text);
  return number_in(act(action, picture));
}

void person::joins() {
  act("join", "{\"community\":" + std::to_string(world_->community().value()) + "}");
}

void person::leaves() {
  act("leave", "{\"community\":" + std::to_string(world_->community().value()) + "}");
}

void person::blocks() {
  act("deny", "{\"community\":" + std::to_string(world_->community().value()) + "}");
}

void person::uses_old_client() {
  world_->control("POST", "people/" + std::to_string(id_.value()), "{\"client\":\"no_callback\"}");
}

std::vector<seen_message> person::messages() const {
  const auto answer =
      world_->control("GET", "people/" + std::to_string(id_.value()) + "/conversations/" +
                                 std::to_string(peer_.value()) + "/messages?count=200");
  std::vector<seen_message> seen;
  for (const auto item : json_elements(json_member(answer, "items").value_or("[]")))
    seen.emplace_back(std::string{item});
  return seen;
}

seen_message person::last() const {
  const auto seen = messages();
  for (auto message = seen.rbegin(); message != seen.rend(); ++message) {
    if (message->from() == owner_id{world_->community()}) return *message;
  }
  throw std::runtime_error{"the bot has written nothing to user " + std::to_string(id_.value())};
}

std::vector<std::string> person::answers() const {
  std::vector<std::string> texts;
  for (const auto& message : messages()) {
    if (message.from() == owner_id{world_->community()}) texts.push_back(message.text());
  }
  return texts;
}

std::string person::event_data() const {
  const auto writes = world_->emulator().journal();
  for (auto write = writes.rbegin(); write != writes.rend(); ++write) {
    if (write->method != "messages.sendMessageEventAnswer") continue;
    std::optional<std::string> data;
    bool mine = false;
    for (const auto& [name, value] : write->parameters) {
      if (name == "event_id") mine = value == press_;
      if (name == "event_data") data = value;
    }
    if (mine && !press_.empty()) return data.value_or("{}");
  }
  return {};
}

std::string person::snackbar() const {
  const auto data = event_data();
  return json_string_value(json_member(data, "text").value_or(""));
}

std::string person::opened_link() const {
  const auto data = event_data();
  return json_string_value(json_member(data, "link").value_or(""));
}

bool person::press_answered() const {
  return !event_data().empty();
}

}  // namespace vkxx::bot_testing
