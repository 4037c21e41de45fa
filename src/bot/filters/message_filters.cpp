// The filters of texts and of what messages carry.
#include <algorithm>
#include <utility>

#include <vkxx/bot/filter.hpp>
#include "bot/contexts/bot_run.hpp"
#include "bot/text/pattern.hpp"
#include "bot/values/peers.hpp"
#include "core/text/message_text.hpp"

namespace vkxx::filters {
namespace {

template <class Test>
filter message_filter(Test test) {
  return filter{
      std::function<bool(const bot_context&)>{[test = std::move(test)](const bot_context& context) {
        return context.incoming() != nullptr && test(*context.incoming());
      }}};
}

template <class Test>
filter any_filter(Test test) {
  return filter{std::function<bool(const bot_context&)>{std::move(test)}};
}

// The words behind `/name`; nothing: it is another command, or none. In chats people write to whom
// it goes: `/name@club1`, `/name @club1`; that is none of the words.
std::optional<std::string_view> arguments_of(std::string_view text, const std::string& name,
                                             const std::string& community) {
  if (!text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  auto end = std::size_t{0};
  while (end < text.size() && detail::leading_spaces(text.substr(end)) == 0 &&
         detail::leading_mention(text.substr(end), community) == 0)
    ++end;
  if (detail::folded(text.substr(0, end)) != name) return std::nullopt;
  return detail::without_outer_spaces(detail::without_mention(text.substr(end), community));
}

}  // namespace

filter text_is(std::vector<std::string> words, letters compared) {
  const bool yo = compared == letters::yo_as_ye;
  for (auto& word : words) word = detail::folded(detail::without_outer_spaces(word), yo);
  return message_filter([words = std::move(words), yo](const incoming_message& message) {
    return std::ranges::find(words, detail::folded(message.text(), yo)) != words.end();
  });
}

filter text_is(std::string_view word, letters compared) {
  return text_is(std::vector<std::string>{std::string{word}}, compared);
}

filter text_contains(std::string_view part, letters compared) {
  const bool yo = compared == letters::yo_as_ye;
  return message_filter([part = detail::folded(part, yo), yo](const incoming_message& message) {
    return detail::folded(message.text(), yo).find(part) != std::string::npos;
  });
}

filter has_text() {
  return message_filter([](const incoming_message& message) { return !message.text().empty(); });
}

filter command(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return any_filter([name = detail::folded(name)](const bot_context& context) {
    const auto* message = context.incoming();
    if (message == nullptr) return false;
    const auto community = std::to_string(context.community().value());
    if (const auto words = arguments_of(message->text(), name, community)) {
      context.run().found.set("arguments", std::string{*words});
      return true;
    }
    return !message->payload().slug().empty() && detail::folded(message->payload().slug()) == name;
  });
}

filter pattern(std::string_view form, letters compared) {
  return any_filter([fits = detail::text_pattern{form, compared == letters::yo_as_ye}](
                        const bot_context& context) {
    const auto* message = context.incoming();
    return message != nullptr && fits.match(message->text(), context.run().found);
  });
}

filter payload_is(std::string_view slug) {
  return any_filter([slug = std::string{slug}](const bot_context& context) {
    return context.payload().slug() == slug;
  });
}

filter in_chat() {
  return any_filter([](const bot_context& context) { return detail::is_chat(context.peer()); });
}

filter in_private() {
  return any_filter([](const bot_context& context) {
    return context.peer().value() > 0 && !detail::is_chat(context.peer());
  });
}

filter mentioned() {
  return message_filter(
      [](const incoming_message& message) { return message.mentions_community(); });
}

filter is_reply() {
  return message_filter([](const incoming_message& message) {
    return static_cast<bool>(message.message().reply_message);
  });
}

filter has_attachment(std::string_view type) {
  return message_filter(
      [type = std::string{type}](const incoming_message& message) { return message.has(type); });
}

filter has_photo() {
  return has_attachment("photo");
}

filter has_place() {
  return message_filter(
      [](const incoming_message& message) { return static_cast<bool>(message.message().geo); });
}

filter from(std::vector<owner_id> who) {
  return any_filter([who = std::move(who)](const bot_context& context) {
    return std::ranges::find(who, context.from()) != who.end();
  });
}

filter from(user_id who) {
  return from(std::vector<owner_id>{owner_id{who}});
}

filter action(std::string_view type) {
  return message_filter([type = std::string{type}](const incoming_message& message) {
    const auto& action = message.message().action;
    return action && (type.empty() || action->type.text() == type);
  });
}

}  // namespace vkxx::filters
