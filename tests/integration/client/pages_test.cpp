// Lists whose pages say where the next one begins, by the coroutine and the blocking client against
// the emulator: how many requests they take, and that no item is lost or comes twice.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <vkxx/client/pages.hpp>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using emulation::fault;
using emulation::fault_kind;
using ::testing::ElementsAreArray;

constexpr paging by_cursor{
    .items = "items", .size = "count", .from = "start_from", .largest = 200, .usual = 30};

// What a walk gave until it ended, failed, or had as many pages as were wanted.
struct walked {
  std::vector<std::int64_t> posts;
  std::string cursor;
  std::optional<error> failure;
};

template <class Sequence>
bool take(walked& so_far, const Sequence& pages, const result<std::optional<page>>& found) {
  if (!found) so_far.failure = kept(result<reply>{found.error()}).error();
  if (!found || !*found) return false;
  for (const auto at : (*found)->fresh()) {
    so_far.posts.push_back((*found)->answer().json().at("items").at(at).at("id").as_int64());
  }
  so_far.cursor = pages.cursor();
  return true;
}

asio::awaitable<void> walk_through(page_sequence& pages, std::size_t most, walked& so_far) {
  for (std::size_t i = 0; i < most; ++i) {
    auto next = pages.try_next();
    const auto found = co_await std::move(next);
    if (!take(so_far, pages, found)) co_return;
  }
}

asio::awaitable<void> collect(item_sequence& items, std::vector<std::int64_t>& into) {
  for (;;) {
    auto next = items.next();
    const auto post = co_await std::move(next);
    if (!post) co_return;
    into.push_back(post->at("id").as_int64());
  }
}

class PagesByCursor : public ::testing::TestWithParam<face> {
 protected:
  static constexpr std::size_t all_pages = 1000;

  PagesByCursor() {
    blocking_client writer{settings_for(vk)};
    for (int batch = 0; batch < 4; ++batch) {
      std::vector<request> posts;
      for (int i = 1; i <= 25; ++i) {
        posts.push_back(request{"wall.post"}.set(
            "message", "bird " + std::to_string(25 * batch + i) + std::string(500, '.')));
      }
      for (const auto& posted : writer.execute(std::move(posts))) {
        EXPECT_TRUE(posted) << posted.error();
        written.insert(written.begin(), posted->json().at("post_id").as_int64());
      }
    }
    before = vk->requests().size();
  }

  // A page for each post.
  walked walk(const config& settings, page_options options, std::size_t most = all_pages,
              const std::function<void()>& then = {}, std::size_t and_then = 0) {
    walked so_far;
    const auto call = request{"newsfeed.search"}.set("q", "BIRD").set("count", 1);
    if (GetParam() == face::blocking) {
      blocking_client face{settings};
      auto pages = face.pages(call, by_cursor, std::move(options));
      const auto go = [&](std::size_t count) {
        while (count-- > 0 && take(so_far, pages, pages.try_next())) continue;
      };
      go(most);
      if (then) then();
      go(and_then);
      return so_far;
    }
    asio::io_context io{1};
    auto pages = client{io.get_executor(), settings}.pages(call, by_cursor, std::move(options));
    const auto go = [&](std::size_t count) {
      asio::co_spawn(io, walk_through(pages, count, so_far), asio::detached);
      io.restart();
      io.run_for(std::chrono::seconds{60});
    };
    go(most);
    if (then) then();
    go(and_then);
    return so_far;
  }

  // The methods that were called since the list was written.
  std::vector<std::string> called() {
    std::vector<std::string> methods;
    const auto all = vk->requests();
    for (auto i = before; i < all.size(); ++i) methods.push_back(all[i].api_method);
    return methods;
  }

  testing::emulator_fixture vk;
  std::vector<std::int64_t> written;  // newest first, as they are found
  std::size_t before = 0;
};

INSTANTIATE_TEST_SUITE_P(Each, PagesByCursor, ::testing::Values(face::coroutine, face::blocking),
                         [](const auto& test) { return face_name(test.param); });

TEST_P(PagesByCursor, GiveTheirItemsOneByOne) {
  std::vector<std::int64_t> posts;
  const auto call = request{"newsfeed.search"}.set("q", "BIRD").set("count", 30);
  if (GetParam() == face::blocking) {
    blocking_client face{settings_for(vk)};
    auto items = face.items(call, by_cursor);
    while (const auto post = items.next()) posts.push_back(post->at("id").as_int64());
    EXPECT_TRUE(items.complete());
  } else {
    asio::io_context io{1};
    auto items = client{io.get_executor(), settings_for(vk)}.items(call, by_cursor);
    asio::co_spawn(io, collect(items, posts), asio::detached);
    io.run_for(std::chrono::seconds{60});
    EXPECT_TRUE(items.complete());
  }
  EXPECT_THAT(posts, ElementsAreArray(written));
}

