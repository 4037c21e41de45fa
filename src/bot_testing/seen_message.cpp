#include <vkxx/bot_testing/seen_message.hpp>

#include <optional>
#include <string_view>

#include <vkxx/core/json_parts.hpp>
#include "core/text/number.hpp"

namespace vkxx::bot_testing {
namespace {

std::int64_t number_of(std::string_view json, std::string_view name) {
  const auto member = json_member(json, name);
  return member ? vkxx::detail::parse_number<std::int64_t>(*member).value_or(0) : 0;
}

void add_labels(std::string_view rows, std::vector<std::string>& labels) {
  for (const auto row : json_elements(rows)) {
    // A card of a carousel has its buttons in a list.
    const auto inner = json_member(row, "buttons").value_or(row);
    for (const auto button : json_elements(inner)) {
      const auto action = json_member(button, "action").value_or("{}");
      if (const auto label = json_member(action, "label"))
        labels.push_back(json_string_value(*label));
    }
  }
}

}  // namespace

seen_message::seen_message(std::string json) : json_{std::move(json)} {
  text_ = json_string_value(json_member(json_, "text").value_or(""));
  number_ = cmid{number_of(json_, "conversation_message_id")};
  from_ = owner_id{number_of(json_, "from_id")};
  if (const auto reply = json_member(json_, "reply_message"))
    replies_to_ = cmid{number_of(*reply, "conversation_message_id")};
  if (const auto keyboard = json_member(json_, "keyboard"))
    add_labels(json_member(*keyboard, "buttons").value_or("[]"), buttons_);
  if (const auto cards = json_member(json_, "template"))
    add_labels(json_member(*cards, "elements").value_or("[]"), buttons_);
  for (const auto attachment : json_elements(json_member(json_, "attachments").value_or("[]")))
    attachments_.push_back(json_string_value(json_member(attachment, "type").value_or("")));
}

}  // namespace vkxx::bot_testing
