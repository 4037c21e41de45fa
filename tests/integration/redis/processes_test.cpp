// Processes of one bot that are killed, and stopped and woken: every message is answered once.
//
// VKXX_KILL_RUNS: how often one of them is killed or stopped; 12 by default.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/http/servers/process.hpp"
#include "integration/redis/redis_server.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using http::test::child_process;

constexpr int users = 6;
constexpr int first_user = 101;
constexpr int community = 9;

std::string world() {
  std::string people;
  for (int user = 0; user < users; ++user) {
    const auto id = std::to_string(first_user + user);
    people += (user == 0 ? "" : ",") + std::string{R"({"first_name":"U","id":)"} + id +
              R"(,"token":"user)" + id + R"("})";
  }
  return R"({"people":[)" + people +
         R"(],"communities":[{"id":9,"name":"Shop","admins":[1],"token":"shop"}]})";
}

class Processes : public ::testing::Test {
 protected:
  Processes() {
    folder.write("world.json", world());
    vk.emplace(emulator_options{}.world(folder.path("world.json")));
    for (int user = first_user; user < first_user + users; ++user) {
      senders.push_back(std::make_unique<blocking_client>(settings("user" + std::to_string(user))));
    }
  }
  [[nodiscard]] config settings(const std::string& token) {
    return config{}.emulator(vk->url()).access_token(token).limits(limits{}.off());
  }
  void start_bot() {
    const std::vector<std::string> command{
        VKXX_SHARED_BOT, server.url(), vk->url(), "shop", std::to_string(community), folder.path()};
    bots.push_back(std::make_unique<child_process>(command, folder.path("log")));
  }
  // A user writes to the community.
  void write_message(std::size_t user, const std::string& text) {
    senders[user]->call(request{"messages.send"}
                            .set("peer_id", -community)
                            .set("message", text)
                            .set("random_id", written));
  }
  void write_messages() {
    ++written;
    for (std::size_t user = 0; user < senders.size(); ++user) {
      write_message(user, "message " + std::to_string(written));
    }
  }
  // From now on nothing may be missed.
  bool has_begun() {
    return until([this] { return cli({"HLEN", "vkxx:state:cursors"}) == "1\n"; });
  }
  // The lines of a file of the bots.
  std::vector<std::string> lines_of(const std::string& name) {
    std::vector<std::string> lines;
    std::ifstream file{folder.path(name)};
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  // What the bot sent to a user, in order.
  std::vector<std::string> answers(std::size_t user) {
    constexpr std::size_t page = 200;
    std::vector<std::string> texts;
    for (std::size_t offset = 0;; offset += page) {
      auto part = request{"messages.getHistory"}.set("peer_id", -community).set("rev", 1);
      part.set("count", page).set("offset", offset);
      const auto history = senders[user]->call(std::move(part));
      const auto& items = history.json().at("items").as_array();
      for (const auto& item : items) {
        const auto& message = item.as_object();
        if (message.at("from_id").to_number<int>() != -community) continue;
        texts.emplace_back(message.at("text").as_string());
      }
      if (items.size() < page) return texts;
    }
  }
  // The updates for which a handler was started.
  std::set<std::string> handled() {
    const auto lines = lines_of("runs");
    return {lines.begin(), lines.end()};
  }
  std::string cli(const std::vector<std::string>& words) { return server.command(words); }
  // Other processes do not say when they are done: they are asked, for a bounded time.
  static bool until(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + 40s;
    while (!reached() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
    return reached();
  }

  redis_server server{redis_settings{}.durable()};
  http::test::temporary_folder folder;
  std::optional<testing::emulator_fixture> vk;
  std::vector<std::unique_ptr<blocking_client>> senders;
  std::vector<std::unique_ptr<child_process>> bots;
  int written = 0;
};

TEST_F(Processes, KilledAndStoppedAnswerEachMessageOnce) {
  const char* setting = std::getenv("VKXX_KILL_RUNS");
  const int runs = setting != nullptr ? std::atoi(setting) : 12;
  for (int count = 0; count < 3; ++count) start_bot();
  ASSERT_TRUE(has_begun());
  std::mt19937 random{20'261'129};
  std::vector<std::pair<std::size_t, std::chrono::steady_clock::time_point>> stopped;
  for (int run = 0; run < runs; ++run) {
    write_messages();
    // When it comes is what this test is about.
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 300});
    const auto index = random() % bots.size();
    if (run % 3 == 2) {
      // Long enough for its leases to be another's when it wakes.
      ::kill(bots[index]->id(), SIGSTOP);
      stopped.emplace_back(index, std::chrono::steady_clock::now() + 1500ms);
    } else {
      const auto is_stopped = [&](const auto& some) { return some.first == index; };
      std::erase_if(stopped, is_stopped);
      bots[index].reset();
      start_bot();
      std::swap(bots[index], bots.back());
      bots.pop_back();
    }
    std::erase_if(stopped, [&](const auto& some) {
      if (some.second > std::chrono::steady_clock::now()) return false;
      ::kill(bots[some.first]->id(), SIGCONT);
      return true;
    });
  }
  for (const auto& some : stopped) {
    std::this_thread::sleep_until(some.second);
    ::kill(bots[some.first]->id(), SIGCONT);
  }
  std::vector<std::string> expected;
  for (int number = 1; number <= written; ++number) {
    expected.push_back("number " + std::to_string(number));
  }
  ASSERT_TRUE(until([this] {
    return cli({"HGET", "vkxx:state:value:count/9/peer/101", "b"}) ==
               std::to_string(written) + "\n" &&
           cli({"GET", "vkxx:state:count"}) == "0\n";
  })) << cli({"GET", "vkxx:state:count"});
  for (std::size_t user = 0; user < senders.size(); ++user) {
    EXPECT_EQ(answers(user), expected) << "user " << first_user + user;
  }
  EXPECT_EQ(handled().size(), static_cast<std::size_t>(written * users));
  // What stops by itself leaves nothing that others wait for.
  for (auto& bot : bots) ::kill(bot->id(), SIGTERM);
  for (auto& bot : bots) EXPECT_EQ(bot->wait(), 0);
  EXPECT_EQ(cli({"HLEN", "vkxx:state:leases"}), "0\n");
  EXPECT_EQ(cli({"ZCARD", "vkxx:state:members"}), "0\n");
}

