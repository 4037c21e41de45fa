// A support desk: people write to the community, operators in a chat take, answer and close.
//
//   VK_ACCESS_TOKEN=… support_bot [EMULATOR-ADDRESS [FILE]]
//
// An administrator writes /desk in the chat of the operators. With a file, the desk survives a
// restart.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/describe/class.hpp>

#include <vkxx/bot.hpp>
#include <vkxx/state/sqlite_state.hpp>

namespace asio = boost::asio;
namespace filters = vkxx::filters;

namespace support {

struct ticket {
  std::int64_t number = 0;
  std::int64_t person = 0;  // who wrote
  std::int64_t clerk = 0;   // the operator who answers; 0: nobody yet
  int messages = 0;         // of the person
  bool closed = false;
  std::string changed;  // the update that took, released or closed it
};
BOOST_DESCRIBE_STRUCT(ticket, (), (number, person, clerk, messages, closed, changed))

// What the conversations with people and the chat of the operators share.
struct desk {
  static constexpr std::string_view kind = "desk";
  std::int64_t chat = 0;  // of the operators; 0: nobody is there
  std::int64_t last_number = 0;
  std::vector<ticket> tickets;

  ticket* find(std::int64_t number) {
    const auto found = std::ranges::find(tickets, number, &ticket::number);
    return found != tickets.end() ? &*found : nullptr;
  }
  ticket& open_of(std::int64_t person) {
    std::erase_if(tickets, [](const ticket& each) { return each.closed; });
    const auto found = std::ranges::find(tickets, person, &ticket::person);
    if (found != tickets.end()) return *found;
    ticket added;
    added.number = ++last_number;
    added.person = person;
    return tickets.emplace_back(added);
  }
};
BOOST_DESCRIBE_STRUCT(desk, (), (chat, last_number, tickets))

// Changes the desk at once, and once for the update: if a handler runs twice, its second run gets
// the desk of the first.
template <class Change>
asio::awaitable<desk> change(vkxx::bot_talks talks, vkxx::bot_context c, Change change) {
  return talks.change_shared<desk>(c, "main", change);
}

struct user {
  std::string first_name;
};
BOOST_DESCRIBE_STRUCT(user, (), (first_name))

// The name of who wrote or pressed, as a link to the page.
asio::awaitable<std::string> mention(vkxx::bot_context c) {
  auto call = vkxx::request{"users.get"}.set("user_ids", c.from());
  const auto reply = co_await c.vk().call(call);
  const auto users = reply.as<std::vector<user>>();
  const auto name = users.empty() ? "somebody" : users.front().first_name;
  co_return "[id" + std::to_string(c.from().value()) + "|" + name + "]";
}

// What the operators see of a ticket. They reply to it.
vkxx::outgoing notice(const ticket& about, const std::string& text) {
  vkxx::outgoing message{"#" + std::to_string(about.number) + " " + text};
  if (about.closed) return message;
  auto keys = vkxx::keyboard::under_message();
  if (about.clerk == 0) keys.callback("Take", vkxx::payload{"take"}.set("ticket", about.number));
  keys.callback("Close", vkxx::payload{"close"}.set("ticket", about.number));
  return message.keyboard(keys);
}

// A message of a person goes to the operators as it is.
asio::awaitable<void> forward(vkxx::bot_talks talks, vkxx::message_context m) {
  const auto person = m.from().value();
  const auto count = [&](desk& now) {
    if (now.chat != 0) ++now.open_of(person).messages;
  };
  auto now = co_await change(talks, m, count);
  if (now.chat == 0) {
    co_await m.answer("Nobody is here yet. Please write later.");
    co_return;
  }
  const auto& mine = now.open_of(person);
  const vkxx::message_sender messages{m.vk()};
  const auto name = co_await mention(m);
  auto forwarded = notice(mine, name + " writes:");
  forwarded.forward(m.peer(), {m.number()});
  co_await messages.send(vkxx::peer_id{now.chat}, forwarded);
  if (mine.messages == 1) co_await m.answer("Thank you. Somebody will answer soon.");
}

asio::awaitable<void> take(vkxx::bot_talks talks, vkxx::button_context b) {
  const auto number = b.payload().number("ticket").value_or(0);
  const auto me = b.from().value();
  const auto taking = [&](desk& now) {
    auto* wanted = now.find(number);
    if (now.chat != b.peer().value() || !wanted || wanted->clerk != 0) return;
    wanted->clerk = me;
    wanted->changed = b.event_key();
  };
  auto now = co_await change(talks, b, taking);
  const auto* mine = now.find(number);
  if (!mine || mine->closed) {
    co_await b.snackbar("It is closed.");
  } else if (mine->changed != b.event_key()) {
    co_await b.snackbar(mine->clerk == me ? "You have it." : "Somebody else has it.");
  } else {
    const auto name = co_await mention(b);
    co_await b.edit(notice(*mine, name + " answers."));
  }
}

asio::awaitable<void> close(vkxx::bot_talks talks, vkxx::button_context b) {
  const auto number = b.payload().number("ticket").value_or(0);
  const auto me = b.from().value();
  const auto closing = [&](desk& now) {
    auto* wanted = now.find(number);
    if (now.chat != b.peer().value() || !wanted || wanted->closed) return;
    if (wanted->clerk != 0 && wanted->clerk != me) return;
    wanted->closed = true;
    wanted->changed = b.event_key();
  };
  auto now = co_await change(talks, b, closing);
  const auto* mine = now.find(number);
  if (mine && mine->changed == b.event_key()) {
    co_await b.edit(notice(*mine, "is closed."));
    const vkxx::message_sender messages{b.vk()};
    const vkxx::outgoing end{"Your question is closed. Write whenever you have another one."};
    const auto sent = co_await messages.try_send(vkxx::peer_id{mine->person}, end);
    if (!sent && !vkxx::cannot_write_reason(sent.error())) vkxx::throw_error(sent.error());
  } else {
    co_await b.snackbar(!mine || mine->closed ? "It is closed." : "Somebody else has it.");
  }
}

// The ticket whose notice an operator replies to: `#3 …`, written by the bot itself.
std::int64_t replied_ticket(const vkxx::message_context& m) {
  const auto& replied = m.message().reply_message;
  if (!replied || replied->from_id != vkxx::owner_id{m.community()}) return 0;
  const std::string text{replied->text.value_or("")};
  return text.starts_with('#') ? std::strtoll(text.c_str() + 1, nullptr, 10) : 0;
}

// A reply of an operator goes to the person; a free ticket is then taken.
asio::awaitable<void> answer(vkxx::bot_talks talks, vkxx::message_context m) {
  const auto number = replied_ticket(m);
  const auto me = m.from().value();
  const auto taking = [&](desk& now) {
    auto* wanted = now.find(number);
    if (now.chat == m.peer().value() && wanted && wanted->clerk == 0) wanted->clerk = me;
  };
  auto now = co_await change(talks, m, taking);
  if (now.chat != m.peer().value() || number == 0) co_return;
  const auto* mine = now.find(number);
  if (!mine || mine->closed) {
    co_await m.reply("It is closed.");
  } else if (mine->clerk != me) {
    co_await m.reply("Somebody else has it.");
  } else if (m.text().empty()) {
    co_await m.reply("Only texts reach the person.");
  } else {
    const vkxx::message_sender messages{m.vk()};
    const vkxx::outgoing text{m.text()};
    const auto sent = co_await messages.try_send(vkxx::peer_id{mine->person}, text);
    if (sent) co_return;
    const auto reason = vkxx::cannot_write_reason(sent.error());
    if (!reason) vkxx::throw_error(sent.error());
    co_await m.reply("Not delivered: " + std::string{vkxx::to_string(*reason)});
  }
}

// The tickets of an operator who left the chat are free.
asio::awaitable<void> release(vkxx::bot_talks talks, vkxx::message_context m) {
  const auto& action = m.message().action;
  const auto gone = action && action->member_id ? action->member_id->value() : 0;
  const auto releasing = [&](desk& now) {
    for (auto& each : now.tickets) {
      if (now.chat != m.peer().value() || each.clerk != gone || each.closed) continue;
      each.clerk = 0;
      each.changed = m.event_key();
    }
  };
  const auto now = co_await change(talks, m, releasing);
  for (const auto& each : now.tickets) {
    if (each.changed == m.event_key()) co_await m.answer(notice(each, "is free again."));
  }
}

void set_up(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_message(filters::in_private(),
                 [talks](vkxx::message_context m) { return forward(talks, m); });
  bot.on_message(filters::in_chat() && filters::command("desk") && filters::from_admin(),
                 [talks](vkxx::message_context m) -> asio::awaitable<void> {
                   const auto moving = [&](desk& now) { now.chat = m.peer().value(); };
                   co_await change(talks, m, moving);
                   co_await m.answer("The desk is here now.");
                 });
  bot.on_message(filters::in_chat() && filters::is_reply(),
                 [talks](vkxx::message_context m) { return answer(talks, m); });
  bot.on_message(filters::action("chat_kick_user"),
                 [talks](vkxx::message_context m) { return release(talks, m); });
  bot.on_button("take", [talks](vkxx::button_context b) { return take(talks, b); });
  bot.on_button("close", [talks](vkxx::button_context b) { return close(talks, b); });
}

}  // namespace support

int main(int argc, char** argv) {
  const char* token = std::getenv("VK_ACCESS_TOKEN");
  vkxx::config settings;
  settings.access_token(token != nullptr ? token : "");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::bot bot{settings};
  if (argc > 2) bot.keep_in(vkxx::sqlite_state::open(argv[2]).value());
  support::set_up(bot);
  return bot.run();
}
