// A quiz for chats: the first right answer gets the point.
//
//   VK_ACCESS_TOKEN=… quiz_bot [EMULATOR-ADDRESS [FILE]]
//
// With a file, a quiz goes on after a restart: scores, the open question, its time.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/describe/class.hpp>

#include <vkxx/bot.hpp>
#include <vkxx/state/sqlite_state.hpp>

namespace asio = boost::asio;

namespace quiz {

using namespace std::chrono_literals;

struct question {
  std::string text;
  std::vector<std::string> options;
  std::size_t right;
};

const std::vector<question>& questions() {
  static const std::vector<question> all{
      {"Which tea is green?", {"Sencha", "Assam", "Rooibos"}, 0},
      {"How hot is its water?", {"60 °C", "75 °C", "100 °C"}, 1},
      {"Where does oolong come from?", {"India", "Kenya", "China"}, 2},
  };
  return all;
}

struct player {
  std::string name;
  int points = 0;
  int answered = 0;  // the last round in which the player answered
};
BOOST_DESCRIBE_STRUCT(player, (), (name, points, answered))

// The quiz of a chat. Rounds are counted on from quiz to quiz, so that a button of an old question
// is never one of the open question.
struct game {
  static constexpr std::string_view kind = "quiz";
  std::int64_t host = 0;  // who began it; 0: nobody plays
  int round = 0;
  std::size_t open = 0;      // the question that is open
  std::int64_t message = 0;  // its message
  std::string timer;         // for its time
  std::map<std::int64_t, player> players;
};
BOOST_DESCRIBE_STRUCT(game, (), (host, round, open, message, timer, players))

asio::awaitable<void> ask(vkxx::bot_talks talks, vkxx::bot_context c, game& now,
                          std::size_t number) {
  const auto& open = questions()[number];
  now.open = number;
  ++now.round;
  auto keys = vkxx::keyboard::under_message();
  for (std::size_t i = 0; i < open.options.size(); ++i) {
    keys.callback(open.options[i],
                  vkxx::payload{"answer"}.set("round", now.round).set("option", i));
  }
  keys.row().callback("Stop", vkxx::payload{"stop"}, vkxx::color::negative);
  const vkxx::message_sender messages{c.vk()};
  vkxx::outgoing message{std::to_string(number + 1) + ". " + open.text};
  const auto sent = co_await messages.send(c.peer(), message.keyboard(keys));
  now.message = sent.back().cmid.value();
  now.timer = talks.later(c, 30s, "time is up", now.round);
}

std::string scores(const game& over) {
  std::vector<player> best;
  for (const auto& [id, player] : over.players) best.push_back(player);
  std::ranges::sort(best, {}, [](const player& some) {
    return std::pair{-some.points, some.name};
  });
  std::string text = "The quiz is over.";
  for (const auto& player : best) text += "\n" + player.name + ": " + std::to_string(player.points);
  return text;
}

// Closes the open question with a last word, and asks the next one, if there is one.
asio::awaitable<void> go_on(vkxx::bot_talks talks, vkxx::bot_context c, game& now,
                            std::string result, std::size_t next) {
  const vkxx::message_sender messages{c.vk()};
  const vkxx::sent_message open{c.peer(), vkxx::cmid{now.message}, {}};
  vkxx::outgoing closed{questions()[now.open].text + "\n" + result};
  co_await messages.edit_or_send(open, closed);
  if (next < questions().size()) {
    co_await ask(talks, c, now, next);
    co_return;
  }
  vkxx::outgoing end{scores(now)};
  now.host = 0;
  co_await messages.send(c.peer(), end);
}

asio::awaitable<void> begin(vkxx::bot_talks talks, vkxx::message_context m) {
  auto now = co_await talks.session<game>(m, vkxx::session_scope::conversation);
  if (now->host != 0) {
    co_await m.answer("We are playing already.");
    co_return;
  }
  now->host = m.from().value();
  now->players.clear();
  co_await ask(talks, m, *now, 0);
}

struct user {
  std::string first_name;
};
BOOST_DESCRIBE_STRUCT(user, (), (first_name))

asio::awaitable<std::string> name_of(vkxx::bot_context c, vkxx::owner_id person) {
  auto call = vkxx::request{"users.get"}.set("user_ids", person);
  const auto reply = co_await c.vk().call(call);
  const auto users = reply.as<std::vector<user>>();
  co_return users.empty() ? "Somebody" : users.front().first_name;
}

asio::awaitable<void> take(vkxx::bot_talks talks, vkxx::button_context b) {
  auto now = co_await talks.session<game>(b, vkxx::session_scope::conversation);
  if (now->host == 0 || b.payload().number("round") != now->round) {
    co_await b.snackbar("Too late.");
    co_return;
  }
  auto& player = now->players[b.from().value()];
  if (player.answered == now->round) {
    co_await b.snackbar("One answer each.");
    co_return;
  }
  if (player.name.empty()) player.name = co_await name_of(b, b.from());
  player.answered = now->round;
  const auto& open = questions()[now->open];
  if (b.payload().number("option") != static_cast<std::int64_t>(open.right)) {
    co_await b.snackbar("No.");
    co_return;
  }
  ++player.points;
  co_await b.snackbar("Right!");
  talks.cancel(b, now->timer);
  const auto result = player.name + " was first: " + open.options[open.right];
  co_await go_on(talks, b, *now, result, now->open + 1);
}

asio::awaitable<void> end_time(vkxx::bot_talks talks, vkxx::bot_context c, vkxx::timer_event t) {
  auto now = co_await talks.session<game>(c, vkxx::session_scope::conversation);
  if (now->host == 0 || t.as<int>().value() != now->round) co_return;
  const auto& open = questions()[now->open];
  const auto result = "The time is up. It was " + open.options[open.right] + ".";
  co_await go_on(talks, c, *now, result, now->open + 1);
}

asio::awaitable<void> stop(vkxx::bot_talks talks, vkxx::button_context b) {
  auto now = co_await talks.session<game>(b, vkxx::session_scope::conversation);
  if (now->host != b.from().value()) {
    co_await b.snackbar("Only who began the quiz can stop it.");
    co_return;
  }
  talks.cancel(b, now->timer);
  co_await go_on(talks, b, *now, "Stopped.", questions().size());
}

void set_up(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_command("quiz", [talks](vkxx::message_context m) { return begin(talks, m); });
  bot.on_button("answer", [talks](vkxx::button_context b) { return take(talks, b); });
  bot.on_button("stop", [talks](vkxx::button_context b) { return stop(talks, b); });
  talks.on_timer("time is up", [talks](vkxx::bot_context c, vkxx::timer_event t) {
    return end_time(talks, c, t);
  });
}

}  // namespace quiz

int main(int argc, char** argv) {
  const char* token = std::getenv("VK_ACCESS_TOKEN");
  vkxx::config settings;
  settings.access_token(token != nullptr ? token : "");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::bot bot{settings};
  if (argc > 2) bot.keep_in(vkxx::sqlite_state::open(argv[2]).value());
  quiz::set_up(bot);
  return bot.run();
}
