// Long poll over real sockets.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <list>
#include <string>
#include <thread>

#include <vkxx/emulator.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

std::string get_request(std::string_view target) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

class LongPoll : public ::testing::Test {
 protected:
  std::string call(const std::string& bytes) {
    raw_client client{vk.port()};
    client.send(bytes);
    return body_of(client.receive());
  }
  json::value method(const std::string& name, const std::string& form, const std::string& token) {
    return json::parse(call(post(name, form + "&v=5.199", token))).at("response");
  }
  std::string control(const std::string& path, const std::string& body) {
    return call("POST /_emulator/" + path +
                " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                "Content-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void say(std::string_view text) {
    control("people/2/say", R"({"to":-1,"text":")" + std::string{text} + "\"}");
  }
  void wait_for(std::int64_t suspended) {
    while (json::parse(call(get_request("/_emulator/suspended"))).at("suspended").as_int64() !=
           suspended)
      std::this_thread::yield();
  }
  std::string poll_path(const std::string& ts, int seconds = 25) {
    const auto server = method("groups.getLongPollServer", "group_id=1", vk.tokens().community);
    return "/whp/1?act=a_check&key=" + std::string{server.at("key").as_string()} + "&ts=" + ts +
           "&wait=" + std::to_string(seconds);
  }
  std::string poll(const std::string& ts, int seconds = 25) {
    return get_request(poll_path(ts, seconds));
  }
  static std::string types(const std::string& received) {
    std::string all;
    const auto found = json::parse(body_of(received));
    for (const auto& update : found.at("updates").as_array())
      all += std::string{update.at("type").as_string()} + " ";
    return all;
  }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  emulator vk{emulator_options{}.time(time)};
};

TEST_F(LongPoll, WaitsForAnEventOfItsCommunity) {
  raw_client client{vk.port()};
  client.send(poll("0"));
  wait_for(1);
  control("people/2/say", R"({"to":3,"text":"not for you"})");
  wait_for(1);
  say("hello");
  EXPECT_EQ(types(client.receive()), "message_allow message_new ");
  client.send(poll("1"));
  EXPECT_EQ(types(client.receive()), "message_new ");
}

TEST_F(LongPoll, WaitsAtMostNinetySecondsOfTheClock) {
  raw_client client{vk.port()};
  client.send(poll("0", 3600));
  wait_for(1);
  time->advance(std::chrono::seconds{89});
  wait_for(1);
  time->advance(std::chrono::seconds{1});
  EXPECT_EQ(body_of(client.receive()), R"({"ts":"0","updates":[]})");
}

TEST_F(LongPoll, OneEventReachesAThousandPollsOnceEach) {
  constexpr int number = 1000;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  control("people/2/allow", R"({"community":1})");
  const auto request = poll("1");
  std::list<raw_client> clients;
  for (int i = 0; i != number; ++i) clients.emplace_back(vk.port()).send(request);
  wait_for(number);
  say("hello");
  std::string first;
  for (auto& client : clients) {
    const auto received = body_of(client.receive());
    if (first.empty()) first = received;
    ASSERT_EQ(received, first);
  }
  EXPECT_EQ(json::parse(first).at("updates").as_array().size(), 1U);
  wait_for(0);
}

TEST_F(LongPoll, SwitchesReachThePollsThatWait) {
  raw_client client{vk.port()};
  for (const auto& [change, failure] :
       {std::pair{"expire_key", R"({"failed":2})"}, std::pair{"forget", R"({"failed":3})"}}) {
    const auto ts = json::parse(call(get_request("/_emulator/transports/1")))
                        .at("long_poll")
                        .at("ts")
                        .as_int64();
    client.send(poll(std::to_string(ts)));
    wait_for(1);
    control("transports/1", "{\"" + std::string{change} + "\":true}");
    EXPECT_EQ(body_of(client.receive()), failure);
  }
}

TEST_F(LongPoll, ResetForgetsWhatThePollWaitsFor) {
  raw_client client{vk.port()};
  client.send(poll("0"));
  wait_for(1);
  vk.reset();
  EXPECT_EQ(body_of(client.receive()), R"({"failed":3})");
}

TEST_F(LongPoll, BodyIsCutWhereTheSwitchSays) {
  say("hello");
  control("transports/1", R"({"faults":[{"kind":"cut","amount":7}]})");
  raw_client client{vk.port()};
  client.send(poll("0"));
  const auto received = client.receive_all();
  EXPECT_EQ(body_of(received), R"({"ts":")");
  EXPECT_NE(received.find("Content-Length: "), std::string::npos);
}

TEST_F(LongPoll, MailboxWaitsToo) {
  const auto server = method("messages.getLongPollServer", "lp_version=3", vk.tokens().other_user);
  const std::string address{server.at("server").as_string()};
  raw_client client{vk.port()};
  client.send(
      get_request(address.substr(address.find('/', 8)) +
                  "?act=a_check&mode=2&version=3&key=" + std::string{server.at("key").as_string()} +
                  "&ts=" + std::to_string(server.at("ts").as_int64())));
  wait_for(1);
  control("people/1/say", R"({"to":2,"text":"hello"})");
  const auto updates = json::parse(body_of(client.receive())).at("updates");
  EXPECT_EQ(updates.at(0).at(0), 4);
  EXPECT_EQ(updates.at(0).at(5), "hello");
}

}  // namespace
}  // namespace vkxx::emulation
