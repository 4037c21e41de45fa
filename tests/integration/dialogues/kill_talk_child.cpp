// A bot with a dialogue of ten questions that may be killed, with two people who answer it.
//
//   kill_talk_child FOLDER POINT COUNT
//
// Kills itself when it comes to the point for the COUNT-th time: those of kill_points.hpp,
// `handler`, `effect` (in the effect of `once`), `change` (in the function of `write`), `timer` (in
// the handler of the timer), `never`. Ends with 0 when everything is handled. `effects` in the
// folder gets a line for each message that arrives at VK.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include <vkxx/core/json_text.hpp>
#include <vkxx/dialogues.hpp>
#include <vkxx/messages/message_sender.hpp>
#include "integration/dispatch/dispatch_support.hpp"
#include "integration/dispatch/kill_points.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::update_context;

struct notes {
  static constexpr std::string_view kind = "notes";
  std::vector<std::string> all;
};
BOOST_DESCRIBE_STRUCT(notes, (), (all))

constexpr int people = 2;
vkxx::testing::kill_plan plan;
vkxx::sessions sessions;
vkxx::timers timers;

asio::awaitable<void> note(update_context context, std::string text) {
  auto opening = sessions.open_of<notes>(context, *vkxx::conversation_of(context.update()));
  auto mine = co_await std::move(opening);
  mine->all.push_back(std::move(text));
}

asio::awaitable<void> ten_questions(vkxx::dialogue talk) {
  const auto who = std::to_string(talk.key().person.value());
  std::int64_t sum = 0;
  for (int number = 1; number <= 10; ++number) {
    const auto title = std::to_string(number) + " of " + who + " with " + std::to_string(sum);
    const auto given =
        co_await talk.ask(vkxx::question{title}.number(0, 99).otherwise("No " + who));
    sum += given.number();
    if (number == 3) {
      co_await talk.write("timer", [&](update_context context) {
        plan.pass("change");
        timers.later(context, 1ms, "remind", sum);
      });
    }
    if (number == 5) {
      const auto effect = co_await talk.once("effect", [&] {
        plan.append("once", who);
        plan.pass("effect");
        return sum * 2;
      });
      co_await talk.say("Twice " + std::to_string(effect) + " of " + who);
    }
    if (number > 1) {
      co_await talk.write("note", [&](update_context context) {
        plan.pass("change");
        return note(context, std::to_string(number));
      });
    }
  }
  co_await talk.say("Sum " + std::to_string(sum) + " of " + who);
  co_await talk.write("end",
                      [&](update_context context) { context.write("done/talk/" + who, ""); });
}

asio::awaitable<void> remind(update_context context, vkxx::timer_event due) {
  plan.pass("timer");
  const auto who = std::to_string(due.key().person.value());
  auto noting = note(context, "timer");
  co_await std::move(noting);
  const vkxx::message_sender messages{context.vk()};
  vkxx::outgoing reminder{"Timer " + std::to_string(due.as<std::int64_t>().value()) + " of " + who};
  auto sending = messages.send(due.key().peer, std::move(reminder));
  static_cast<void>(co_await std::move(sending));
  context.write("done/timer/" + who, "");
}

vkxx::update written(int person, int number, const std::string& text) {
  vkxx::update_data data;
  data.type = "message_new";
  data.group = vkxx::group_id{5};
  data.event_id = std::to_string(person) + "." + std::to_string(number);
  data.version = "5.199";
  const auto who = std::to_string(person);
  data.object = "{\"message\":{\"peer_id\":" + who + ",\"from_id\":" + who +
                ",\"conversation_message_id\":" + std::to_string(number) +
                ",\"text\":" + vkxx::json_text(text) + "}}";
  data.received = vkxx::testing::at(1'700'000'000'000);
  return vkxx::update{std::move(data)};
}

// With a way back, and an answer that is none.
std::vector<std::vector<vkxx::update>> updates() {
  std::vector<std::vector<vkxx::update>> all;
  int number = 0;
  for (const auto* text :
       {"/ten", "50", "back", "1", "many", "2", "3", "4", "5", "6", "7", "8", "9", "10"}) {
    all.emplace_back();
    ++number;
    for (int person = 1; person <= people; ++person) {
      all.back().push_back(written(person, number, text));
    }
  }
  return all;
}

asio::awaitable<void> handle(vkxx::dialogues& talks, update_context context) {
  plan.pass("handler");
  auto timing = timers.take(context);
  if (co_await std::move(timing)) co_return;
  auto taking = talks.take(context);
  if (co_await std::move(taking)) co_return;
  const auto incoming = vkxx::read_incoming_answer(context.update());
  if (!incoming || incoming->value.text() != "/ten") {
    plan.append("untaken", context.event_key());
    co_return;
  }
  auto starting = talks.start(context, "ten");
  co_await std::move(starting);
}

// Stops the dispatcher when nothing is left to come.
asio::awaitable<void> stop_at_the_end(std::shared_ptr<vkxx::state_store> store,
                                      vkxx::dispatcher& dispatcher) {
  for (const std::string name : {"done/talk/", "done/timer/"}) {
    for (int person = 1; person <= people; ++person) {
      auto reading = store->read(name + std::to_string(person));
      const auto read = co_await std::move(reading);
      if (!read.value()) co_return;
    }
  }
  dispatcher.stop();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  plan = {argv[1], argv[2], std::atoi(argv[3])};
  timers.on("remind", remind);

  asio::io_context io;
  const auto durability = vkxx::sqlite_options{}.durability(vkxx::sqlite_durability::normal);
  const auto file = vkxx::sqlite_state::open(plan.folder + "/inbox.db", durability).value();
  std::unique_ptr<vkxx::dispatcher> dispatcher;
  const auto look = [&] { asio::co_spawn(io, stop_at_the_end(file, *dispatcher), asio::detached); };
  const auto store = std::make_shared<vkxx::testing::killing_state>(plan, file, look);
  vkxx::config settings;
  settings.transport(std::make_shared<vkxx::testing::recording_transport>(plan));
  settings.limits(vkxx::limits{}.off());
  const vkxx::client vk{io.get_executor(), settings};
  // On a slow machine an update may be interrupted many times.
  const auto options = vkxx::dispatcher_options{}.client(vk).max_interruptions(1000);
  dispatcher = std::make_unique<vkxx::dispatcher>(io.get_executor(), store, options);
  vkxx::dialogues talks;
  talks.add(vkxx::starts("ten", ten_questions));
  dispatcher->add("source", [](const vkxx::update_cursor& cursor) {
    auto source =
        std::make_shared<vkxx::testing::pretend_source>("source", updates(), cursor, false);
    return std::make_shared<vkxx::testing::killing_source>(plan, std::move(source));
  });
  dispatcher->on_update([&](update_context context) { return handle(talks, context); });
  bool complete = false;
  asio::co_spawn(io, dispatcher->run(), [&](const std::exception_ptr&, const auto& report) {
    complete = report && report->left == 0;
    talks.clear();
  });
  look();
  io.run();
  return complete ? 0 : 1;
}