TEST_P(PagesByCursor, AHundredPagesTakeEightRequests) {
  const auto found = walk(settings_for(vk), {});
  EXPECT_FALSE(found.failure);
  EXPECT_THAT(found.posts, ElementsAreArray(written));
  std::vector<std::string> expected(8, "execute");
  expected.front() = "newsfeed.search";
  EXPECT_EQ(called(), expected) << "1, 2, 4, 8, 16, 25, 25 and the last 19";
}

TEST_P(PagesByCursor, OnePerRequestWhereThatIsAskedFor) {
  const auto found = walk(settings_for(vk), page_options{}.pages_per_request(1).limit(12));
  EXPECT_EQ(found.posts.size(), 12U);
  EXPECT_EQ(called(), std::vector<std::string>(12, "newsfeed.search"));
}

TEST_P(PagesByCursor, PagesThatFailHereAndThereCostNoItem) {
  vk->add_fault(fault{fault_kind::error, 10}.method("newsfeed.search").rate(0.1));
  auto found = walk(settings_for(vk), {});
  int failures = 0;
  for (; found.failure && failures < 100; ++failures) {
    EXPECT_EQ(*found.failure, api_errc{10});
    EXPECT_EQ(found.failure->method(), "newsfeed.search");
    auto options = page_options{};
    if (!found.cursor.empty()) options.resume(found.cursor);
    auto rest = walk(settings_for(vk), options);
    found.posts.insert(found.posts.end(), rest.posts.begin(), rest.posts.end());
    if (!rest.cursor.empty()) found.cursor = rest.cursor;
    found.failure = rest.failure;
  }
  EXPECT_LT(failures, 100);
  EXPECT_THAT(found.posts, ElementsAreArray(written));
  EXPECT_LT(called().size(), 80U);
}

TEST_P(PagesByCursor, AskForFewerWhenVkSaysItIsTooMuch) {
  const auto found = walk(
      settings_for(vk), {}, 31,
      [this] {
        vk->add_fault(fault{fault_kind::error, 13}.method("execute").count(2));
      },
      all_pages);
  EXPECT_FALSE(found.failure);
  EXPECT_THAT(found.posts, ElementsAreArray(written));
  EXPECT_EQ(called().size(), 5U + 2U + 12U) << "25 and 12 at once are too many, 6 are not";
}

TEST_P(PagesByCursor, AskForFewerWhenTheAnswerIsTooLarge) {
  auto settings = settings_for(vk);
  settings.max_answer_size(16 * 1024);
  const auto found = walk(settings, {});
  EXPECT_FALSE(found.failure) << *found.failure;
  EXPECT_THAT(found.posts, ElementsAreArray(written));
  EXPECT_LT(called().size(), 20U);
}

TEST_P(PagesByCursor, GoOnWithoutScriptsWhereTheTokenTakesNone) {
  vk->add_fault(fault{fault_kind::error, 28}.method("execute").count(0));
  const auto found = walk(settings_for(vk), {});
  EXPECT_FALSE(found.failure);
  EXPECT_THAT(found.posts, ElementsAreArray(written));
  const auto methods = called();
  EXPECT_EQ(methods.size(), 101U);
  EXPECT_EQ(std::ranges::count(methods, "execute"), 1);
}

TEST_P(PagesByCursor, ACursorSavedAmongThePagesOfAScriptLeadsOn) {
  for (const std::size_t pages : {1U, 2U, 5U, 20U}) {
    auto found = walk(settings_for(vk), {}, pages);
    ASSERT_EQ(found.posts.size(), pages);
    const auto rest = walk(settings_for(vk), page_options{}.resume(found.cursor));
    found.posts.insert(found.posts.end(), rest.posts.begin(), rest.posts.end());
    EXPECT_THAT(found.posts, ElementsAreArray(written)) << pages;
  }
}

TEST_P(PagesByCursor, AScriptThatGetsNoAnswerGivesWayToCallsThatAreRepeated) {
  auto settings = settings_for(vk);
  settings.retries(retries{}
                       .first_pause(std::chrono::milliseconds{1})
                       .longest_pause(std::chrono::milliseconds{2}));
  const auto found = walk(
      settings, {}, 3, [this] { vk->add_fault(fault{fault_kind::reset}.count(2)); }, all_pages);
  EXPECT_FALSE(found.failure) << *found.failure;
  EXPECT_THAT(found.posts, ElementsAreArray(written));
}

}  // namespace
}  // namespace vkxx::test
