// Outcomes and odd answers over real sockets, against a server whose every byte is chosen.
#include <stop_token>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>
#include <vkxx/blocking_client.hpp>

#include "integration/http/servers/raw_server.hpp"

namespace vkxx::test {
namespace {

using http::test::always;
using http::test::raw_connection;
using http::test::raw_server;
using ::testing::HasSubstr;
using ::testing::Not;

config raw_settings(const raw_server& server) {
  const auto url = server.url("");
  return config{}.access_token("my-own-token").emulator(url).limits(limits{}.off());
}

request wall_post() {
  return request{"wall.post"}.set("message", "hi");
}

TEST(OutcomeOverSockets, ABatchedCallThatIsCancelledOnTheWayIsUnknown) {
  raw_server server{[](raw_connection& connection, raw_server& home) -> asio::awaitable<void> {
    static_cast<void>(co_await connection.read_request());
    home.count_request();
    co_await connection.wait_for_close();
  }};
  blocking_client vk{raw_settings(server).batching(batching{})};
  std::stop_source stop;
  std::jthread stopper{[&] {
    server.wait_until([&] { return server.requests() == 1; });
    stop.request_stop();
  }};
  const auto failure =
      vk.try_call(wall_post(), call_options{}.stop_token(stop.get_token())).error();
  EXPECT_EQ(failure, errc::cancelled);
  EXPECT_EQ(failure.effect(), request_effect::unknown);
  EXPECT_EQ(failure.attempts(), 1);
}

TEST(OutcomeOverSockets, HalfAnEmojiCostsOneCharacter) {
  raw_server server{always(R"({"response":[{"id":1,"first_name":"A\ud83d"},{"id":2}]})")};
  blocking_client vk{raw_settings(server)};
  const auto reply = vk.call(request{"users.get"});
  EXPECT_EQ(reply.json().at(0).at("first_name"), "A\xEF\xBF\xBD");
  EXPECT_EQ(reply.json().at(1).at("id"), 2);
  blocking_client gathering{raw_settings(server).batching(batching{})};
  const auto part = gathering.execute({request{"users.get"}, request{"users.get"}});
  ASSERT_TRUE(part[0]);
  EXPECT_EQ(part[0]->json().at("first_name"), "A\xEF\xBF\xBD");
  EXPECT_EQ(part[1]->text(), R"({"id":2})");
}

TEST(OutcomeOverSockets, WhatTheServerSaidIsShownWithoutTheToken) {
  raw_server server{always("No such thing: my-own-token")};
  blocking_client vk{raw_settings(server).retries(retries{}.off())};
  const auto text = vk.try_call(wall_post()).error().to_string();
  EXPECT_THAT(text, HasSubstr("the server said: No such thing: ***"));
  EXPECT_THAT(text, Not(HasSubstr("my-own-token")));
  EXPECT_THAT(text, HasSubstr("Sent once. It is not known whether VK executed the request."));
}

// Large enough to be read on the calling thread.
TEST(OutcomeOverSockets, ALargeAnswerComesWhole) {
  const std::string text(1000000, 'x');
  raw_server server{always(R"({"response":")" + text + R"("})")};
  blocking_client vk{raw_settings(server)};
  EXPECT_EQ(vk.call(request{"users.get"}).as<std::string>(), text);
}

}  // namespace
}  // namespace vkxx::test
