// The walk through lists whose pages say where the next one begins (`next_from`): scripts that
// follow it, what they come to, and cursors.
#include "client/pages/page_walk.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::test {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

constexpr paging feed{.items = "items",
                      .offset = {},
                      .size = "count",
                      .from = "start_from",
                      .identity = "id",
                      .largest = 10,
                      .usual = 0};

result<reply> refusal_with(int code) {
  api_error_details details;
  details.code = api_errc{code};
  return error{std::move(details)};
}

// Items 1, 2, 3 …; the cursor `c/20` stands behind item 20.
struct pretend_feed {
  int items = 0;
  int fails_at = -1;    // the page that begins there, while it is asked for in a script
  int fails_alone = 0;  // and so many times when it is asked for by itself
  int failure = 10;
  std::vector<std::size_t> sizes_asked{};  // pages of each request

  static int number_of(const request& call, std::string_view name, std::string_view otherwise) {
    auto text = call.parameters().find(name).value_or(otherwise);
    if (text.starts_with("c/")) text.remove_prefix(2);
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }

  [[nodiscard]] result<reply> page_at(int start, int count, bool in_script) {
    if (start == fails_at && (in_script || fails_alone-- > 0)) return refusal_with(failure);
    json::array list;
    for (int i = start; i < std::min(start + count, items); ++i)
      list.push_back(json::object{{"id", i + 1}});
    json::object response{{"items", std::move(list)}};
    if (start + count < items) response["next_from"] = "c/" + std::to_string(start + count);
    return reply{std::move(response)};
  }

  std::vector<result<reply>> answer(const detail::page_plan& plan) {
    sizes_asked.push_back(plan.pages());
    EXPECT_EQ(plan.calls().size(), 1U);
    const auto count = number_of(plan.calls().front(), "count", "10");
    std::vector<result<reply>> pages;
    for (int start = number_of(plan.calls().front(), "start_from", "0");
         pages.size() < plan.pages() && start < std::max(items, 1); start += count) {
      pages.push_back(page_at(start, count, plan.pages() > 1));
      if (!pages.back()) break;
    }
    return pages;
  }
};

std::vector<int> ids_of(const page& found, std::size_t most = std::string::npos) {
  std::vector<int> ids;
  for (const auto at : found.fresh()) {
    if (ids.size() == most) break;
    ids.push_back(static_cast<int>(found.answer().json().at("items").at(at).at("id").as_int64()));
  }
  return ids;
}

// The next page; nothing: the list is over, or (in `failure`) the walk was refused one.
std::optional<page> next_of(detail::page_walk& walk, pretend_feed& vk,
                            std::optional<error>& failure) {
  failure.reset();
  for (int turn = 0; turn < 1000; ++turn) {
    if (auto ready = walk.take()) return ready;
    if (walk.over()) return std::nullopt;
    failure = walk.feed(vk.answer(walk.plan()));
    if (failure) return std::nullopt;
  }
  ADD_FAILURE() << "the walk does not end";
  return std::nullopt;
}

// All items from here on; asks again after a failure.
std::vector<int> rest_of(detail::page_walk& walk, pretend_feed& vk, int* failures = nullptr) {
  std::vector<int> all;
  std::optional<error> failure;
  for (;;) {
    const auto found = next_of(walk, vk, failure);
    if (failure && failures != nullptr) ++*failures;
    if (!found && (!failure || failures == nullptr)) return all;
    if (!found) continue;
    const auto ids = ids_of(*found);
    all.insert(all.end(), ids.begin(), ids.end());
  }
}

std::vector<int> up_to(int last, int first = 1) {
  std::vector<int> numbers;
  for (int i = first; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

using sizes = std::vector<std::size_t>;

TEST(PageWalkByCursor, AsksForTwiceAsManyPagesEachTime) {
  pretend_feed vk{.items = 1000};
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(1000)));
  EXPECT_EQ(vk.sizes_asked, (sizes{1, 2, 4, 8, 16, 25, 25, 25}));
}

TEST(PageWalkByCursor, KeepsToThePagesPerRequest) {
  for (const std::size_t most : {1U, 3U}) {
    pretend_feed vk{.items = 100};
    detail::page_walk walk{request{"a.get"}, feed, page_options{}.pages_per_request(most)};
    EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(100)));
    EXPECT_EQ(vk.sizes_asked, most == 1 ? sizes(10, 1) : (sizes{1, 2, 3, 3, 3}));
  }
}

