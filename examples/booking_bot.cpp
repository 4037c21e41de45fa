// A bot that books seats: a dialogue of several questions, a session, and a reminder.
//
//   VK_ACCESS_TOKEN=… booking_bot [EMULATOR-ADDRESS [FILE]]
//
// With a file, everything survives a restart: open questions, bookings, reminders.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/describe/class.hpp>

#include <vkxx/bot.hpp>
#include <vkxx/state/sqlite_state.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

// What a person has booked.
struct bookings {
  static constexpr std::string_view kind = "bookings";
  std::vector<std::string> all;
};
BOOST_DESCRIBE_STRUCT(bookings, (), (all))

// In place of a reservation system.
std::int64_t reserve(const std::string& name, std::int64_t seats) {
  return static_cast<std::int64_t>(name.size()) * 100 + seats;
}

asio::awaitable<void> book(vkxx::dialogue talk) {
  const auto name = co_await talk.ask(vkxx::question{"Your name?"}.text(1, 50));
  const auto seats = co_await talk.ask(vkxx::question{"How many seats?"}
                                           .number(1, 6)
                                           .otherwise("One to six, please.")
                                           .within(10min));
  const auto sure = co_await talk.ask(
      vkxx::question{seats.text() + " for " + name.text() + "?"}.choice("Yes", "No"));
  if (sure.is("No")) {
    co_await talk.say("As you like.");
    co_return;
  }
  const auto number =
      co_await talk.once("reserve", [&] { return reserve(name.text(), seats.number()); });
  co_await talk.say("Done: number " + std::to_string(number));
}

void set_up(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_command("book", talks.add(vkxx::starts("booking", book).version(1)));

  bot.on_command("note", [talks](vkxx::message_context m) -> asio::awaitable<void> {
    auto mine = co_await talks.session<bookings>(m);
    mine->all.push_back(m.arguments());
    co_await m.answer("You have " + std::to_string(mine->all.size()));
  });

  talks.on_timer("remind", [](vkxx::bot_context c, vkxx::timer_event t) -> asio::awaitable<void> {
    co_await c.answer("Do not forget: " + t.as<std::string>().value());
  });
  bot.on_command("remind", [talks](vkxx::message_context m) -> asio::awaitable<void> {
    talks.later(m, 2h, "remind", m.arguments());
    co_await m.answer("In two hours.");
  });
}

int main(int argc, char** argv) {
  const char* token = std::getenv("VK_ACCESS_TOKEN");
  vkxx::config settings;
  settings.access_token(token != nullptr ? token : "");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::bot bot{settings};
  if (argc > 2) bot.keep_in(vkxx::sqlite_state::open(argv[2]).value());
  set_up(bot);
  return bot.run();
}
