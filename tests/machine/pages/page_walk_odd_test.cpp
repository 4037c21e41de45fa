// The walk through lists of servers that say too little, say it wrongly, or answer in odd shapes:
// nothing is lost without a reason, nothing comes twice, and every walk ends.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/pages/page_walk.hpp"
#include "client/reply/reply_builder.hpp"

namespace vkxx::test {
namespace {

using namespace vkxx::detail;

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct asked_page {
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::string from;
};

// What a server answers; calls are counted from 0.
using odd_server = std::function<json::value(const asked_page&, int)>;

std::int64_t number_of_parameter(const request& call, std::string_view name,
                                 std::int64_t otherwise) {
  const auto text = call.parameters().find(name);
  if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
  return otherwise;
}

struct odd_walk {
  std::vector<std::string> items;
  bool complete = false;
  std::string reason;
  std::optional<error> failure;
  int calls = 0;
};

odd_walk walked(const odd_server& server, const paging& list, page_options options = {}) {
  odd_walk end;
  detail::page_walk walk{request{"a.get"}, list, std::move(options)};
  while (!walk.over() && !end.failure && end.calls < 3000) {
    const auto plan = walk.plan();
    std::vector<result<reply>> pages;
    auto call = plan.calls().front();
    for (std::size_t i = 0; i < plan.pages(); ++i) {
      if (plan.calls().size() == plan.pages()) call = plan.calls()[i];
      asked_page wanted{number_of_parameter(call, "offset", 0),
                        number_of_parameter(call, "count", 20),
                        std::string{call.parameters().find("start_from").value_or("")}};
      pages.emplace_back(reply{server(wanted, end.calls++)});
      const auto* members = pages.back()->json().if_object();
      const auto* next = members == nullptr ? nullptr : members->if_contains("next_from");
      if (plan.calls().size() == plan.pages()) continue;
      if (next == nullptr || !next->is_string() || next->get_string().empty()) break;
      call.set("start_from", std::string{next->get_string()});
    }
    end.failure = walk.feed(pages);
    while (const auto page = walk.take()) {
      for (const auto& item : page->items()) end.items.push_back(json::serialize(item));
    }
  }
  EXPECT_TRUE(walk.over() || end.failure) << "the walk does not end";
  end.complete = walk.complete();
  end.reason = walk.incomplete_reason();
  return end;
}

paging odd_list(std::string_view identity, std::int64_t largest = 100) {
  return {.items = "items",
          .offset = "offset",
          .size = "count",
          .from = {},
          .identity = identity,
          .largest = largest,
          .usual = 0};
}

paging odd_chain(std::string_view identity) {
  auto list = odd_list(identity);
  list.offset = {};
  list.from = "start_from";
  return list;
}

json::object item_with(std::int64_t id) {
  return {{"id", id}};
}

// Positions 0, 1 … of which `shows` are shown; a page has `cap` at most.
struct plain_list {
  std::int64_t positions = 0;
  std::function<bool(std::int64_t)> shows = [](std::int64_t) { return true; };
  std::int64_t cap = 1000;
  json::value count = nullptr;  // that it says; null: it says none