TEST(PageWalkByCursor, AsksForNoMoreThanTheLimitWants) {
  pretend_feed vk{.items = 1000};
  detail::page_walk walk{request{"a.get"}, feed, page_options{}.limit(95)};
  EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(95)));
  EXPECT_EQ(vk.sizes_asked, (sizes{1, 2, 4, 3}));
}

// Without a size: as many as came on the page before.
TEST(PageWalkByCursor, ReckonsWithTheSizeThatVkGives) {
  auto paging = feed;
  paging.size = {};
  pretend_feed vk{.items = 1000};
  detail::page_walk walk{request{"a.get"}, paging, page_options{}.limit(20)};
  EXPECT_EQ(walk.plan().calls().at(0).parameters().form(), "");
  EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(20)));
  EXPECT_EQ(vk.sizes_asked, (sizes{1, 1}));
}

TEST(PageWalkByCursor, AScriptBeginsWhereThePageBeforeEnded) {
  pretend_feed vk{.items = 1000};
  detail::page_walk walk{request{"a.get"}.set("q", "x"), feed, page_options{}};
  EXPECT_EQ(walk.plan().calls().at(0).parameters().form(), "q=x&count=10");
  EXPECT_FALSE(walk.feed(vk.answer(walk.plan())));
  const auto plan = walk.plan();
  EXPECT_EQ(plan.pages(), 2U);
  EXPECT_EQ(plan.calls().at(0).parameters().form(), "q=x&count=10&start_from=c%2F10");
  const auto request = plan.to_request().value();
  EXPECT_EQ(request.method(), "execute");
  EXPECT_THAT(std::string{request.parameters().find("code").value()},
              ::testing::HasSubstr("var from=\"c/10\";var pages=[];var left=2;"));
}

TEST(PageWalkByCursor, ACursorInsideOfAScriptsPagesLeadsOnExactly) {
  for (const std::size_t delivered : {std::size_t{0}, std::size_t{4}, std::string::npos}) {
    for (int pages = 1; pages <= 8; ++pages) {
      pretend_feed vk{.items = 95};
      detail::page_walk first{request{"a.get"}, feed, page_options{}};
      std::vector<int> found;
      std::optional<error> failure;
      for (int i = 1; i <= pages; ++i) {
        const auto item = next_of(first, vk, failure).value();
        const auto ids = ids_of(item, i < pages ? std::string::npos : delivered);
        found.insert(found.end(), ids.begin(), ids.end());
      }
      detail::page_walk second{request{"a.get"}, feed,
                               page_options{}.resume(first.cursor(delivered))};
      const auto rest = rest_of(second, vk);
      found.insert(found.end(), rest.begin(), rest.end());
      EXPECT_THAT(found, ElementsAreArray(up_to(95))) << pages << " " << delivered;
    }
  }
}

TEST(PageWalkByCursor, AFailedPageIsMetAloneAndThoseBeforeItAreKept) {
  pretend_feed vk{.items = 400, .fails_at = 120};
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(400)));
  EXPECT_EQ(vk.sizes_asked, (sizes{1, 2, 4, 8, 1, 16, 25})) << "12 pages, then that one, then on";
}

TEST(PageWalkByCursor, WhatFailsAloneTooIsTheCallersAndTheWalkStaysThere) {
  pretend_feed vk{.items = 400, .fails_at = 120, .fails_alone = 2};
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  std::vector<int> found;
  std::optional<error> failure;
  while (const auto item = next_of(walk, vk, failure)) {
    const auto ids = ids_of(*item);
    found.insert(found.end(), ids.begin(), ids.end());
  }
  ASSERT_TRUE(failure);
  EXPECT_EQ(*failure, api_errc{10});
  EXPECT_THAT(found, ElementsAreArray(up_to(120)));
  EXPECT_FALSE(next_of(walk, vk, failure));
  EXPECT_TRUE(failure);
  detail::page_walk other{request{"a.get"}, feed, page_options{}.resume(walk.cursor(99))};
  EXPECT_EQ(rest_of(walk, vk).size(), 280U);
  EXPECT_THAT(rest_of(other, vk), ElementsAreArray(up_to(400, 121)));
}

TEST(PageWalkByCursor, AFailureOfTheFirstPageOfAScriptIsMetAloneToo) {
  pretend_feed vk{.items = 400, .fails_at = 70};
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(400)));
  EXPECT_EQ(vk.sizes_asked, (sizes{1, 2, 4, 8, 1, 4, 4, 4, 4, 4, 4, 4, 4}))
      << "8 in a script, then 4";
}

