// The walk through lists that do not say how long they are, hide most of what they have, or lie:
// how many positions a page has, and where the list ends.
#include "client/pages/page_walk.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

// Positions 1, 2, 3 …, of which some are not shown.
struct list_with_gaps {
  std::int64_t positions = 0;
  std::function<bool(std::int64_t)> hides = [](std::int64_t) { return false; };
  std::int64_t cap = 1000;                           // of a page
  std::optional<std::int64_t> count = std::nullopt;  // that it says
  bool equal = false;                                // all items are the same
  bool chained = false;
  int calls = 0;

  static std::int64_t number_in(const request& call, std::string_view name,
                                std::int64_t otherwise) {
    const auto text = call.parameters().find(name);
    if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
    return otherwise;
  }

  reply answer(const request& call) {
    ++calls;
    const auto size = std::min(number_in(call, "count", 20), cap);
    const auto start = number_in(call, chained ? "start_from" : "offset", 0);
    json::array items;
    for (auto i = start; i < std::min(start + size, positions); ++i) {
      if (!hides(i)) items.push_back(json::object{{"id", equal ? 1 : i + 1}});
    }
    json::object response{{"items", std::move(items)}};
    if (count) response["count"] = *count;
    if (chained && start + size < positions) response["next_from"] = std::to_string(start + size);
    return reply{std::move(response)};
  }

  std::vector<result<reply>> answers(const detail::page_plan& plan) {
    std::vector<result<reply>> pages;
    for (const auto& call : plan.calls()) pages.emplace_back(answer(call));
    if (plan.calls().size() == plan.pages()) return pages;
    auto call = plan.calls().front();
    while (pages.size() < plan.pages()) {
      const auto* next = pages.back()->json().as_object().if_contains("next_from");
      if (next == nullptr) break;
      pages.emplace_back(answer(call.set("start_from", std::string{next->as_string()})));
    }
    return pages;
  }

  [[nodiscard]] std::vector<std::int64_t> shown() const {
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < positions; ++i) {
      if (!hides(i)) ids.push_back(equal ? 1 : i + 1);
    }
    return ids;
  }
};

paging list_by(std::string_view identity, std::int64_t largest = 100) {
  return {.items = "items",
          .offset = "offset",
          .size = "count",
          .from = {},
          .identity = identity,
          .largest = largest,
          .usual = largest == 0 ? 100 : 0};
}

struct ended_walk {
  std::vector<std::int64_t> ids;
  bool complete = false;
  std::string reason;
  std::optional<error> failure;
  std::string cursor;
};

ended_walk end_of(list_with_gaps& vk, const paging& list, page_options options = {}) {
  ended_walk end;
  detail::page_walk walk{request{"a.get"}, list, std::move(options)};
  for (int turns = 0; turns < 2000 && !end.failure && !walk.over(); ++turns) {
    end.failure = walk.feed(vk.answers(walk.plan()));
    while (const auto page = walk.take()) {
      for (const auto& item : page->items()) end.ids.push_back(item.at("id").as_int64());
    }
  }
  EXPECT_TRUE(walk.over() || end.failure) << "the walk does not end";
  end.complete = walk.complete();
  end.reason = walk.incomplete_reason();
  end.cursor = walk.cursor(std::string::npos);
  return end;
}

void expect_all(list_with_gaps vk, const paging& list, int most_calls, const std::string& told) {
  const auto end = end_of(vk, list);
  EXPECT_FALSE(end.failure) << told << ": " << *end.failure;
  EXPECT_EQ(end.ids, vk.shown()) << told;
  EXPECT_TRUE(end.complete) << told << ": " << end.reason;
  EXPECT_LE(vk.calls, most_calls) << told;
}

TEST(PageWalkEnds, AListWithoutACountComesWholeWhateverIsHidden) {
  for (const std::string_view identity : {"id", ""}) {
    for (const std::int64_t largest : {0, 100, 1000}) {
      const auto list = list_by(identity, largest);
      const auto told = std::string{identity} + " " + std::to_string(largest);
      list_with_gaps vk{.positions = 400, .cap = 30};
      expect_all(vk, list, 45, told + ", nothing");
      vk.hides = [](std::int64_t at) { return at % 7 == 0; };
      expect_all(vk, list, 45, told + ", every seventh");
      vk.hides = [](std::int64_t at) { return at >= 50 && at < 58; };
      expect_all(vk, list, 45, told + ", eight");
      vk.hides = [](std::int64_t at) { return at >= 100 && at < 160; };
      expect_all(vk, list, 45, told + ", two pages");
    }
  }
}

