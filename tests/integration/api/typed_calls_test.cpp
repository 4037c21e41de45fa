// Typed calls by the coroutine and the blocking client against the emulator.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/api/friends.hpp>
#include <vkxx/api/newsfeed.hpp>
#include <vkxx/api/users.hpp>
#include <vkxx/api/video.hpp>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using ::testing::HasSubstr;

TEST(TypedCalls, OfTheBlockingClient) {
  testing::emulator_fixture vk;
  blocking_client client{settings_for(vk)};
  const auto users = client.call(api::users::get{}.user_ids(1).fields("screen_name"));
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].last_name, "Durov");
  EXPECT_EQ(users[0].raw_json.text(), "");

  const auto kept = client.call(api::users::get{}.user_ids(1), call_options{}.keep_raw(true));
  EXPECT_THAT(std::string{kept.at(0).raw_json.text()}, HasSubstr("\"last_name\":\"Durov\""));

  const auto refused = client.try_call(api::friends::get{}.user_id(999'999));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().method(), "friends.get");
  EXPECT_THROW(client.call(api::friends::get{}.user_id(999'999)), api_exception);
}

TEST(TypedCalls, SeveralInOneRequest) {
  testing::emulator_fixture vk;
  blocking_client client{settings_for(vk)};
  const auto [users, refused, friends] = client.execute(
      api::users::get{}.user_ids(1), api::friends::get{}.user_id(999'999), api::friends::get{});
  ASSERT_TRUE(users) << users.error();
  EXPECT_EQ(users->at(0).first_name, "Pavel");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().method(), "friends.get");
  ASSERT_TRUE(friends) << friends.error();
  EXPECT_FALSE(friends->items.empty());
  EXPECT_EQ(vk->requests().size(), 1U);
}

asio::awaitable<std::string> names(client vk) {
  const auto users = co_await vk.call(api::users::get{}.user_ids("1").fields("screen_name"));
  const auto [again, friends] =
      co_await vk.execute(api::users::get{}.user_ids(1), api::friends::get{});
  co_return users.at(0).last_name + " " + again->at(0).first_name + " " +
      std::to_string(friends->items.empty());
}

TEST(TypedCalls, OfTheClientForCoroutines) {
  testing::emulator_fixture vk;
  asio::io_context io{1};
  std::string outcome;
  asio::co_spawn(io, names(client{io.get_executor(), settings_for(vk)}),
                 [&](std::exception_ptr failure, std::string text) {
                   ASSERT_FALSE(failure);
                   outcome = std::move(text);
                   io.stop();
                 });
  io.run_for(std::chrono::seconds{30});
  EXPECT_EQ(outcome, "Durov Pavel 0");
}

TEST(Paging, GoesThroughAWholeList) {
  testing::emulator_fixture vk;
  blocking_client client{settings_for(vk)};
  std::vector<std::int64_t> all;
  for (const auto id : client.call(api::friends::get{}).items) all.push_back(id.value());
  ASSERT_GT(all.size(), 2U);
  std::vector<std::int64_t> found;
  for (const auto id : client.items(api::friends::get{}.count(2))) found.push_back(id.value());
  EXPECT_EQ(found, all);
  found.clear();
  auto pages = client.pages(api::friends::get{}.count(2), page_options{}.pages_per_request(1));
  for (const auto& page : pages) {
    for (const auto id : page.items) found.push_back(id.value());
  }
  EXPECT_EQ(found, all);
}

asio::awaitable<std::vector<std::string>> texts_found(client vk) {
  std::vector<std::string> texts;
  auto posts = vk.items(api::newsfeed::search{}.q("number").count(1));
  while (const auto post = co_await posts.next()) texts.push_back(post->text.value_or(""));
  co_return texts;
}

TEST(Paging, FollowsTheCursorsOfAListInFewRequests) {
  testing::emulator_fixture vk;
  const std::vector<std::string> expected{"Post number 3", "Post number 2", "Post number 1",
                                          "News number 3", "News number 2", "News number 1"};
  blocking_client blocking{settings_for(vk)};
  std::vector<std::string> found;
  for (const auto& post : blocking.items(api::newsfeed::search{}.q("number").count(1))) {
    found.push_back(post.text);
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(vk->requests().size(), 3U) << "1 page, 2, and the last 3";
  found.clear();
  for (const auto& page : blocking.pages(api::newsfeed::search{}.q("number").count(1))) {
    ASSERT_EQ(page.items.size(), 1U);
    found.push_back(page.items[0].text);
  }
  EXPECT_EQ(found, expected);
  asio::io_context io{1};
  asio::co_spawn(io, texts_found(client{io.get_executor(), settings_for(vk)}),
                 [&](std::exception_ptr failure, std::vector<std::string> texts) {
                   EXPECT_FALSE(failure);
                   found = std::move(texts);
                   io.stop();
                 });
  found.clear();
  io.run_for(std::chrono::seconds{30});
  EXPECT_EQ(found, expected);
  EXPECT_EQ(vk->requests().size(), 9U);
}

TEST(Samples, AreGivenWhereTheEmulatorHasNoWorld) {
  testing::emulator_fixture vk;
  blocking_client client{settings_for(vk)};
  EXPECT_TRUE(client.try_call(api::video::getAlbums{}.count(3)));
  const auto refused = client.try_call(request{"video.getAlbums"}.set("count", "many"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), api_errc{100});
  EXPECT_THAT(refused.error().message(), HasSubstr("count not integer"));
}

TEST(Samples, AreTheSameForTheSameSeed) {
  const auto body = [](std::uint64_t seed) {
    testing::emulator_fixture vk{emulator_options{}.seed(seed)};
    blocking_client client{settings_for(vk)};
    return client.call(request{"video.getAlbums"}).body();
  };
  EXPECT_EQ(body(1), body(1));
  EXPECT_NE(body(1), body(2));
}

}  // namespace
}  // namespace vkxx::test