TEST(PageWalkByCursor, AsksForLessWhenVkSaysItIsTooMuch) {
  for (const bool by_vk : {true, false}) {
    const auto too_much =
        by_vk ? refusal_with(13)
              : result<reply>{error{errc::answer_too_large, request_effect::unknown, "too large"}};
    pretend_feed vk{.items = 800};
    detail::page_walk walk{request{"a.get"}, feed, page_options{}};
    while (vk.sizes_asked.size() < 5) EXPECT_FALSE(walk.feed(vk.answer(walk.plan())));
    EXPECT_EQ(walk.plan().pages(), 25U);
    for (const std::size_t expected : {12U, 6U, 3U, 1U}) {
      EXPECT_FALSE(walk.feed(std::vector{too_much}));
      EXPECT_EQ(walk.plan().pages(), expected);
    }
    EXPECT_EQ(walk.plan().calls().at(0).parameters().find("count"), "10");
    EXPECT_FALSE(walk.feed(std::vector{too_much}));
    EXPECT_EQ(walk.plan().calls().at(0).parameters().find("count"), "5");
    EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(800)));
  }
}

TEST(PageWalkByCursor, WithoutASizeNoSmallerPageCanBeAskedFor) {
  auto paging = feed;
  paging.size = {};
  pretend_feed vk{.items = 30};
  detail::page_walk walk{request{"a.get"}, paging, page_options{}.pages_per_request(1)};
  EXPECT_FALSE(walk.feed(vk.answer(walk.plan())));
  (void)walk.plan();
  EXPECT_EQ(walk.feed(std::vector{refusal_with(13)}).value(), api_errc{13});
}

TEST(PageWalkByCursor, DoesWithoutScriptsWhereTheTokenTakesNone) {
  for (const int code : {3, 15, 27, 28}) {
    pretend_feed vk{.items = 100};
    detail::page_walk walk{request{"a.get"}, feed, page_options{}};
    EXPECT_FALSE(walk.feed(vk.answer(walk.plan())));
    EXPECT_EQ(walk.plan().pages(), 2U);
    EXPECT_FALSE(walk.feed(std::vector{refusal_with(code)}));
    EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(100)));
    EXPECT_EQ(vk.sizes_asked, sizes(10, 1));
  }
}

// The transport repeats what only reads; of a script it does not know.
TEST(PageWalkByCursor, AScriptThatGotNoAnswerGivesWayToOneCall) {
  pretend_feed vk{.items = 200};
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(walk.feed(vk.answer(walk.plan())));
  EXPECT_EQ(walk.plan().pages(), 8U);
  const error broken{errc::truncated_answer, request_effect::unknown, "cut"};
  EXPECT_FALSE(walk.feed(std::vector{result<reply>{broken}}));
  EXPECT_EQ(walk.plan().pages(), 1U);
  EXPECT_EQ(walk.feed(std::vector{result<reply>{broken}}).value(), errc::truncated_answer);
  EXPECT_THAT(rest_of(walk, vk), ElementsAreArray(up_to(200)));
  const error cancelled{errc::cancelled, request_effect::unknown, "stop"};
  detail::page_walk other{request{"a.get"}, feed, page_options{}};
  EXPECT_FALSE(other.feed(vk.answer(other.plan())));
  EXPECT_EQ(other.plan().pages(), 2U);
  EXPECT_EQ(other.feed(std::vector{result<reply>{cancelled}}).value(), errc::cancelled);
}

TEST(PageWalkByCursor, WhatMayNotStandInAScriptIsAskedForByItself) {
  for (const auto& call : {request{"execute.feed"}, request{"photos.save"},
                           request{"a.get"}.access_token(std::string{"another"})}) {
    pretend_feed vk{.items = 60};
    detail::page_walk walk{call, feed, page_options{}};
    EXPECT_EQ(rest_of(walk, vk).size(), 60U);
    EXPECT_EQ(vk.sizes_asked, sizes(6, 1)) << call.method();
  }
}

std::vector<result<reply>> pages_of(std::initializer_list<const char*> texts) {
  std::vector<result<reply>> outcomes;
  for (const auto* text : texts) outcomes.emplace_back(reply{json::parse(text)});
  return outcomes;
}