TEST(PageWalkEnds, AShortListWithoutACountTakesFewCalls) {
  for (const std::string_view identity : {"id", ""}) {
    expect_all({.positions = 0}, list_by(identity), 2, "nothing");
    expect_all({.positions = 1}, list_by(identity), 9, "one item");
    expect_all({.positions = 5}, list_by(identity), 9, "five items");
    expect_all({.positions = 100}, list_by(identity), 7, "a full page");
  }
}

// One post in six can be seen: a page is measured, not taken for as long as it has items.
TEST(PageWalkEnds, PagesThatHideMostOfTheirItemsAreNotTakenForSmallOnes) {
  for (const std::string_view identity : {"id", ""}) {
    list_with_gaps vk{.positions = 3000, .hides = [](std::int64_t at) { return at % 6 != 3; }};
    vk.count = vk.positions;
    expect_all(vk, list_by(identity), 60, std::string{identity});
  }
}

TEST(PageWalkEnds, PagesThatAreHiddenAtTheBeginningSkipNothing) {
  for (const std::string_view identity : {"id", ""}) {
    for (const std::int64_t cap : {30, 100}) {
      for (const std::int64_t first : {40, 90, 130, 250, 290}) {
        list_with_gaps vk{.positions = 500,
                          .hides = [first](std::int64_t at) { return at < first || at % 9 == 0; },
                          .cap = cap};
        vk.count = vk.positions;
        const auto end = end_of(vk, list_by(identity));
        const auto told =
            std::string{identity} + " " + std::to_string(cap) + " " + std::to_string(first);
        EXPECT_EQ(end.ids, vk.shown()) << told;
        EXPECT_LE(vk.calls, 80) << told;
      }
    }
  }
}

