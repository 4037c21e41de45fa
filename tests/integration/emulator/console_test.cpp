// The console's page and its feed, over real sockets.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <thread>

#include <vkxx/emulator.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

std::string request_of(std::string_view method, std::string_view target,
                       std::string_view body = {}) {
  return std::string{method} + " " + std::string{target} +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

class ConsoleFeed : public ::testing::Test {
 protected:
  boost::json::value call(std::string_view method, std::string_view target,
                          std::string_view body = {}) {
    raw_client client{vk.port()};
    client.send(request_of(method, target, body));
    return boost::json::parse(body_of(client.receive()));
  }
  void wait_for(std::int64_t suspended) {
    while (call("GET", "/_emulator/suspended").at("suspended").as_int64() != suspended)
      std::this_thread::yield();
  }
  std::string position() {
    return std::string{call("GET", "/_emulator/feed?wait=0").at("next").as_string()};
  }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  emulator vk{emulator_options{}.time(time)};
};

TEST_F(ConsoleFeed, WakesWithAnEventAndWithARequest) {
  for (const bool by_event : {true, false}) {
    raw_client reader{vk.port()};
    reader.send(request_of("GET", "/_emulator/feed?since=" + position()));
    wait_for(1);
    if (by_event)
      call("POST", "/_emulator/people/2/say", R"({"to":-1,"text":"hello"})");
    else
      call("GET", "/method/users.get?v=5.199");
    const auto batch = boost::json::parse(body_of(reader.receive()));
    EXPECT_EQ(batch.at("events").as_array().empty(), !by_event);
    EXPECT_EQ(batch.at("requests").as_array().empty(), by_event);
  }
}

TEST_F(ConsoleFeed, EndsWithTheMovedClock) {
  raw_client reader{vk.port()};
  reader.send(request_of("GET", "/_emulator/feed?since=" + position()));
  wait_for(1);
  call("POST", "/_emulator/clock", R"({"advance":25})");
  const auto batch = boost::json::parse(body_of(reader.receive()));
  EXPECT_TRUE(batch.at("events").as_array().empty());
}

TEST_F(ConsoleFeed, WaitsWhileTheClockStands) {
  call("POST", "/_emulator/clock", R"({"freeze":true})");
  raw_client reader{vk.port()};
  reader.send(request_of("GET", "/_emulator/feed?since=" + position()));
  wait_for(1);
  time->advance(std::chrono::hours{1});
  EXPECT_EQ(call("GET", "/_emulator/suspended").at("suspended"), 1);
  call("POST", "/_emulator/clock", R"({"advance":25})");
  EXPECT_FALSE(body_of(reader.receive()).empty());
}

TEST_F(ConsoleFeed, PageIsServedCompressed) {
  raw_client client{vk.port()};
  client.send("GET /console/chat.js HTTP/1.1\r\nHost: any\r\nAccept-Encoding: gzip\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_NE(answer.find("Content-Encoding: gzip"), std::string::npos);
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_LT(body_of(answer).size(), 12'000U);
}

TEST_F(ConsoleFeed, AdjustedClockEndsSlowAnswersInTime) {
  call("POST", "/_emulator/clock", R"({"advance":3600})");
  vk.add_fault(parse_fault("slow=5000:users.get"));
  raw_client client{vk.port()};
  client.send("GET /method/users.get?v=5.199 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  while (vk.requests().empty()) std::this_thread::yield();
  while (time->waiting() == 0) std::this_thread::yield();
  time->advance(std::chrono::seconds{5});
  EXPECT_NE(body_of(client.receive()).find("error"), std::string::npos);
}

}  // namespace
}  // namespace vkxx::emulation
