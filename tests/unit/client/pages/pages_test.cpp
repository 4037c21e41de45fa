// Pages and items, also of methods with types of their own.
#include <vkxx/client/pages.hpp>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/reply/envelope.hpp"
#include "support/call_bench.hpp"
#include "support/pretend_pages.hpp"

namespace vkxx::test {
namespace {

using pretend::get_chain;
using pretend::get_list;
using ::testing::ElementsAre;
using list = std::vector<std::int64_t>;
namespace json = boost::json;

template <class T>
T outcome_of(call_bench& bench, asio::awaitable<T> work) {
  std::optional<T> outcome;
  std::exception_ptr thrown;
  asio::co_spawn(bench.io, std::move(work), [&](std::exception_ptr failure, T value) {
    thrown = failure;
    if (!failure) outcome.emplace(std::move(value));
  });
  bench.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*outcome);
}

asio::awaitable<std::vector<list>> all_pages(client vk, page_options options) {
  std::vector<list> found;
  auto pages = vk.pages(get_list{}, std::move(options));
  while (auto page = co_await pages.next()) found.push_back(std::move(page->items));
  co_return found;
}

asio::awaitable<list> all_items(client vk, page_options options) {
  list found;
  auto items = vk.items(get_list{}, std::move(options));
  while (const auto item = co_await items.next()) found.push_back(*item);
  co_return found;
}

void expect_quiet_list(call_bench& bench) {
  bench.vk->expect(call("a.list").with("count", "4")).reply(R"({"count":8,"items":[1,2,3,4]})");
  bench.vk->expect(call("execute"))
      .reply(R"([{"count":8,"items":[3,4,5,6]},{"count":8,"items":[6,7,8]}])");
}

TEST(Pages, HoldWhatIsNew) {
  call_bench bench;
  expect_quiet_list(bench);
  EXPECT_THAT(outcome_of(bench, all_pages(bench.face(), page_options{})),
              ElementsAre(ElementsAre(1, 2, 3, 4), ElementsAre(5, 6), ElementsAre(7, 8)));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Pages, AreDecodedOnce) {
  for (const bool keep_raw : {false, true}) {
    call_bench bench;
    expect_quiet_list(bench);
    const auto before = get_list::decoded;
    auto options = page_options{}.each_call(call_options{}.keep_raw(keep_raw));
    EXPECT_THAT(outcome_of(bench, all_items(bench.face(), std::move(options))),
                ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
    EXPECT_EQ(get_list::decoded - before, 3);
  }
}

asio::awaitable<list> all_of_chain(client vk) {
  list found;
  auto items = vk.items(get_chain{});
  while (const auto item = co_await items.next()) found.push_back(*item);
  co_return found;
}

TEST(Pages, ThatNameTheNextOneAreDecodedOnce) {
  call_bench bench;
  bench.vk->expect(call("a.list")).reply(R"({"items":[1,2,3,4],"next_from":"b"})");
  // Fewer pages than the script would read.
  bench.vk->expect(call("execute"))
      .reply(R"([{"items":[5,6,7,8],"next_from":"c"},{"items":[9,10],"next_from":""}])");
  const auto before = get_list::decoded;
  EXPECT_THAT(outcome_of(bench, all_of_chain(bench.face())),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(get_list::decoded - before, 3);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Pages, ThatAreNoJsonAreRequestedAgain) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("a.list")).reply_body(R"({"response":{"count":8,"items":[1,2 3,4]}})");
  bench.vk->expect(call("a.list")).reply(R"({"count":8,"items":[1,2,3,4]})");
  bench.vk->expect(call("execute"))
      .reply_body(R"({"response":[{"count":8,"items":[3,4,5,6]},{"count":8,"items":[6,7 8]}]})");
  bench.vk->expect(call("execute"))
      .reply(R"([{"count":8,"items":[3,4,5,6]},{"count":8,"items":[6,7,8]}])");
  auto options = page_options{}.each_call(call_options{}.idempotent(true));
  EXPECT_THAT(outcome_of(bench, all_items(bench.face(), std::move(options))),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Pages, WhoseItemsDoNotFitAreAnError) {
  call_bench bench;
  bench.vk->expect(call("a.list")).reply(R"({"count":2,"items":[1,"2"]})");
  EXPECT_THROW(outcome_of(bench, all_items(bench.face(), page_options{})), std::exception);
}

TEST(Pages, GiveTheirItemsOneByOne) {
  call_bench bench;
  expect_quiet_list(bench);
  EXPECT_THAT(outcome_of(bench, all_items(bench.face(), page_options{})),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(Pages, StopAtTheLimit) {
  call_bench bench;
  bench.vk->expect(call("a.list")).reply(R"({"count":8,"items":[1,2,3,4]})");
  EXPECT_THAT(outcome_of(bench, all_items(bench.face(), page_options{}.limit(3))),
              ElementsAre(1, 2, 3));
}

asio::awaitable<list> resumed_after_two(client vk) {
  auto first = vk.items(get_list{});
  list found;
  for (int i = 0; i < 2; ++i) found.push_back(*co_await first.next());
  auto options = page_options{}.resume(first.cursor());
  auto second = vk.items(get_list{}, std::move(options));
  while (const auto item = co_await second.next()) found.push_back(*item);
  co_return found;
}

TEST(Pages, GoOnInTheMiddleOfAPage) {
  call_bench bench;
  bench.vk->expect(call("a.list")).reply(R"({"count":4,"items":[1,2,3,4]})").times(2);
  // A full page at the count: is there more?
  bench.vk->expect(call("a.list").with("offset", "2")).reply(R"({"count":4,"items":[3,4]})");
  EXPECT_THAT(outcome_of(bench, resumed_after_two(bench.face())), ElementsAre(1, 2, 3, 4));
}

asio::awaitable<list> patient(client vk) {
  list found;
  auto items = vk.items(get_list{});
  for (;;) {
    const auto item = co_await items.try_next();
    if (!item) {
      found.push_back(-1);
    } else if (*item) {
      found.push_back(**item);
    } else {
      co_return found;
    }
  }
}

TEST(Pages, TryAgainAfterAFailure) {
  call_bench bench;
  bench.vk->expect(call("a.list")).reply_error(R"({"error_code":10})");
  bench.vk->expect(call("a.list")).reply(R"({"count":2,"items":[1,2]})");
  EXPECT_THAT(outcome_of(bench, patient(bench.face())), ElementsAre(-1, 1, 2));
}

page page_of(const std::string& response, std::vector<std::size_t> fresh, std::string path) {
  http::response answer;
  answer.status = 200;
  answer.body = "{\"response\":" + response + "}";
  auto read = detail::read_answer("polls.getVoters", std::move(answer));
  return page{std::move(read).value(), std::move(fresh), std::move(path)};
}

TEST(Page, HasItsItemsAsValuesAndAsTheServerWroteThem) {
  const auto plain = page_of(R"({"count":3,"items":[{"id": 1.50} , 2,"\u0041"]})", {0, 2}, "items");
  EXPECT_THAT(plain.item_texts(), ElementsAre(R"({"id": 1.50})", R"("\u0041")"));
  EXPECT_THAT(plain.items(), ElementsAre(json::parse(R"({"id":1.5})"), "A"));
  const auto nested = page_of(
      R"([{"a":1.0,"users":{"count":2,"items":[5,6]},"b":[ 2 ]},{"a":2},{"users":{"items":[7]}}])",
      {1, 2}, "[].users.items");
  EXPECT_THAT(nested.item_texts(),
              ElementsAre(R"({"a":1.0,"users":6,"b":[ 2 ]})", R"({"users":7})"));
  EXPECT_THAT(nested.items(), ElementsAre(json::parse(R"({"a":1.0,"users":6,"b":[2]})"),
                                          json::parse(R"({"users":7})")));
}

// Takes minutes if each item reads its whole element.
TEST(Page, ReadsALongListWithinAnItemOnce) {
  constexpr std::size_t count = 20'000;
  std::string items = "1";
  std::vector<std::size_t> fresh{0};
  for (std::size_t i = 1; i < count; ++i) {
    items += R"(,"0123456789012345678901234567890123456789")";
    fresh.push_back(i);
  }
  const auto nested =
      page_of(R"([{"users":{"items":[)" + items + "]}}]", std::move(fresh), "[].users.items");
  EXPECT_EQ(nested.item_texts().size(), count);
}

TEST(Pages, RefuseACursorThatIsNone) {
  call_bench bench;
  auto options = page_options{}.resume("nonsense");
  EXPECT_THROW(outcome_of(bench, all_items(bench.face(), options)), usage_exception);
}

}  // namespace
}  // namespace vkxx::test
