// What is kept beside the snapshot: every change, before anybody sees it.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "emulator/saving/changes/change_log.hpp"
#include "emulator/saving/files/forked_text.hpp"
#include "emulator/saving/files/world_keeper.hpp"
#include "unit/emulator/files/upload_fixture.hpp"

namespace vkxx::emulation {
namespace {

namespace fs = std::filesystem;

class KeptChanges : public upload_fixture {
 protected:
  KeptChanges() {
    folder =
        fs::temp_directory_path() / ("vkxx_kept_" + std::to_string(::getpid()) + "_" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder);
    fs::create_directories(folder / "copy");
    keeper.emplace(vk, file(), detail::keeper_limits{.interval = std::chrono::hours{1}});
  }
  ~KeptChanges() override {
    keeper.reset();
    fs::remove_all(folder);
  }

  std::string file() const { return (folder / "world.json").string(); }
  std::string copy() const { return (folder / "copy" / "world.json").string(); }
  fs::path log() const { return detail::change_logs_of(file()).rbegin()->second; }
  static std::string contents(const fs::path& name) {
    std::ifstream in{name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  // As it lies there when the process is killed now.
  void copy_files() const {
    fs::remove_all(folder / "copy");
    fs::create_directories(folder / "copy");
    for (const auto& entry : fs::directory_iterator{folder})
      if (entry.is_regular_file())
        fs::copy_file(entry.path(), folder / "copy" / entry.path().filename());
  }
  // The world with which the next run begins.
  std::string recovered() const {
    std::vector<std::string> warnings;
    emulator_options options;
    options.time(time).keep(copy());
    options.log([&](const log_line& line) { warnings.push_back(line.text); }, log_level::warning);
    detail::service next{options};
    next.set_base_url("http://emulator");
    reported = warnings;
    return next.snapshot();
  }
  void expect_kept(std::string_view step) {
    copy_files();
    const auto wanted = vk.snapshot();
    const auto found = recovered();
    EXPECT_EQ(reported, std::vector<std::string>{}) << step;
    const auto place = std::ranges::mismatch(wanted, found).in1 - wanted.begin();
    const auto from = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, place - 60));
    EXPECT_TRUE(wanted == found) << step << ": " << wanted.substr(from, 200) << "\nis after a kill "
                                 << found.substr(std::min(from, found.size()), 200);
  }
  void control(const std::string& path, const std::string& body) {
    const auto reply = send("POST", "/_emulator/" + path, body);
    EXPECT_EQ(reply.status, 200U) << path << reply.body;
  }

