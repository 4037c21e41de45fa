// Quiet, replay and a kept world over sockets, with a bot that polls.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <vkxx/emulator.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

constexpr std::chrono::milliseconds silence{60};

// Answers each message of user 2 with another one, until the long poll says that it may go.
class polling_bot {
 public:
  polling_bot(const emulator& vk, std::string answer)
      : port_{vk.port()}, token_{vk.tokens().community}, answer_{std::move(answer)} {
    const auto server = call("groups.getLongPollServer", "group_id=1").at("response");
    key_ = server.at("key").as_string();
    ts_ = server.at("ts").as_string();
    thread_ = std::thread{[this] { run(); }};
  }
  polling_bot(const polling_bot&) = delete;
  polling_bot& operator=(const polling_bot&) = delete;
  ~polling_bot() { thread_.join(); }

 private:
  boost::json::value request(const std::string& bytes) const {
    raw_client client{port_};
    client.send(bytes);
    const auto reply = client.receive_all();
    const auto body = reply.find("\r\n\r\n");
    return body == std::string::npos ? boost::json::value{}
                                     : boost::json::parse(reply.substr(body + 4));
  }
  boost::json::value call(const std::string& method, const std::string& form) const {
    return request("GET /method/" + method + "?v=5.199&access_token=" + token_ + "&" + form +
                   " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }
  void run() {
    while (true) {
      const auto got = request("GET /whp/1?act=a_check&wait=25&key=" + key_ + "&ts=" + ts_ +
                               " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      if (!got.is_object() || !got.as_object().contains("updates")) return;
      ts_ = got.at("ts").as_string();
      for (const auto& update : got.at("updates").as_array()) {
        if (update.at("type") == "stop") return;
        if (update.at("type") == "message_new")
          call("messages.send", "peer_id=2&random_id=0&message=" + answer_);
      }
    }
  }

  std::uint16_t port_;
  std::string token_;
  std::string answer_;
  std::string key_;
  std::string ts_;
  std::thread thread_;
};

class SavedWorlds : public ::testing::Test {
 protected:
  void post(const std::string& path, const std::string& body) {
    raw_client client{vk.port()};
    client.send("POST /_emulator/" + path +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body);
    client.receive_all();
  }
  void end_bot() { post("events", R"({"group":1,"type":"stop","object":{}})"); }

  emulator vk;
};

constexpr const char* greeting =
    R"({"who":"user 2","does":"say","to":"community 1","message":"m1","text":"hi"}
{"who":"community 1","does":"say","to":"user 2","message":"m2","text":"hello"}
{"who":"user 2","does":"say","to":"community 1","message":"m3","text":"again"}
{"who":"community 1","does":"say","to":"user 2","message":"m4","text":"hello"}
)";

TEST_F(SavedWorlds, ATranscriptIsReplayedAgainstABotThatPolls) {
  const polling_bot bot{vk, "hello"};
  const auto outcome = vk.replay(greeting, silence);
  EXPECT_TRUE(outcome.same()) << outcome.difference();
  end_bot();
}

TEST_F(SavedWorlds, AnotherAnswerIsADifference) {
  const polling_bot bot{vk, "bye"};
  const auto outcome = vk.replay(greeting, silence);
  EXPECT_FALSE(outcome.same());
  EXPECT_NE(outcome.difference().find("- say text=\"hello\""), std::string::npos);
  EXPECT_NE(outcome.difference().find("+ say text=\"bye\""), std::string::npos);
  end_bot();
}

TEST_F(SavedWorlds, AReplayEndsWithoutABot) {
  const auto outcome = vk.replay(greeting, silence, std::chrono::milliseconds{1});
  EXPECT_FALSE(outcome.same());
  EXPECT_EQ(outcome.difference().find("The bot has not come"), 0U) << outcome.difference();
}

TEST_F(SavedWorlds, QuietWaitsAsASuspendedRequest) {
  const polling_bot bot{vk, "hello"};
  post("people/2/say", R"({"to":-1,"text":"hi"})");
  raw_client client{vk.port()};
  client.send(
      "GET /_emulator/quiet?group=1&for=60ms HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "\r\n");
  EXPECT_NE(client.receive_all().find("{\"quiet\":true}"), std::string::npos);
  EXPECT_NE(vk.transcript().find("\"text\":\"hello\""), std::string::npos);
  EXPECT_TRUE(vk.wait_until_quiet(1, silence));
  end_bot();
}

TEST_F(SavedWorlds, ASnapshotMovesToAnotherEmulator) {
  post("people/2/say", R"({"to":-1,"text":"hi"})");
  emulator other;
  other.snapshot(vk.snapshot());
  EXPECT_EQ(other.transcript(), vk.transcript());
  EXPECT_THROW(other.snapshot("{\"snapshot\":1,\"x\":2}"), std::invalid_argument);
}

}  // namespace
}  // namespace vkxx::emulation