TEST_F(Processes, ATimerRunsInItsLaneAlthoughItsOwnerDied) {
  start_bot();
  ASSERT_TRUE(has_begun());
  write_message(0, "remind");
  ASSERT_TRUE(until([this] { return cli({"EXISTS", "vkxx:state:timer:remind"}) == "1\n"; }));
  bots.clear();
  start_bot();
  start_bot();
  const std::vector<std::string> expected{"number 1", "reminded"};
  EXPECT_TRUE(until([&] { return answers(0) == expected; }));
  EXPECT_TRUE(until([this] { return cli({"GET", "vkxx:state:count"}) == "0\n"; }));
  EXPECT_EQ(answers(0), expected);
  for (const auto& lane : lines_of("timers")) EXPECT_EQ(lane, "9/peer/101");
  EXPECT_EQ(cli({"EXISTS", "vkxx:state:timer:remind"}), "0\n");
}

#ifdef VKXX_PROGRAM

class InboxCommand : public Processes {
 protected:
  // What `vkxx inbox` prints, on either stream.
  std::string inbox(const std::vector<std::string>& words, int status = 0) {
    std::vector<std::string> command{VKXX_PROGRAM, "inbox", server.url()};
    command.insert(command.end(), words.begin(), words.end());
    const http::test::temporary_folder printed;
    child_process program{command, printed.path("text")};
    EXPECT_EQ(program.wait(), status);
    std::ifstream text{printed.path("text")};
    return {std::istreambuf_iterator<char>{text}, {}};
  }
};

TEST_F(InboxCommand, ShowsAndRetriesDeadLettersOfABotThatRuns) {
  start_bot();
  ASSERT_TRUE(has_begun());
  write_message(0, "never");
  ASSERT_TRUE(until([this] { return !inbox({"list", "--dead", "--json"}).empty(); }));
  const auto row = boost::json::parse(inbox({"list", "--dead", "--json"})).as_object();
  EXPECT_EQ(row.at("state"), "dead");
  EXPECT_EQ(row.at("lane"), "9/peer/101");
  EXPECT_THAT(std::string{row.at("error").as_string()}, ::testing::HasSubstr("never mind"));
  const auto seq = std::to_string(row.at("seq").to_number<std::uint64_t>());
  const auto shown = boost::json::parse(inbox({"show", seq})).as_object();
  EXPECT_EQ(shown.at("update").at("type"), "message_new");
  EXPECT_EQ(boost::json::parse(inbox({"export"})).as_object(), shown);
  EXPECT_THAT(inbox({"drop", seq, "99"}, 2), ::testing::HasSubstr("has no row 99"));
  folder.write("mercy", "");
  EXPECT_EQ(inbox({"retry", "--all"}), "1 to be handled again\n");
  const std::vector<std::string> expected{"number 1"};
  EXPECT_TRUE(until([&] { return answers(0) == expected; }));
  EXPECT_TRUE(until([this] { return inbox({"list"}).empty(); }));
}

TEST_F(InboxCommand, DropsRowsAndCreatesNothing) {
  EXPECT_THAT(inbox({"list"}, 2), ::testing::HasSubstr("no program has used it"));
  EXPECT_EQ(cli({"DBSIZE"}), "0\n");
  start_bot();
  ASSERT_TRUE(has_begun());
  write_message(0, "never");
  write_message(1, "never");
  ASSERT_TRUE(until([this] { return inbox({"list", "--dead"}).find("102") != std::string::npos; }));
  ASSERT_TRUE(until([this] { return inbox({"list", "--dead"}).find("101") != std::string::npos; }));
  EXPECT_EQ(inbox({"drop", "--all"}), "2 dropped\n");
  EXPECT_EQ(inbox({"list"}), "");
}

#endif

}  // namespace
}  // namespace vkxx::test