TEST(PageWalkEnds, AListThatEndsInEmptyPagesBeforeItsCountSaysSo) {
  for (const std::string_view identity : {"id", ""}) {
    for (const std::int64_t count : {700, 1000, 74'113}) {
      list_with_gaps vk{.positions = 500};
      vk.count = count;
      const auto end = end_of(vk, list_by(identity));
      EXPECT_EQ(end.ids, vk.shown());
      EXPECT_FALSE(end.complete);
      EXPECT_THAT(end.reason, HasSubstr("VK says " + std::to_string(count) + ", and gave 500"));
      EXPECT_LE(vk.calls, 16);
    }
  }
}

TEST(PageWalkEnds, ACountThatIsTooLowIsNotBelieved) {
  for (const std::string_view identity : {"id", ""}) {
    for (const std::int64_t count : {0, 1, 7, 99, 150}) {
      list_with_gaps vk{.positions = 420};
      vk.count = count;
      expect_all(vk, list_by(identity), 25, std::string{identity} + " " + std::to_string(count));
    }
  }
}

TEST(PageWalkEnds, ACountBeyondAllNumbersEndsToo) {
  for (const std::string_view identity : {"id", ""}) {
    list_with_gaps vk{.positions = 250};
    vk.count = std::numeric_limits<std::int64_t>::max();
    const auto end = end_of(vk, list_by(identity));
    EXPECT_EQ(end.ids, vk.shown());
    EXPECT_FALSE(end.complete);
    EXPECT_LE(vk.calls, 12);
    detail::page_walk other{request{"a.get"}, list_by(identity), page_options{}.resume(end.cursor)};
    EXPECT_FALSE(other.fault());
  }
}

TEST(PageWalkEnds, EqualItemsAreNotTakenForAListThatIgnoresTheOffset) {
  for (const bool counts : {true, false}) {
    list_with_gaps vk{.positions = 2000, .equal = true};
    if (counts) vk.count = vk.positions;
    expect_all(vk, list_by(""), 40, counts ? "with a count" : "without");
  }
}

// Whatever is asked for, this list gives.
ended_walk end_of_same_page(const paging& list, const char* text, int& calls) {
  ended_walk end;
  detail::page_walk walk{request{"a.get"}, list, {}};
  while (!walk.over() && !end.failure && calls < 500) {
    std::vector<result<reply>> pages;
    const auto plan = walk.plan();
    for (std::size_t i = 0; i < plan.pages(); ++i) {
      auto response = json::parse(text).as_object();
      if (!list.from.empty()) response["next_from"] = std::to_string(calls);
      pages.emplace_back(reply{std::move(response)});
      ++calls;
    }
    end.failure = walk.feed(pages);
    while (walk.take()) continue;
  }
  end.complete = walk.complete();
  end.reason = walk.incomplete_reason();
  return end;
}

TEST(PageWalkEnds, AListWithoutIdentityThatIgnoresTheOffsetIsAnError) {
  for (const auto* text :
       {R"({"count":1000000000000,"items":[{"x":1},{"x":2}]})", R"({"items":[{"x":1},{"x":2}]})"}) {
    int calls = 0;
    const auto end = end_of_same_page(list_by("", 2), text, calls);
    ASSERT_TRUE(end.failure) << text;
    EXPECT_THAT(end.failure->to_string(), HasSubstr("ignores `offset`"));
    EXPECT_LE(calls, 16) << text;
  }
}

TEST(PageWalkEnds, TheSamePageUnderEverNewNamesEndsWithAReason) {
  auto list = list_by("");
  list.offset = {};
  list.from = "start_from";
  for (const auto* text : {R"({"items":[{"x":1}]})", R"({"items":[]})"}) {
    int calls = 0;
    const auto end = end_of_same_page(list, text, calls);
    EXPECT_FALSE(end.failure);
    EXPECT_FALSE(end.complete);
    EXPECT_NE(end.reason, "");
    EXPECT_LE(calls, 100) << text;
  }
}

TEST(PageWalkEnds, OfAChainTheHiddenItemsAreNotMissed) {
  auto list = list_by("");
  list.offset = {};
  list.from = "start_from";
  for (const bool gives_all : {true, false}) {
    list_with_gaps vk{
        .positions = 1000, .hides = [](std::int64_t at) { return at % 150 == 7; }, .chained = true};
    vk.count = gives_all ? 1000 : 74'113;
    const auto end = end_of(vk, list);
    EXPECT_EQ(end.ids, vk.shown());
    EXPECT_EQ(end.complete, gives_all) << end.reason;
  }
}

TEST(PageWalkEnds, AListThatChangesWhereNothingIdentifiesItsItemsSaysSo) {
  list_with_gaps vk{.positions = 300};
  vk.count = vk.positions;
  detail::page_walk walk{request{"a.get"}, list_by(""), page_options{}.pages_per_request(1)};
  std::string cursor;
  for (int pages = 0; !walk.over(); ++pages) {
    EXPECT_FALSE(walk.feed(vk.answers(walk.plan())));
    if (!walk.take()) continue;
    if (pages == 0) vk.count = ++vk.positions;
    if (pages == 1) cursor = walk.cursor(5);
  }
  EXPECT_FALSE(walk.complete());
  EXPECT_THAT(walk.incomplete_reason(), HasSubstr("VK said 300, then 301"));
  const auto rest = end_of(vk, list_by(""), page_options{}.resume(cursor));
  EXPECT_THAT(rest.reason, HasSubstr("VK said 300, then 301")) << "a cursor remembers it";
}

TEST(PageWalkEnds, LimitsInsideOfPagesWithHiddenItemsLoseAndRepeatNothing) {
  for (const std::string_view identity : {"id", ""}) {
    for (const bool chained : {true, false}) {
      auto list = list_by(identity);
      if (chained) list.from = "start_from";
      list_with_gaps vk{.positions = 200,
                        .hides = [](std::int64_t at) { return at % 4 == 0; },
                        .cap = 30,
                        .chained = chained};
      std::vector<std::int64_t> found;
      std::string cursor;
      for (int walks = 0; walks < 60; ++walks) {
        const auto end = end_of(vk, list, page_options{}.limit(7).resume(cursor));
        EXPECT_LE(end.ids.size(), 7U);
        found.insert(found.end(), end.ids.begin(), end.ids.end());
        cursor = end.cursor;
        if (end.ids.empty()) break;
      }
      EXPECT_EQ(found, vk.shown()) << identity << chained;
    }
  }
}

}  // namespace
}  // namespace vkxx::test