  fs::path folder;
  std::optional<detail::world_keeper> keeper;
  mutable std::vector<std::string> reported;
};

TEST_F(KeptChanges, OfMethodsAndScripts) {
  expect_kept("nothing");
  call("messages.send", "peer_id=-1&message=hello&random_id=7");
  expect_kept("a message");
  call("messages.send", "peer_id=-1&message=hello&random_id=7");
  call("messages.edit", "peer_id=-1&message_id=1&message=changed");
  call("messages.createChat", "title=Flat&user_ids=2,3");
  call("wall.post", "owner_id=-1&message=news");
  call("storage.set", "key=a&value=b");
  call("friends.add", "user_id=5");
  expect_kept("methods");
  error("messages.send", "peer_id=99999&message=x&random_id=1");
  error("messages.edit", "peer_id=-1&message_id=99&message=x");
  expect_kept("methods that fail");
  call(
      "execute",
      R"(code=var i=0; while(i<3){API.messages.send({"peer_id":-1,"message":"s"%2Bi,"random_id":100%2Bi});i=i%2B1;} return API.messages.send({"peer_id":-1});)");
  expect_kept("a script");
  call("messages.delete", "message_ids=2&delete_for_all=1");
  call("messages.sendReaction", "peer_id=-1&cmid=3&reaction_id=2");
  call("messages.markAsRead", "peer_id=-1", tokens.community);
  expect_kept("marks");
  call("groups.getLongPollServer", "group_id=1", tokens.community);
  call("messages.getLongPollServer", "lp_version=3");
  call("streaming.getServerUrl", "", tokens.service);
  call("messages.send", "peer_id=-1&message=again&random_id=8");
  expect_kept("servers of long poll");
}

// Somebody has copied the snapshot alone.
TEST_F(KeptChanges, ThatAreMissingAreReported) {
  call("messages.send", "peer_id=-1&message=hello&random_id=7");
  copy_files();
  for (const auto& [number, name] : detail::change_logs_of(copy())) fs::remove(name);
  EXPECT_EQ(recovered().find("\"hello\""), std::string::npos);
  ASSERT_EQ(reported.size(), 1U);
  EXPECT_NE(reported.front().find("after its snapshot are missing"), std::string::npos);
}

// An upgrade between a kill and the next start: made again by another program, the changes may come
// out differently.
TEST_F(KeptChanges, OfAnotherVersionAreNotMadeAgain) {
  copy_files();
  const auto name = detail::change_logs_of(copy()).begin()->second;
  const auto first_line = [](std::string text, const std::string& line) {
    return text.replace(0, text.find('\n'), line);
  };
  // Without a change, there is nothing to refuse.
  const auto empty = first_line(contents(name), "vkxx changes 2, made by vkxx 99.1.0");
  std::ofstream{name, std::ios::binary} << empty;
  EXPECT_TRUE(recovered() == vk.snapshot());
  EXPECT_EQ(reported, std::vector<std::string>{});
  call("messages.send", "peer_id=-1&message=hello&random_id=7");
  copy_files();
  const auto whole = contents(name);
  // Two builds of one version are two programs.
  const auto own = whole.substr(0, whole.find('\n'));
  const auto other_build = own.substr(0, own.find('(')) + "(0123456789ab)";
  ASSERT_EQ(own.size(), other_build.size()) << own;
  ASSERT_NE(own, other_build);
  for (const auto& [line, maker] : std::map<std::string, std::string>{
           {other_build, other_build.substr(other_build.rfind("vkxx"))},
           {"vkxx changes 2, made by vkxx 99.1.0", "vkxx 99.1.0"},
           {"vkxx changes 3, made by vkxx 99.1.0", "vkxx 99.1.0"},
           {"vkxx changes 1", "an earlier vkxx"}}) {
    std::ofstream{name, std::ios::binary} << first_line(whole, line);
    try {
      static_cast<void>(recovered());
      ADD_FAILURE() << line;
    } catch (const std::invalid_argument& failure) {
      const std::string text = failure.what();
      EXPECT_NE(text.find(maker + " has recorded the last changes in `" + name), std::string::npos)
          << text;
    }
    // Nothing is lost for the version that can.
    EXPECT_EQ(contents(name), first_line(whole, line));
  }
}

// Bytes that are no text are kept as they came.
TEST_F(KeptChanges, WithAnyBytes) {
  call("messages.send", "peer_id=-1&random_id=0&message=%FF%00%C3%28");
  call("storage.set", "key=a&value=%FE");
  expect_kept("bytes");
}

TEST_F(KeptChanges, OfUsersByHandAndOfTheClock) {
  control("people", R"({"first_name":"Vera","last_name":"S"})");
  control("communities", R"({"name":"Shop","admins":[1]})");
  control("chats", R"({"owner":1,"title":"Flat","members":[2]})");
  control("people/2/say", R"({"to":-1,"text":"hi"})");
  control("people/2", R"({"client":"no_inline"})");
  expect_kept("people");
  EXPECT_EQ(send("POST", "/_emulator/people/2/say", R"({"to":-77,"text":"hi"})").status, 400U);
  control("events", R"({"group":1,"type":"x","object":{"a":1}})");
  send("GET", "/_emulator/transports/3");
  control("transports/1", R"({"expire_key":true,"faults":[{"kind":"shuffle","count":2}]})");
  control("transports/nim1", R"({"lose_history":true})");
  expect_kept("transports");
  send("POST", "/_emulator/people/2/send_file?kind=doc&name=a.txt&to=-1&text=file", "bytes");
  expect_kept("a file");
  call(
      "messages.send",
      R"(peer_id=2&message=choose&random_id=1&keyboard={"inline":true,"buttons":[[{"action":{"type":"callback","label":"Ping"}}]]})",
      tokens.community);
  const auto history = call("messages.getHistory", "peer_id=2&count=1", tokens.community);
  const auto cmid = history.at("items").at(0).at("conversation_message_id").as_int64();
  control("people/2/press", R"({"to":-1,"label":"Ping","cmid":)" + std::to_string(cmid) + "}");
  expect_kept("a press");
  control("clock", R"({"advance":3600})");
  expect_kept("a press that expires");
  control("clock", R"({"freeze":true})");
  call("messages.send", "peer_id=-1&message=still&random_id=8");
  expect_kept("a clock that stands still");
  control("clock", R"({"run":true})");
  expect_kept("a clock that runs");
}

TEST_F(KeptChanges, OfPollsThatUseUpFaults) {
  const auto server = call("groups.getLongPollServer", "group_id=1", tokens.community);
  control("people/2/say", R"({"to":-1,"text":"one"})");
  control("people/2/say", R"({"to":-1,"text":"two"})");
  control("transports/1",
          R"({"faults":[{"kind":"shuffle","count":2},{"kind":"delay","count":1}]})");
  send("GET", "/whp/1?act=a_check&wait=0&ts=" + std::string{server.at("ts").as_string()} +
                  "&key=" + std::string{server.at("key").as_string()});
  send("GET", "/whp/2?act=a_check&wait=0&ts=1&key=x");
  expect_kept("a poll");
  control("people/2/say", R"({"to":-1,"text":"three"})");
  expect_kept("an event after it");
}

// A poll drops the events that are too old.
TEST_F(KeptChanges, OfPollsAfterAnHour) {
  const auto server = call("groups.getLongPollServer", "group_id=1", tokens.community);
  control("people/2/say", R"({"to":-1,"text":"one"})");
  control("clock", R"({"advance":4000})");
  const auto poll = [&](const std::string& ts) {
    return send("GET", "/whp/1?act=a_check&wait=0&ts=" + ts +
                           "&key=" + std::string{server.at("key").as_string()})
        .body;
  };
  EXPECT_NE(poll("0").find(R"("failed":1)"), std::string::npos);
  expect_kept("a poll that drops");
  EXPECT_NE(poll("0").find(R"("failed":1)"), std::string::npos);
  expect_kept("a poll that has nothing to drop");
}

TEST_F(KeptChanges, OfUploads) {
  const auto photo =
      upload(address("photos.getMessagesUploadServer", "peer_id=2", tokens.community), "photo",
             "cat.png", png(64, 48));
  expect_kept("a file");
  call("photos.saveMessagesPhoto", form_from(photo), tokens.community);
  expect_kept("a photo");
  const auto large =
      upload(address("docs.getUploadServer"), "file", "large.bin", std::string(400'000, 'x'));
  call("docs.save", form_from(large));
  expect_kept("a file without its bytes");
  upload(address("photos.getMessagesUploadServer"), "photo", "cat.png", "no picture");
  expect_kept("a refused file");
}

TEST_F(KeptChanges, OfTokens) {
  const std::string form =
      "grant_type=password&client_id=2274003&client_secret=hHbZxrka2uZ6jB1inYsH"
      "&username=plain@emulator.test&password=emulator-password";
  std::string token;
  const auto reply = send("POST", "/token", form);
  token = boost::json::parse(reply.body).at("access_token").as_string();
  expect_kept("a token");
  call("status.set", "text=new", token);
  expect_kept("a call with it");
  // The next run draws the same numbers, and must not give the same token.
  copy_files();
  detail::service next{emulator_options{}.time(time).keep(copy())};
  detail::http_message again;
  again.method = "POST";
  again.target = "/token";
  again.body = form;
  again.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  const auto second = boost::json::parse(next.handle(again).body);
  EXPECT_NE(second.at("access_token").as_string(), token);
}

TEST_F(KeptChanges, OfTheCallbackApi) {
  call("groups.addCallbackServer", "group_id=1&url=http://127.0.0.1:9/&title=bot",
       tokens.community);
  call("groups.setCallbackSettings", "group_id=1&server_id=1&message_new=1", tokens.community);
  auto work = vk.take_callbacks();
  ASSERT_EQ(work.requests.size(), 1U);
  expect_kept("a confirmation under way");
  const auto code = call("groups.getCallbackConfirmationCode", "group_id=1", tokens.community);
  vk.finish_callback(work, work.requests.front().attempt,
                     {200, std::string{code.at("code").as_string()}, {}, {}});
  control("people/2/say", R"({"to":-1,"text":"one"})");
  control("people/2/say", R"({"to":-1,"text":"two"})");
  expect_kept("events that wait");
  work = vk.take_callbacks();
  ASSERT_GE(work.requests.size(), 2U);
  vk.finish_callback(work, work.requests.front().attempt, {200, "ok", {}, {}});
  expect_kept("one that is delivered");
  vk.finish_callback(work, work.requests.back().attempt, {500, "", {}, {}});
  expect_kept("one that is retried");
  // Snapshots do not have what has ended.
  keeper.reset();
  keeper.emplace(vk, file(), detail::keeper_limits{.interval = std::chrono::hours{1}});
  const auto ended = std::to_string(work.requests.front().attempt);
  const auto waiting = vk.snapshot();
  control("callbacks/" + ended + "/resend", "{}");
  EXPECT_NE(vk.snapshot(), waiting);
  expect_kept("one that is resent");
  control("transports/1", "{\"resend\":" + ended + ",\"expire_key\":true}");
  expect_kept("one that is resent, and a key");
  control("callbacks/" + ended + "/hold", "{}");
  expect_kept("a server that is held");
}

TEST_F(KeptChanges, OfAWorldThatIsReplaced) {
  call("messages.send", "peer_id=-1&message=hello&random_id=7");
  const auto saved = vk.snapshot();
  send("POST", "/_emulator/reset", "{}");
  expect_kept("a reset");
  call("messages.send", "peer_id=-1&message=new&random_id=7");
  expect_kept("a message in the new world");
  EXPECT_EQ(send("PUT", "/_emulator/snapshot", saved).status, 200U);
  expect_kept("a snapshot");
  call("messages.send", "peer_id=-1&message=newer&random_id=9");
  expect_kept("a message in its world");
}

// Wherever the log ends, the world loads, with each change that is whole.
TEST_F(KeptChanges, UpToATornRecord) {
  std::map<std::size_t, std::string> worlds{{contents(log()).size(), vk.snapshot()}};
  for (const auto* text : {"one", "two", "three"}) {
    call("messages.send", "peer_id=-1&random_id=0&message=" + std::string{text});
    worlds[contents(log()).size()] = vk.snapshot();
  }
  ASSERT_EQ(worlds.size(), 4U);
  const auto whole = contents(log());
  const auto name = copy() + log().string().substr(file().size());
  for (std::size_t size = 0; size <= whole.size(); size += size + 9 < whole.size() ? 9 : 1) {
    copy_files();
    fs::resize_file(name, size);
    const auto& wanted = size < worlds.begin()->first ? worlds.begin()->second
                                                      : std::prev(worlds.upper_bound(size))->second;
    EXPECT_TRUE(recovered() == wanted) << size;
    EXPECT_EQ(reported.size(), worlds.contains(size) ? 0U : 1U) << size;
  }
  // A byte that has changed ends it, too.
  copy_files();
  auto damaged = whole;
  damaged[worlds.begin()->first + 30] ^= 1;
  std::ofstream{name, std::ios::binary} << damaged;
  EXPECT_TRUE(recovered() == worlds.begin()->second);
  EXPECT_EQ(reported.size(), 1U);
}

TEST_F(KeptChanges, InANewSnapshotWhenTheLogIsLong) {
  keeper.reset();
  const detail::world_keeper short_logs{
      vk, file(), {.interval = std::chrono::milliseconds{1}, .log_bytes = 1}};
  const auto first = detail::change_logs_of(file());
  ASSERT_EQ(first.size(), 1U);
  while (fs::exists(first.begin()->second))
    call("messages.send", "peer_id=-1&message=more&random_id=0");
  // The file names the log that continues it.
  EXPECT_EQ(contents(file()).find(
                "\"log\":" + first.begin()->second.substr(first.begin()->second.rfind('-') + 1)),
            std::string::npos);
}

// A snapshot that was begun before must not take the place of the new world.
TEST_F(KeptChanges, OfTheLastOfWorldsThatReplaceOneAnother) {
  keeper.reset();
  const detail::world_keeper busy{
      vk, file(), {.interval = std::chrono::milliseconds{1}, .log_bytes = 1}};
  const auto first = vk.snapshot();
  const std::string long_text(4000, 'x');
  for (int round = 0; round < 12; ++round) {
    // More than the snapshot: the log is about to become one.
    for (int i = 0; i < 12; ++i)
      call("messages.send", "peer_id=-1&random_id=0&message=" + long_text);
    if (round % 2 == 0)
      vk.restore(first);
    else
      send("POST", "/_emulator/reset", "{}");
    call("messages.send", "peer_id=-1&random_id=0&message=round" + std::to_string(round));
  }
  // The thread has nothing to do any more.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  const auto idle = [&] {
    return detail::change_logs_of(file()).size() == 1 && !fs::exists(file() + ".new");
  };
  while (!idle() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_TRUE(idle());
  // A file beside them that comes too late may still come and go.
  fs::copy_file(file(), copy());
  for (const auto& [number, name] : detail::change_logs_of(file()))
    fs::copy_file(name, detail::change_log_name(copy(), number));
  EXPECT_NE(recovered().find("\"round11\""), std::string::npos);
  EXPECT_TRUE(recovered() == vk.snapshot());
  EXPECT_EQ(reported, std::vector<std::string>{});
}

TEST_F(KeptChanges, InTheFileAloneAtTheEnd) {
  call("messages.send", "peer_id=-1&message=one&random_id=7");
  keeper.reset();
  EXPECT_TRUE(detail::change_logs_of(file()).empty());
  EXPECT_TRUE(contents(file()) == vk.snapshot());
}

// The old snapshot and both logs are the world while the new snapshot is written.
TEST_F(KeptChanges, InLogsThatContinueEachOther) {
  call("messages.send", "peer_id=-1&message=one&random_id=7");
  const auto middle = fs::file_size(log());
  call("messages.send", "peer_id=-1&message=two&random_id=8");
  copy_files();
  const auto whole = contents(log());
  const auto [number, name] = *detail::change_logs_of(copy()).begin();
  fs::resize_file(name, middle);
  const auto header = whole.find('\n') + 1;
  const auto next = detail::change_log_name(copy(), number + 1);
  std::ofstream{next, std::ios::binary} << whole.substr(0, header) << whole.substr(middle);
  EXPECT_TRUE(recovered() == vk.snapshot());
  EXPECT_EQ(reported, std::vector<std::string>{});
  // Behind a record that is missing, none is of any use.
  fs::resize_file(name, middle - 1);
  EXPECT_EQ(recovered().find("\"two\""), std::string::npos);
  EXPECT_EQ(reported.size(), 1U);
}

// A limit of the size of files ends the writing as a full disk does: in the middle of a record.
TEST_F(KeptChanges, WhenThereIsSpaceAgain) {
  std::vector<std::string> lines;
  std::mutex mutex;
  std::condition_variable added;
  emulator_options options;
  options.time(time).log(
      [&](const log_line& line) {
        const std::lock_guard lock{mutex};
        lines.push_back(line.text);
        added.notify_all();
      },
      log_level::warning);
  detail::service answers{options};
  answers.set_base_url("http://emulator");
  const auto wait_for_lines = [&](std::size_t count) {
    std::unique_lock lock{mutex};
    added.wait_for(lock, std::chrono::seconds{30}, [&] { return lines.size() >= count; });
    return lines;
  };
  const auto write = [&](const std::string& text) {
    detail::http_message message;
    message.method = "POST";
    message.target = "/method/messages.send?v=5.199&peer_id=-1&random_id=0&message=" + text +
                     "&access_token=" + tokens.user;
    EXPECT_NE(answers.handle(message).body.find("\"response\""), std::string::npos);
  };
  keeper.reset();
  detail::world_keeper full{answers, file(), {.interval = std::chrono::milliseconds{1}}};
  write("one");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit few = before;
  few.rlim_cur = fs::file_size(log()) + 50;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &few), 0);
  write("two");
  write("three");
  const auto warned = wait_for_lines(1);
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_NE(warned.front().find("cannot be written to `" + log().string()), std::string::npos)
      << warned.front();
  const auto healed = wait_for_lines(2);
  ASSERT_EQ(healed.size(), 2U);
  EXPECT_NE(healed.back().find("again; nothing is missing"), std::string::npos);
  write("four");
  copy_files();
  EXPECT_TRUE(recovered() == answers.snapshot());
  EXPECT_EQ(reported, std::vector<std::string>{});
}

// Where there are no copies of the process, the caller makes the text itself.
TEST(ForkedText, IsWholeOrNone) {
  std::string text(std::size_t{3} << 20U, 'x');
  const auto copy = detail::forked_text::begin([&] { return text + "y"; });
  text.assign(10, 'z');
  if (copy == nullptr) GTEST_SKIP() << "there are no copies of this process";
  const auto whole = copy->result();
  ASSERT_TRUE(whole);
  EXPECT_TRUE(*whole == std::string(std::size_t{3} << 20U, 'x') + "y");
  const auto failing =
      detail::forked_text::begin([]() -> std::string { throw std::runtime_error{"no"}; });
  ASSERT_NE(failing, nullptr);
  EXPECT_FALSE(failing->result());
  const auto waiting = detail::forked_text::begin([]() -> std::string {
    while (true) ::pause();
  });
  ASSERT_NE(waiting, nullptr);
  EXPECT_FALSE(waiting->result(std::chrono::seconds{0}));
}

}  // namespace
}  // namespace vkxx::emulation
