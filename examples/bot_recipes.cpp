// Recipes for bots, each a function that adds its handlers.
#include "bot_recipes.hpp"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/messages.hpp>
#include <vkxx/updates/event_types.hpp>

namespace asio = boost::asio;
namespace filters = vkxx::filters;

namespace recipes {

// 1. A command with words after it.
void say(vkxx::bot& bot) {
  bot.on_command("say", [](const vkxx::message_context& m) {
    return m.arguments().empty() ? std::string{"Say what?"} : m.arguments();
  });
}

// 2. A text with open parts.
void introduce(vkxx::bot& bot) {
  bot.on_pattern("my name is <name> and I am <age:int>",
                 [](const vkxx::incoming_message&, const vkxx::captures& parts) {
                   const auto next = std::to_string(parts.number("age") + 1);
                   return parts.text("name") + ", next year you will be " + next;
                 });
}

// 3. A keyboard in place of the user's own.
void menu(vkxx::bot& bot) {
  auto keys = vkxx::keyboard::persistent();
  keys.text("Tea").text("Coffee").row().text("Close", vkxx::color::negative);
  bot.on_command("menu", [keys] { return vkxx::outgoing{"What will it be?"}.keyboard(keys); });
  bot.on_text("close", [] { return vkxx::outgoing{"Closed"}.keyboard(vkxx::keyboard::none()); });
}

// 4. Buttons that change their message.
vkxx::outgoing page(std::int64_t number) {
  auto keys = vkxx::keyboard::under_message();
  if (number > 1) keys.callback("Back", vkxx::payload{"page"}.set("number", number - 1));
  keys.callback("Next", vkxx::payload{"page"}.set("number", number + 1));
  return vkxx::outgoing{"Page " + std::to_string(number)}.keyboard(keys);
}

void pages(vkxx::bot& bot) {
  bot.on_command("pages", [] { return page(1); });
  bot.on_button("page", [](vkxx::button_context b) -> asio::awaitable<void> {
    const auto number = b.payload().number("number").value_or(1);
    co_await b.edit(page(number));
  });
}

// 5. A short notice for a pressed button.
void like(vkxx::bot& bot) {
  auto keys = vkxx::keyboard::under_message();
  keys.callback("Like", vkxx::payload{"like"}, vkxx::color::positive);
  bot.on_command("like", [keys] { return vkxx::outgoing{"Do you like it?"}.keyboard(keys); });
  bot.on_button("like", [](vkxx::button_context b) -> asio::awaitable<void> {
    co_await b.snackbar("Thank you!");
  });
}

// 6. Cards side by side.
void catalogue(vkxx::bot& bot) {
  vkxx::carousel cards;
  for (const char* name : {"Tea", "Coffee"}) {
    vkxx::carousel_element card{name, "Fresh today"};
    card.add(vkxx::button::text("Buy", vkxx::payload{"buy"}.set("item", name)));
    cards.add(card);
  }
  bot.on_command("catalogue", [cards] { return vkxx::outgoing{"We have:"}.carousel(cards); });
  bot.on_button("buy", [](vkxx::button_context b) -> asio::awaitable<void> {
    co_await b.answer("On its way: " + b.payload().text("item"));
  });
}

// 7. A file made by the program.
void report(vkxx::bot& bot) {
  bot.on_command("report", [] {
    return vkxx::outgoing{"Your report"}.document(
        vkxx::memory_source{"report.csv", "day,visits\nmonday,12\n"});
  });
}

// 8. Formatting.
void price(vkxx::bot& bot) {
  bot.on_command("price", [] {
    return vkxx::outgoing{
        vkxx::rich_text{}.bold("Tea").plain(": 100, ").link("order", "https://example.org/tea")};
  });
}

// 9. A reply to the message itself.
void quote(vkxx::bot& bot) {
  bot.on_text("quote me", [] { return vkxx::outgoing{"Quoted"}.reply(); });
}

// 10. Who joins a chat is greeted.
void greet(vkxx::bot& bot) {
  bot.on_message(filters::action("chat_invite_user"), [] { return "Welcome!"; });
}

// 11. Only where it is meant: in chats when the community is mentioned, elsewhere always.
void addressed(vkxx::bot& bot) {
  bot.on_message(filters::text_is("ping") && (filters::in_private() || filters::mentioned()),
                 [] { return "pong"; });
}

// 12. For administrators.
void shut(vkxx::bot& bot) {
  bot.on_message(filters::command("shut") && filters::from_admin(), [] { return "Closed."; });
}

// 13. A photo that somebody sends.
void photos(vkxx::bot& bot) {
  bot.on_message(filters::has_photo(), [] { return "A nice photo."; });
}

// 14. Every update is measured.
void measure(vkxx::bot& bot, const vkxx::bot_middleware& around) {
  bot.around_update(around);
}

// 15. What failed is told to the person, and handled no further.
void apologise(vkxx::bot& bot) {
  vkxx::router risky;
  risky.on_text("fail", [](vkxx::message_context m) -> asio::awaitable<void> {
    co_await m.vk().call(vkxx::request{"users.get"}.set("user_ids", "no such user"));
  });
  risky.on_failure([](vkxx::bot_context c, vkxx::error) -> asio::awaitable<vkxx::failure_action> {
    co_await vkxx::message_context{c}.answer("Something went wrong. We are looking into it.");
    co_return vkxx::failure_action::handled;
  });
  bot.use(risky);
}

// 16. Work that blocks does not stop the others.
std::uint64_t sum_of_digits(std::uint64_t number) {
  std::uint64_t sum = 0;
  for (; number != 0; number /= 10) sum += number % 10;
  return sum;
}

void count_digits(vkxx::bot& bot) {
  bot.on_pattern("digits of <number:int>", [](vkxx::message_context m) -> asio::awaitable<void> {
    const auto number = static_cast<std::uint64_t>(m.captures().number("number"));
    const auto sum = co_await m.off_loop([&number] { return sum_of_digits(number); });
    co_await m.answer(std::to_string(sum));
  });
}

// 17. An effect that must not happen twice, also if the program dies in the middle.
void pay(vkxx::bot& bot, std::function<std::string()> charge) {
  bot.on_command("pay", [charge](vkxx::message_context m) -> asio::awaitable<void> {
    const auto effect = [&]() -> asio::awaitable<std::string> { co_return charge(); };
    const auto receipt = co_await m.once("charge", effect);
    co_await m.answer("Paid: " + receipt.value());
  });
}

// 18. Typed events of the community.
void joined(vkxx::bot& bot) {
  bot.on<vkxx::updates::message_allow>(
      [](vkxx::event_context<vkxx::updates::message_allow> event) -> asio::awaitable<void> {
        const vkxx::message_sender messages{event.vk()};
        const vkxx::peer_id peer{event.object().user_id.value()};
        co_await messages.send(peer, "Thank you for letting us write.");
      });
}

// 19. A value for each conversation, committed together with the end of the handler.
void count_messages(vkxx::bot& bot) {
  bot.on_text("count", [](vkxx::message_context m) -> asio::awaitable<void> {
    const auto key = "count/" + m.unit().lane();
    const auto before = co_await m.unit().read(key);
    const auto count = std::to_string(std::stoi(before.value().value_or("0")) + 1);
    m.unit().write(key, count);
    co_await m.answer(count);
  });
}

// 20. A message to somebody who may not want any.
void notify(vkxx::bot& bot) {
  bot.on_pattern("notify <id:int>", [](vkxx::message_context m) -> asio::awaitable<void> {
    const vkxx::message_sender messages{m.vk()};
    const vkxx::peer_id peer{m.captures().number("id")};
    const auto sent = co_await messages.try_send(peer, "News!");
    if (sent) {
      co_await m.answer("Sent");
    } else if (const auto reason = vkxx::cannot_write_reason(sent.error())) {
      co_await m.answer("Cannot write: " + std::string{vkxx::to_string(*reason)});
    } else {
      vkxx::throw_error(sent.error());
    }
  });
}

// 21. A menu: pages with buttons, which change their message.
struct tea_order {
  static constexpr std::string_view kind = "tea_order";
  std::int64_t cups = 0;
};
BOOST_DESCRIBE_STRUCT(tea_order, (), (cups))

vkxx::menu_page<tea_order> cups_page(const tea_order& order) {
  vkxx::menu_page<tea_order> page{"Cups of tea: " + std::to_string(order.cups)};
  page.button("One more", [](tea_order& mine) { ++mine.cups; });
  page.row().open("Order", "order");
  return page;
}

vkxx::menu_page<tea_order> order_page(const tea_order& order) {
  vkxx::menu_page<tea_order> page{"Order " + std::to_string(order.cups) + "?"};
  page.button("Yes", [](tea_order& mine) {
    mine = {};
    return vkxx::cancel("On its way!");
  });
  return page.back("Back");
}

void tea(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  auto menu = vkxx::menu<tea_order>{"tea"};
  menu.page("cups", cups_page).page("order", order_page);
  bot.on_command("tea", talks.add(menu));
}

// 22. Order in a chat: /kick, /ban, /mute, /warn as a reply, or with a mention: /mute @boris 10.
struct offences {
  static constexpr std::string_view kind = "offences";
  std::set<std::int64_t> banned;
  std::map<std::int64_t, std::int64_t> silent_until;  // seconds since 1970
  std::map<std::int64_t, std::int64_t> warnings;
};
BOOST_DESCRIBE_STRUCT(offences, (), (banned, silent_until, warnings))

std::int64_t seconds_now(const vkxx::bot_context& c) {
  const auto since = c.now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

// Whom it is about; 0: nobody.
std::int64_t offender(const vkxx::message_context& m) {
  if (const auto& message = m.message().reply_message) return message->from_id.value();
  const auto words = m.arguments();  // [id5|@boris] 10
  return words.starts_with("[id") ? std::atoll(words.c_str() + 3) : 0;
}

// What VK does not let the bot do is an answer; everything else fails, and is tried again.
asio::awaitable<std::string> removed(vkxx::message_context m, std::int64_t whom) {
  constexpr vkxx::api_errc no_rights{925};
  constexpr vkxx::api_errc not_there{935};
  auto call = vkxx::request{"messages.removeChatUser"}.set("chat_id", m.chat().value());
  call.set("member_id", whom);
  const auto done = co_await m.vk().try_call(call);
  if (done || done.error().api_code() == not_there) co_return "Removed";
  if (done.error().api_code() != no_rights) vkxx::throw_error(done.error());
  co_return "I may not: only an administrator of the chat can, and nobody can remove its owner";
}

asio::awaitable<void> punish(vkxx::bot_talks talks, vkxx::message_context m, std::string command) {
  constexpr std::int64_t most_warnings = 3;
  const auto whom = offender(m);
  if (whom == 0) {
    co_await m.answer("Whom? Reply to a message, or mention somebody.");
    co_return;
  }
  std::string said;
  auto chat = co_await talks.session<offences>(m, vkxx::session_scope::conversation);
  if (command == "mute") {
    const auto minutes =
        std::max(1, std::atoi(m.arguments().substr(m.arguments().rfind(' ') + 1).c_str()));
    chat->silent_until[whom] = seconds_now(m) + 60 * minutes;
    said = "Silent for " + std::to_string(minutes) + " min";
  } else if (command == "warn" && ++chat->warnings[whom] < most_warnings) {
    said = "Warning " + std::to_string(chat->warnings[whom]) + " of 3";
  } else {
    if (command == "ban") chat->banned.insert(whom);
    chat->warnings.erase(whom);
    said = co_await removed(m, whom);
  }
  co_await m.answer(said);
}

// Before everything else: who comes back, and who is to be silent.
asio::awaitable<void> keep_order(vkxx::bot_talks talks, vkxx::message_context m) {
  auto chat = co_await talks.session<offences>(m, vkxx::session_scope::conversation);
  const auto& action = m.message().action;
  const auto came = action && action->member_id ? action->member_id->value() : m.from().value();
  const auto until = chat->silent_until.find(m.from().value());
  if (action && chat->banned.contains(came)) {
    co_await removed(m, came);
  } else if (until != chat->silent_until.end() && until->second > seconds_now(m)) {
    auto call = vkxx::request{"messages.delete"}.set("peer_id", m.peer()).set("cmids", m.number());
    call.set("delete_for_all", true);
    co_await m.vk().call(call);
  } else {
    m.pass();
  }
}

void moderate(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_message(filters::in_chat(),
                 [talks](vkxx::message_context m) { return keep_order(talks, m); });
  for (const std::string command : {"kick", "ban", "mute", "warn"}) {
    bot.on_message(filters::in_chat() && filters::command(command) && filters::from_admin(),
                   [talks, command](vkxx::message_context m) { return punish(talks, m, command); });
  }
}

// 23. What nothing else took.
void help(vkxx::bot& bot) {
  bot.on_unhandled([](vkxx::bot_context c) -> asio::awaitable<void> {
    if (c.incoming() == nullptr) co_return;
    co_await vkxx::message_context{c}.answer("I know: /menu, /pages, /price.");
  });
}

}  // namespace recipes