  [[nodiscard]] json::object page(const asked_page& wanted) const {
    json::array items;
    const auto end = std::min(wanted.offset + std::min(wanted.size, cap), positions);
    for (auto i = wanted.offset; i < end; ++i) {
      if (shows(i)) items.push_back(item_with(i + 1));
    }
    json::object response{{"items", std::move(items)}};
    if (!count.is_null()) response["count"] = count;
    return response;
  }
  [[nodiscard]] odd_server server() const {
    return
        [list = *this](const asked_page& wanted, int) -> json::value { return list.page(wanted); };
  }
  [[nodiscard]] std::vector<std::string> shown() const {
    std::vector<std::string> items;
    for (std::int64_t i = 0; i < positions; ++i) {
      if (shows(i)) items.push_back(json::serialize(item_with(i + 1)));
    }
    return items;
  }
};

TEST(OddList, ACountThatIsTooLowAtTheEndOfAPageIsNotBelieved) {
  for (const std::string_view identity : {"id", ""}) {
    for (const std::int64_t count : {100, 195, 200, 290, 300, 385, 400}) {
      for (const std::int64_t hidden_at : {-1, 7, 99, 399}) {
        for (const std::int64_t cap : {1000, 40}) {
          const plain_list list{.positions = 730,
                                .shows = [=](std::int64_t at) { return at != hidden_at; },
                                .cap = cap,
                                .count = count};
          const auto end = walked(list.server(), odd_list(identity));
          if (cap < 100 && end.items != list.shown()) continue;
          EXPECT_EQ(end.items, list.shown())
              << identity << ' ' << count << ' ' << hidden_at << ' ' << cap;
          EXPECT_TRUE(end.complete) << end.reason;
        }
      }
    }
  }
}

// It costs a call only where the page at the end is as full as it can be.
TEST(OddList, ACountThatIsRightCostsOneCallAtMost) {
  for (const std::string_view identity : {"id", ""}) {
    for (const auto& [positions, calls] : {std::pair{0, 1},
                                           {1, 1},
                                           {30, 1},
                                           {99, 1},
                                           {100, 2},
                                           {101, 2},
                                           {150, 2},
                                           {180, 2},
                                           {195, 2}}) {
      const plain_list list{.positions = positions, .count = positions};
      const auto end = walked(list.server(), odd_list(identity));
      EXPECT_EQ(end.items, list.shown());
      EXPECT_TRUE(end.complete);
      EXPECT_EQ(end.calls, calls) << identity << ' ' << positions;
    }
  }
}

TEST(OddList, ALongHiddenStretchIsNoEndOfAListWithoutACount) {
  for (const std::string_view identity : {"id", ""}) {
    for (const std::int64_t pages : {3, 4, 5, 7, 12}) {
      const plain_list list{.positions = 4000, .shows = [pages](std::int64_t at) {
                              return at < 1000 || at >= 1000 + 100 * pages;
                            }};
      const auto end = walked(list.server(), odd_list(identity));
      EXPECT_EQ(end.items, list.shown()) << identity << ' ' << pages;
      if (pages > 5) {
        EXPECT_FALSE(end.complete) << "the next stretch may be longer";
        EXPECT_THAT(end.reason, HasSubstr("does not say how many"));
      }
      EXPECT_LE(end.calls, 110);
    }
  }
}

TEST(OddList, AHiddenFirstPageIsNoEnd) {
  for (const std::string_view identity : {"id", ""}) {
    const plain_list list{.positions = 400, .shows = [](std::int64_t at) { return at >= 100; }};
    const auto end = walked(list.server(), odd_list(identity));
    EXPECT_EQ(end.items, list.shown());
    EXPECT_TRUE(end.complete);
  }
}

// VK gives fewer positions than its schema allows to ask for, and shows few of them.
TEST(OddList, ShortPagesThatAreMostlyHiddenLoseNothingWithoutAReason) {
  const std::vector<std::pair<std::string, std::function<bool(std::int64_t)>>> patterns{
      {"few at the beginning of each page", [](std::int64_t at) { return at % 30 < 3; }},
      {"stretches", [](std::int64_t at) { return at % 90 < 5; }},
      {"one in twelve", [](std::int64_t at) { return at % 12 == 5; }},
      {"ever more", [](std::int64_t at) { return at < 6 || (at > 300 && at % 100 < at / 100); }},
      {"a few, then stretches", [](std::int64_t at) { return at < 4 || (at / 35) % 3 == 2; }}};
  for (const std::string_view identity : {"id", ""}) {
    for (const auto& [name, shows] : patterns) {
      for (const std::int64_t cap : {10, 30, 60, 1000}) {
        for (const bool counts : {true, false}) {
          plain_list list{.positions = 2000, .shows = shows, .cap = cap};
          if (counts) list.count = list.positions;
          const auto end = walked(list.server(), odd_list(identity));
          ASSERT_FALSE(end.failure) << *end.failure;
          if (end.items != list.shown()) {
            EXPECT_FALSE(end.complete) << identity << ", " << name << ", " << cap << ' ' << counts
                                       << ": " << end.items.size() << " items";
            EXPECT_NE(end.reason, "");
          }
        }
      }
    }
  }
}

TEST(OddList, CountsOfEveryShapeEndTheListWhereItEnds) {
  const std::vector<json::value> counts{
      "250", "", "many", -1, -7.5, 250.0, 1e300, 9'007'199'254'740'993, UINT64_MAX, true, {}, 0};
  for (const std::string_view identity : {"id", ""}) {
    for (const auto& count : counts) {
      const plain_list list{.positions = 250, .count = count};
      const auto end = walked(list.server(), odd_list(identity));
      EXPECT_FALSE(end.failure) << count;
      EXPECT_EQ(end.items, list.shown()) << identity << ' ' << count;
      EXPECT_LE(end.calls, 20) << count;
      const bool too_high = count == json::value(9'007'199'254'740'993);
      EXPECT_EQ(end.complete, !too_high) << count << ": " << end.reason;
    }
  }
}

TEST(OddList, WhatIsNoListWhereOneShouldBeIsAnError) {
  for (const json::value& items : {json::value(json::object{{"1", 2}}), json::value(json::object{}),
                                   json::value(7), json::value("x"), json::value(true)}) {
    for (const auto& list : {odd_list("id"), odd_list(""), odd_chain("id")}) {
      const auto end = walked(
          [&](const asked_page&, int) -> json::value {
            return {{"count", 3}, {"items", items}};
          },
          list);
      ASSERT_TRUE(end.failure) << items;
      EXPECT_EQ(*end.failure, errc::unexpected_type);
    }
  }
}

// Pages without their list between others that have one.
TEST(OddList, PagesWithoutTheirListCostNoItemsOfOthers) {
  for (const std::string_view identity : {"id", ""}) {
    for (const json::value& nothing : {json::value(nullptr), json::value(false)}) {
      plain_list list{.positions = 600, .count = 600};
      list.shows = [](std::int64_t at) { return at < 200 || at >= 300; };
      const auto end = walked(
          [&](const asked_page& wanted, int) -> json::value {
            auto response = list.page(wanted);
            if (response["items"].as_array().empty()) response["items"] = nothing;
            return response;
          },
          odd_list(identity));
      EXPECT_EQ(end.items, list.shown());
      EXPECT_TRUE(end.complete) << end.reason;
    }
  }
}

// Answers to a poll: the second has no more voters, and is left out of further pages.
TEST(OddList, APartThatIsMissingOnSomePagesTakesNoItemsFromOthers) {
  for (const std::string_view identity : {".", ""}) {
    auto list = odd_list(identity, 3);
    list.items = "[].users.items";
    const std::vector<std::vector<int>> voters{
        {1, 2, 3, 4, 5, 6, 7}, {4, 5, 6}, {1, 2, 3, 4, 5, 6}};
    const auto end = walked(
        [&](const asked_page& wanted, int) -> json::value {
          json::array response;
          for (std::size_t answer = 0; answer < voters.size(); ++answer) {
            const auto& all = voters[answer];
            json::array users;
            for (auto i = static_cast<std::size_t>(wanted.offset);
                 i < std::min(static_cast<std::size_t>(wanted.offset) + 3, all.size()); ++i) {
              users.push_back(all[i]);
            }
            if (users.empty()) continue;
            response.push_back({{"answer_id", answer},
                                {"users", {{"count", all.size()}, {"items", std::move(users)}}}});
          }
          return response;
        },
        list);
    EXPECT_FALSE(end.failure);
    EXPECT_EQ(end.items.size(), 16U);
    EXPECT_EQ((std::set<std::string>{end.items.begin(), end.items.end()}).size(), 16U);
    EXPECT_TRUE(end.complete) << end.reason;
  }
}

TEST(OddList, APlaceThatIsNoNumberIsRefused) {
  const auto fault_of = [](std::string_view name, std::string_view text) {
    const detail::page_walk walk{request{"a.get"}.set(name, text), odd_list("id"), {}};
    return walk.over() ? walk.fault() : std::nullopt;
  };
  for (const auto& [name, text] : {std::pair{"offset", "abc"}, std::pair{"offset", "1.5"},
                                   std::pair{"count", "many"}, std::pair{"count", "-5"}}) {
    const auto fault = fault_of(name, text);
    ASSERT_TRUE(fault) << name << ' ' << text;
    EXPECT_EQ(*fault, errc::invalid_argument);
    EXPECT_THAT(fault->message(), AllOf(HasSubstr(name), HasSubstr(text)));
  }
  EXPECT_FALSE(fault_of("offset", "-5")) << "VK counts from the end of some lists";
  EXPECT_FALSE(fault_of("count", "0"));
}

TEST(OddList, AnItemThatComesTwiceOnAPageIsGivenOnce) {
  const auto end =
      walked([](const asked_page&,
                int) { return json::parse(R"({"count":3,"items":[{"id":1},{"id":1},{"id":2}]})"); },
             odd_list("id"));
  EXPECT_THAT(end.items, ElementsAre(R"({"id":1})", R"({"id":2})"));
}

TEST(OddList, EqualItemsOfAPageAllComeWhereNothingIdentifiesThem) {
  const auto end =
      walked([](const asked_page&,
                int) { return json::parse(R"({"count":3,"items":[{"id":1},{"id":1},{"id":2}]})"); },
             odd_list(""));
  EXPECT_EQ(end.items.size(), 3U);
  EXPECT_TRUE(end.complete);
}

TEST(OddList, AServerThatIgnoresTheOffsetNeverHangs) {
  for (const std::string_view identity : {"id", ""}) {
    for (const json::value& count :
         {json::value(nullptr), json::value(1000), json::value("1000"), json::value(INT64_MAX)}) {
      for (const std::int64_t items : {1, 3, 99, 100}) {
        const plain_list list{.positions = items, .count = count};
        const auto end = walked(
            [&](const asked_page& wanted, int) -> json::value {
              return list.page({0, wanted.size, {}});
            },
            odd_list(identity));
        EXPECT_TRUE(end.failure || !end.complete || (identity == "id" && count.is_null()))
            << identity << ' ' << count << ' ' << items;
        EXPECT_LE(end.calls, 40) << identity << ' ' << count << ' ' << items;
        EXPECT_GE(end.items.size(), static_cast<std::size_t>(items));
      }
    }
  }
}

TEST(OddList, AChainThatNamesThePageItIsOnEndsWithAReason) {
  for (const std::string_view identity : {"id", ""}) {
    const auto end = walked(
        [](const asked_page& wanted, int) -> json::value {
          return {{"items", json::array{item_with(wanted.from.empty() ? 1 : 2)}},
                  {"next_from", "again"}};
        },
        odd_chain(identity));
    EXPECT_FALSE(end.failure);
    EXPECT_THAT(end.items, ElementsAre(R"({"id":1})", R"({"id":2})"));
    EXPECT_FALSE(end.complete);
    EXPECT_THAT(end.reason, HasSubstr("next_from"));
  }
}

TEST(OddList, AChainThatNamesNoNextPageBeforeItsCountSaysSo) {
  for (const json::value& next : {json::value(""), json::value(nullptr), json::value(false)}) {
    for (const json::value& count : {json::value(500), json::value("500")}) {
      const auto end = walked(
          [&](const asked_page&, int) -> json::value {
            return {{"count", count}, {"items", json::array{item_with(1)}}, {"next_from", next}};
          },
          odd_chain("id"));
      EXPECT_THAT(end.items, ElementsAre(R"({"id":1})"));
      EXPECT_FALSE(end.complete);
      EXPECT_THAT(end.reason, HasSubstr("VK says 500, and gave 1"));
    }
  }
}

// The list has shrunk when the page is read, and grown again when the page before is.
TEST(OddList, APageThatIsFullHidesNothingBehindIt) {
  std::vector<int> ids(60);
  for (int i = 0; i < 60; ++i) ids[static_cast<std::size_t>(i)] = i + 1;
  // A page has seven positions, though ten are asked for.
  const auto end = walked(
      [&](const asked_page& wanted, int call) -> json::value {
        if (call == 2) ids.erase(ids.begin(), ids.begin() + 10);
        if (call == 3) {
          for (int i = 0; i < 10; ++i) ids.insert(ids.begin(), 1000 + i);
        }
        json::array items;
        for (auto i = wanted.offset; i < std::min<std::int64_t>(wanted.offset + 7, std::ssize(ids));
             ++i) {
          items.push_back(item_with(ids[static_cast<std::size_t>(i)]));
        }
        return {{"items", std::move(items)}};
      },
      odd_list("id", 10), page_options{}.pages_per_request(1));
  for (int id = 1; id <= 60; ++id) {
    EXPECT_EQ(std::ranges::count(end.items, json::serialize(item_with(id))), 1) << id;
  }
}

// Each number takes two bytes of the text, and twenty times that as a value.
reply too_large_reply() {
  constexpr std::string_view begin = "{\"response\":[1";
  std::string text{begin};
  for (int i = 0; i < 3'000'000; ++i) text += ",1";
  reply_builder builder{text + "]}"};
  auto& content = builder.state();
  content.response = std::string_view{content.text}.substr(begin.size() - 2);
  content.response.remove_suffix(1);
  return std::move(builder).finish();
}

TEST(OddList, AnAnswerThatTakesTooMuchMemoryIsAnErrorAndNoException) {
  const std::vector<result<reply>> answer{too_large_reply()};
  for (const std::string_view identity : {".", ""}) {
    detail::page_walk walk{request{"a.get"}, odd_list(identity, 8), page_options{}};
    for (const auto* size : {"8", "4", "2"}) {
      const auto plan = walk.plan();
      ASSERT_EQ(plan.pages(), 1U);
      EXPECT_EQ(plan.calls().front().parameters().find("count"), size);
      const auto failure = walk.feed(answer);
      EXPECT_EQ(failure.has_value(), std::string_view{size} == "2") << "fewer items may fit";
      if (failure) {
        EXPECT_EQ(*failure, errc::answer_too_large);
      }
    }
    EXPECT_FALSE(walk.over());
  }
}

}  // namespace
}  // namespace vkxx::test
