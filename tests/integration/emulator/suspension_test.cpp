// Requests that wait for their answer, over real sockets.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <list>
#include <thread>

#include <vkxx/emulator.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

std::string get(std::string_view target) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

std::string waiting(int since, int seconds = 25) {
  return get("/_emulator/requests?since=" + std::to_string(since) +
             "&wait=" + std::to_string(seconds));
}

class Suspension : public ::testing::Test {
 protected:
  std::string call(const std::string& bytes) {
    raw_client client{vk.port()};
    client.send(bytes);
    return body_of(client.receive());
  }
  void wait_for(std::int64_t suspended) {
    while (boost::json::parse(call(get("/_emulator/suspended"))).at("suspended").as_int64() !=
           suspended)
      std::this_thread::yield();
  }
  void record_one() { call(get("/method/nothing?v=5.199")); }
  static std::size_t entries(const std::string& answer) {
    return boost::json::parse(body_of(answer)).as_array().size();
  }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  emulator vk{emulator_options{}.time(time)};
};

TEST_F(Suspension, EndsWithTheEventThatItWaitsFor) {
  raw_client client{vk.port()};
  client.send(waiting(0));
  wait_for(1);
  record_one();
  EXPECT_EQ(entries(client.receive()), 1U);
  wait_for(0);
  client.send(waiting(0));
  EXPECT_EQ(entries(client.receive()), 1U);
}

TEST_F(Suspension, EndsWithTheClockOfTheEmulator) {
  raw_client late{vk.port()};
  raw_client early{vk.port()};
  late.send(waiting(0, 30));
  wait_for(1);
  early.send(waiting(0, 20));
  wait_for(2);
  time->advance(std::chrono::seconds{20});
  EXPECT_EQ(body_of(early.receive()), "[]\n");
  wait_for(1);
  time->advance(std::chrono::seconds{10});
  EXPECT_EQ(body_of(late.receive()), "[]\n");
}

TEST_F(Suspension, GoesOnWhenAnEventDoesNotConcernIt) {
  raw_client client{vk.port()};
  client.send(waiting(2));
  wait_for(1);
  record_one();
  record_one();
  wait_for(1);
  record_one();
  EXPECT_EQ(entries(client.receive()), 1U);
}

TEST_F(Suspension, EndsWithAReset) {
  raw_client client{vk.port()};
  client.send(waiting(5));
  wait_for(1);
  vk.reset();
  EXPECT_EQ(body_of(client.receive()), "[]\n");
}

TEST_F(Suspension, EndsWithoutAnAnswerWhenTheEmulatorStops) {
  raw_client client{vk.port()};
  client.send(waiting(5));
  wait_for(1);
  vk.stop();
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(Suspension, IsForgottenWhenTheClientGoes) {
  {
    raw_client client{vk.port()};
    client.send(waiting(5));
    wait_for(1);
  }
  wait_for(0);
}

TEST_F(Suspension, KeepsWhatTheClientSendsAhead) {
  raw_client client{vk.port()};
  client.send(waiting(0));
  wait_for(1);
  client.send(get("/method/ahead?v=5.199") + get("/_emulator/suspended"));
  record_one();
  EXPECT_EQ(entries(client.receive()), 1U);
  EXPECT_NE(client.receive().find("\"error_code\":3"), std::string::npos);
  EXPECT_EQ(body_of(client.receive()), "{\"suspended\":0,\"refused\":0}\n");
}

TEST_F(Suspension, RefusesAWaitThatIsNoNumberOfSeconds) {
  for (const auto* query : {"wait=-1", "wait=3601", "wait=x", "since=x&wait=1", "since=-1"}) {
    raw_client client{vk.port()};
    client.send(get("/_emulator/requests?" + std::string{query}));
    EXPECT_NE(client.receive().find("HTTP/1.1 400 "), std::string::npos) << query;
  }
}

TEST_F(Suspension, ReachesManyAtOnce) {
  constexpr int number = 300;
  std::list<raw_client> clients;
  for (int i = 0; i != number; ++i) clients.emplace_back(vk.port()).send(waiting(0));
  wait_for(number);
  record_one();
  for (auto& client : clients) EXPECT_EQ(entries(client.receive()), 1U);
}

}  // namespace
}  // namespace vkxx::emulation