TEST(PageWalkByCursor, ACursorThatComesAgainEndsTheList) {
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  (void)walk.plan();
  EXPECT_FALSE(walk.feed(pages_of({R"({"items":[{"id":1}],"next_from":"a"})"})));
  (void)walk.plan();
  EXPECT_FALSE(walk.feed(pages_of(
      {R"({"items":[{"id":2}],"next_from":"a"})", R"({"items":[{"id":3}],"next_from":"a"})"})));
  EXPECT_TRUE(walk.over());
  EXPECT_THAT(ids_of(walk.take().value()), ElementsAre(1));
  EXPECT_THAT(ids_of(walk.take().value()), ElementsAre(2));
  EXPECT_FALSE(walk.take());
}

TEST(PageWalkByCursor, PagesWithoutAnythingNewEndTheListAfterAWhile) {
  detail::page_walk walk{request{"a.get"}, feed, page_options{}};
  int pages = 0;
  while (!walk.over() && pages < 200) {
    std::vector<result<reply>> same;
    for (auto left = walk.plan().pages(); left > 0; --left) {
      const auto next = std::to_string(++pages);
      same.emplace_back(reply{json::parse(R"({"items":[{"id":1}],"next_from":")" + next + "\"}")});
    }
    EXPECT_FALSE(walk.feed(same));
  }
  EXPECT_TRUE(walk.over());
  EXPECT_EQ(pages, 1 + 2 + 4 + 8 + 16);
}

// The pages before it come first, and a cursor taken meanwhile leads to the right one.
TEST(PageWalkByCursor, APageWithoutAListComesAfterThoseBeforeIt) {
  detail::page_walk walk{request{"a.get"}.set("start_from", "a"), feed, page_options{}};
  (void)walk.plan();
  EXPECT_FALSE(walk.feed(pages_of({R"({"items":[{"id":1}],"next_from":"b"})"})));
  EXPECT_THAT(walk.cursor(0), ::testing::HasSubstr(R"("from":"a")")) << "nothing was taken yet";
  ASSERT_TRUE(walk.take());
  EXPECT_EQ(walk.plan().pages(), 2U);
  EXPECT_FALSE(walk.feed(pages_of({R"({"items":[{"id":2}],"next_from":"c"})", R"({"x":1})"})));
  EXPECT_THAT(walk.cursor(1), ::testing::HasSubstr(R"("from":"b")"));
  EXPECT_THAT(ids_of(walk.take().value()), ElementsAre(2));
  EXPECT_THAT(walk.cursor(1), ::testing::HasSubstr(R"("from":"c")"));
  EXPECT_EQ(walk.plan().pages(), 1U);
  EXPECT_EQ(walk.plan().calls().at(0).parameters().find("start_from"), "c");
  EXPECT_EQ(walk.feed(pages_of({R"({"x":1})"})).value(), errc::unexpected_type);
  EXPECT_FALSE(walk.over());
}

// Whatever fails on the way and however the walk is cut: every item comes once, in order.
TEST(PageWalkByCursor, GivesEveryItemOnceWhateverFails) {
  const unsigned base = std::random_device{}();
  for (unsigned round = 0; round < 200; ++round) {
    const unsigned seed = base + round;
    std::mt19937 random{seed};
    const auto below = [&random](int bound) {
      return static_cast<int>(random() % static_cast<unsigned>(bound));
    };
    pretend_feed vk{.items = below(900)};
    auto options = page_options{}.pages_per_request(1 + random() % 25);
    detail::page_walk walk{request{"a.get"}, feed, options};
    std::vector<int> found;
    std::optional<error> failure;
    for (;;) {
      vk.fails_at = below(4) == 0 ? 10 * below(90) : -1;
      vk.fails_alone = below(2);
      vk.failure = std::array{10, 13, 6, 15, 28}[static_cast<std::size_t>(below(5))];
      const auto item = next_of(walk, vk, failure);
      if (!item && !failure) break;
      const auto cut = item && below(5) == 0;
      const auto delivered = cut ? static_cast<std::size_t>(below(11)) : std::string::npos;
      const auto ids = item ? ids_of(*item, delivered) : std::vector<int>{};
      found.insert(found.end(), ids.begin(), ids.end());
      if (!cut) continue;
      const auto cursor = walk.cursor(delivered);
      walk = detail::page_walk{request{"a.get"}, feed, options.resume(cursor)};
    }
    ASSERT_THAT(found, ElementsAreArray(up_to(vk.items))) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vkxx::test
