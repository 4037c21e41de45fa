// Snapshots and written worlds by the control API, and the files of worlds.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <vector>

#include "emulator/saving/files/world_file.hpp"
#include "emulator/saving/files/world_keeper.hpp"
#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

class Snapshots : public service_fixture {
 protected:
  Snapshots() {
    folder = std::filesystem::temp_directory_path() /
             ("vkxx_snapshots_" + std::to_string(::getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
  }
  ~Snapshots() override { std::filesystem::remove_all(folder); }

  void talk() {
    call("messages.send", "peer_id=-1&message=hello&random_id=7");
    call(
        "messages.send",
        R"(peer_id=1&message=choose&random_id=1&keyboard={"buttons":[[{"action":{"type":"callback","label":"Ping"}}]]})",
        tokens.community);
    call("wall.post", "owner_id=-1&message=news");
    call("groups.getLongPollServer", "group_id=1", tokens.community);
    call("messages.getLongPollServer", "lp_version=3");
    call("storage.set", "key=a&value=b");
    // A loaded world goes on with the numbers of the requests that its events name.
    call("messages.send", "peer_id=-1&message=again&random_id=8");
  }
  std::string put(const std::string& text) { return send("PUT", "/_emulator/snapshot", text).body; }
  std::string path(const char* name) const { return (folder / name).string(); }
  static std::string contents(const std::string& name) {
    std::ifstream in{name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  std::filesystem::path folder;
};

TEST_F(Snapshots, GiveTheSameBytesAfterLoading) {
  talk();
  const auto saved = vk.snapshot();
  vk.reset();
  EXPECT_NE(vk.snapshot(), saved);
  EXPECT_EQ(put(saved), "{\"ok\":true}\n");
  EXPECT_EQ(send("GET", "/_emulator/snapshot").body, saved);
}

TEST_F(Snapshots, GiveAWorldThatAnswersTheSame) {
  // The other one starts later: it has to have the same time.
  send("POST", "/_emulator/clock", R"({"advance":60})");
  send("POST", "/_emulator/clock", R"({"freeze":true})");
  talk();
  const auto saved = vk.snapshot();
  detail::service other{emulator_options{}.time(time)};
  other.set_base_url("http://emulator");
  other.restore(saved);
  const auto ask = [this](detail::service& answers, const std::string& method,
                          const std::string& form) {
    detail::http_message message;
    message.method = "POST";
    message.target = "/method/" + method;
    message.body = form + "&v=5.199";
    message.headers = {{"Authorization", "Bearer " + tokens.user},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    return answers.handle(message).body;
  };
  for (const auto& [method, form] : std::initializer_list<std::pair<std::string, std::string>>{
           {"messages.getHistory", "peer_id=-1"},
           {"messages.getConversations", "extended=1"},
           {"messages.send", "peer_id=-1&message=once&random_id=8"},
           {"messages.send", "peer_id=-1&message=more&random_id=9"},
           {"messages.getLongPollHistory", "ts=1820000000&pts=10000000"},
           {"wall.get", "owner_id=-1"},
           {"storage.get", "keys=a"},
           {"groups.getMembers", "group_id=1"},
           {"friends.get", "user_id=1"},
           {"photos.getMessagesUploadServer", "peer_id=-1"}})
    EXPECT_EQ(ask(other, method, form), ask(vk, method, form)) << method;
  EXPECT_EQ(other.snapshot(), vk.snapshot());
}

TEST_F(Snapshots, KeepTheOffsetOfTheClock) {
  send("POST", "/_emulator/clock", R"({"advance":3600})");
  const auto saved = vk.snapshot();
  detail::service other{emulator_options{}.time(time)};
  other.restore(saved);
  EXPECT_EQ(other.time()->offset(), std::chrono::hours{1});
}

TEST_F(Snapshots, RefuseByPathAndChangeNothing) {
  talk();
  const auto before = vk.snapshot();
  const auto refused = [this](const std::string& text) { return put(text); };
  EXPECT_EQ(refused(R"({"people":[{"first_name":"A"},{"first_name":"B","nick":"b"}]})")
                .find(R"({"error":"people[1].nick: is unknown here; known are)"),
            0U);
  EXPECT_NE(refused(R"({"snapshot":2})").find("snapshot: is of version 2"), std::string::npos);
  EXPECT_NE(refused(R"({"snapshot":1,"conversations":[{"first":1,"second":2}]})")
                .find("conversations[0]: "),
            std::string::npos);
  EXPECT_NE(refused("[1]").find("must be a JSON object"), std::string::npos);
  EXPECT_NE(refused(R"({"messages":[{"from":1,"to":99999,"text":"a"}]})").find("messages[0].to"),
            std::string::npos);
  EXPECT_EQ(vk.snapshot(), before);
}

// What no emulator has written.
TEST_F(Snapshots, RefuseNumbersOutOfRange) {
  const auto refused = [this](const std::string& members) {
    return put(R"({"snapshot":1,"people":[{"id":1}],"communities":[{"id":1}],)" + members + "}");
  };
  for (const auto& [members, place] : std::initializer_list<std::pair<std::string, std::string>>{
           {R"("base_url":"a")", "base_url: "},
           {R"("base_url":"http://a\"b")", "base_url: "},
           {R"("last_event":1,"events":[{"number":1,"time_ms":9000000000000000000}])",
            "events[0].time_ms: "},
           {R"("last_event":1,"events":[{"number":1,"actor":-9223372036854775807}])",
            "events[0].actor: "},
           {R"("last_message":9007199254740993)", "last_message: "},
           {R"("mailboxes":[{"owner":1,"next_id":4294967295}])", "conversations: "},
           {R"("transports":{"channels":[{"community":1,"key":"k","faults":[{"kind":"delay",)"
            R"("amount":9000000000000000000}]}]})",
            "transports.channels[0].faults[0].amount: "},
           {R"("transports":{"last_server":9223372036854775807})", "transports.last_server: "},
           {R"("uploads":{"last_ids":[{"type":"doc","id":9223372036854775807}]})",
            "uploads.last_ids: "},
           {R"("uploads":{"last_album":9223372036854775807})", "uploads.last_album: "}}) {
    const auto answer = refused(members);
    EXPECT_EQ(answer.find("{\"error\":\"" + place), 0U) << members << ": " << answer;
  }
}

// Many members with one chat of a high number each would need memory for all the others.
TEST_F(Snapshots, RefuseNumbersOfChatsWithHoles) {
  const std::string chat =
      R"({"is_chat":true,"chat":{"owner":1,"roster":[{"id":1}]},"views":[{"member":1,"chat_number":)";
  const auto world = [&chat](int first, int second) {
    return R"({"snapshot":1,"people":[{"id":1}],"mailboxes":[{"owner":1}],"conversations":[)" +
           chat + std::to_string(first) + "}]}," + chat + std::to_string(second) + "}]}]}";
  };
  EXPECT_EQ(put(world(2, 1)), "{\"ok\":true}\n");
  EXPECT_NE(put(world(1, 3)).find("conversations[1]: "), std::string::npos);
  EXPECT_NE(put(world(1, 1)).find("conversations[1]: "), std::string::npos);
}

TEST_F(Snapshots, RefuseUploadsWithoutAFile) {
  const auto answer = put(
      R"({"snapshot":1,"people":[{"id":1}],"uploads":{"uploads":[{"proof":"p","ticket":{"kind":"message_photo","token":"t"}}]}})");
  EXPECT_NE(answer.find("without a file"), std::string::npos) << answer;
}

TEST_F(Snapshots, ForgetAccountsOfUsersWhoAreGone) {
  EXPECT_EQ(put(R"({"snapshot":1,"people":[{"id":2}]})"), "{\"ok\":true}\n");
  ASSERT_FALSE(vk.accounts().empty());
  for (const auto& account : vk.accounts()) EXPECT_EQ(account.user(), 2);
}

TEST_F(Snapshots, GoOnWithTheNumbersOfRequests) {
  talk();
  const auto last = vk.requests().back().number;
  detail::service other{emulator_options{}.time(time)};
  other.restore(vk.snapshot());
  detail::http_message message;
  message.method = "POST";
  message.target = "/method/utils.getServerTime";
  static_cast<void>(other.handle(message));
  EXPECT_EQ(other.requests().back().number, last + 1);
}

TEST_F(Snapshots, WrittenChatsAreOlderThanTheirMessages) {
  EXPECT_EQ(put(R"({"chats":[{"owner":1,"title":"Flat","members":[2]}],
                    "messages":[{"from":1,"chat":1,"text":"old","ago":3600}]})"),
            "{\"ok\":true}\n");
  const auto chats = call("messages.getConversations").at("items");
  const auto peer = chats.at(0).at("conversation").at("peer").at("id").as_int64();
  const auto items = call("messages.getHistory", "rev=1&peer_id=" + std::to_string(peer));
  ASSERT_EQ(items.at("items").as_array().size(), 2U);
  EXPECT_LE(items.at("items").at(0).at("date").as_int64(),
            items.at("items").at(1).at("date").as_int64());
}

TEST_F(Snapshots, MayBeWrittenByHand) {
  put(R"({"people":[{"id":50,"first_name":"Vera","friends":[1],"token":"vera"}],
          "communities":[{"id":9,"name":"Shop","admins":[1],"token":"shop"}],
          "chats":[{"owner":1,"title":"Flat","members":[50,-9]}],
          "messages":[{"from":50,"to":-9,"text":"hi","ago":60},{"from":1,"chat":1,"text":"all"}]})");
  const auto history = call("messages.getHistory", "peer_id=50", "shop");
  EXPECT_EQ(history.at("items").at(0).at("text"), "hi");
  EXPECT_EQ(call("messages.getConversations", "", "vera").at("count"), 2);
  EXPECT_EQ(call("friends.areFriends", "user_ids=50").at(0).at("friend_status"), 3);
}

TEST_F(Snapshots, AreKeptInAFileAndBeginTheNextRun) {
  const auto file = path("world.json");
  std::string last;
  {
    detail::world_keeper keeper{vk, file, {.interval = std::chrono::hours{1}}};
    EXPECT_TRUE(std::filesystem::exists(file));
    talk();
    last = vk.snapshot();
    keeper.stop();
  }
  EXPECT_EQ(contents(file), last);
  detail::service next{emulator_options{}.time(time).keep(file)};
  next.set_base_url("http://emulator");
  EXPECT_EQ(next.snapshot(), last);
}

TEST_F(Snapshots, RefuseToStartWithAFileThatIsNoWorld) {
  const auto file = path("broken.json");
  std::ofstream{file} << R"({"peple":[]})";
  try {
    detail::service next{emulator_options{}.time(time).world(file)};
    FAIL();
  } catch (const std::invalid_argument& failure) {
    EXPECT_EQ(std::string{failure.what()}.find("world file `" + file + "`: peple: "), 0U)
        << failure.what();
  }
  EXPECT_THROW(detail::service{emulator_options{}.time(time).world(path("nothing"))},
               std::invalid_argument);
  EXPECT_EQ(contents(file), R"({"peple":[]})");
}

// A limit of the size of files ends the writing as a full disk does.
TEST_F(Snapshots, LeaveTheOldFileWhenTheDiskIsFull) {
  const auto file = path("full.json");
  detail::replace_world_file(file, "old");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  auto small = before;
  small.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(detail::replace_world_file(file, std::string(5000, 'x')),
               detail::world_file_failure);
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(contents(file), "old");
  EXPECT_FALSE(std::filesystem::exists(file + ".new"));
}

// Two would write over each other's worlds.
TEST_F(Snapshots, AreKeptInAFileByOneEmulator) {
  const auto file = path("one.json");
  const auto options = emulator_options{}.time(time).keep(file);
  emulator first{options};
  try {
    emulator second{options};
    FAIL();
  } catch (const std::invalid_argument& failure) {
    EXPECT_NE(std::string{failure.what()}.find("Another emulator"), std::string::npos);
    EXPECT_NE(std::string{failure.what()}.find(file), std::string::npos);
  }
  first.stop();
  EXPECT_NO_THROW(emulator{options});
  EXPECT_FALSE(std::filesystem::exists(file + ".lock"));
}

// What a process that was killed has left is no lock.
TEST_F(Snapshots, AreKeptBesideTheLockOfADeadProcess) {
  const auto file = path("left.json");
  std::ofstream{file + ".lock"} << "";
  EXPECT_NO_THROW(emulator{emulator_options{}.time(time).keep(file)});
}

// A link in a shared folder must not lead the writing elsewhere, nor keep others' rights to read.
TEST_F(Snapshots, ReplaceWhatLiesInTheWay) {
  const auto file = path("world.json");
  std::ofstream{path("other")} << "mine";
  std::filesystem::create_symlink(path("other"), file + ".new");
  detail::replace_world_file(file, "new");
  EXPECT_EQ(contents(path("other")), "mine");
  EXPECT_EQ(contents(file), "new");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(Snapshots, WarnOnceOfADiskThatStaysFull) {
  std::vector<std::string> warnings;
  std::promise<void> first;
  emulator_options options;
  options.time(time).log(
      [&](const log_line& line) {
        if (warnings.empty()) first.set_value();
        warnings.push_back(line.text);
      },
      log_level::warning);
  detail::service answers{options};
  const auto gone = folder / "gone";
  std::filesystem::create_directories(gone);
  const auto file = (gone / "world.json").string();
  detail::world_keeper keeper{answers, file, {.interval = std::chrono::milliseconds{1}}};
  // At once: its thread looks at the folder meanwhile.
  std::filesystem::rename(gone, folder / "elsewhere");
  detail::http_message message;
  message.method = "POST";
  message.target = "/method/storage.set?v=5.199&key=a&value=b&access_token=" + tokens.user;
  static_cast<void>(answers.handle(message));
  ASSERT_EQ(first.get_future().wait_for(std::chrono::seconds{30}), std::future_status::ready);
  // Stopping makes the last attempt, so its failure is reported again.
  keeper.stop();
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_NE(warnings.back().find(file), std::string::npos);
  EXPECT_NE(warnings.front().find(file), std::string::npos);
}

TEST(WorldKeeper, LocksTheWorldATwentiethOfTheTime) {
  using namespace std::chrono_literals;
  EXPECT_EQ(detail::pause_after(1s, 0ns), 1s);
  EXPECT_EQ(detail::pause_after(1s, 10ms), 1s);
  EXPECT_EQ(detail::pause_after(1s, 200ms), 3800ms);
}

// Before the file could no longer be read.
TEST_F(Snapshots, WarnOnceOfAWorldThatBecomesTooLarge) {
  std::vector<std::string> warnings;
  emulator_options options;
  options.time(time).log([&](const log_line& line) { warnings.push_back(line.text); },
                         log_level::warning);
  detail::service answers{options};
  const auto file = path("world.json");
  {
    detail::world_keeper keeper{
        answers, file, {.interval = std::chrono::hours{1}, .warned_bytes = 100'000'000}};
    keeper.stop();
    EXPECT_TRUE(warnings.empty());
  }
  detail::world_keeper keeper{
      answers, file, {.interval = std::chrono::hours{1}, .warned_bytes = 1000}};
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings.front().find(file), std::string::npos);
  EXPECT_NE(warnings.front().find("Above 536870912"), std::string::npos) << warnings.front();
  detail::http_message message;
  message.method = "POST";
  message.target = "/method/storage.set?v=5.199&key=a&value=b&access_token=" + tokens.user;
  static_cast<void>(answers.handle(message));
  keeper.stop();
  EXPECT_EQ(warnings.size(), 1U);
}

TEST_F(Snapshots, QuietNamesWhatIsUnderWay) {
  EXPECT_EQ(send("GET", "/_emulator/quiet?wait=0").body, "{\"quiet\":true}\n");
  call("users.get", "user_ids=1", tokens.community);
  EXPECT_NE(send("GET", "/_emulator/quiet?group=1&for=60s&wait=0").body.find("the last call was"),
            std::string::npos);
  EXPECT_EQ(send("GET", "/_emulator/quiet?group=2&for=60s&wait=0").body, "{\"quiet\":true}\n");
  EXPECT_EQ(send("GET", "/_emulator/quiet?group=99&wait=0").status, 404U);
  EXPECT_EQ(send("GET", "/_emulator/quiet?for=soon").status, 400U);
}

TEST_F(Snapshots, EventsTellWhatLedToThem) {
  call("messages.send", "peer_id=-1&message=hello&random_id=1");
  call("messages.send", "peer_id=1&message=hi&random_id=1", tokens.community);
  const auto log = json::parse(send("GET", "/_emulator/feed?wait=0").body).at("events").as_array();
  const auto number = log.back().at("number").to_number<int>();
  const auto chain = json::parse(send("GET", "/_emulator/events/" + std::to_string(number)).body);
  std::string kinds;
  for (const auto& link : chain.at("chain").as_array())
    kinds += link.as_object().contains("kind") ? std::string{link.at("kind").as_string()} + " "
                                               : std::string{"request "};
  EXPECT_NE(kinds.find("message_sent request "), std::string::npos) << kinds;
  EXPECT_EQ(send("GET", "/_emulator/events/99999").status, 404U);
}

}  // namespace
}  // namespace vkxx::emulation
