// The walk through pages, against lists that change while it is on.
#include "client/pages/page_walk.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::test {
namespace {

namespace json = boost::json;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

constexpr paging by_offset{.items = "items",
                           .offset = "offset",
                           .size = "count",
                           .from = {},
                           .identity = "id",
                           .largest = 10,
                           .usual = 0};
constexpr paging by_next_from{.items = "items",
                              .offset = {},
                              .size = "count",
                              .from = "start_from",
                              .identity = "id",
                              .largest = 10,
                              .usual = 0};

// A list on a server, and a change to make before each call.
struct pretend_server {
  std::vector<int> list;
  std::function<void(pretend_server&)> before_call = [](pretend_server&) {};
  std::int64_t cap = 1000;
  bool tells_count = true;
  std::optional<std::int64_t> claims{};
  int calls = 0;
  int requests = 0;

  static std::int64_t number(const request& call, std::string_view name, std::int64_t otherwise) {
    const auto text = call.parameters().find(name);
    if (!text) return otherwise;
    std::from_chars(text->data(), text->data() + text->size(), otherwise);
    return otherwise;
  }

  result<reply> answer(const request& call) {
    before_call(*this);
    ++calls;
    const auto count = std::min(number(call, "count", 20), cap);
    const auto offset = number(call, "offset", number(call, "start_from", 0));
    json::array items;
    for (auto i = offset; i < offset + count && i < static_cast<std::int64_t>(list.size()); ++i) {
      const auto id = list[static_cast<std::size_t>(i)];
      if (id != 0) items.push_back(json::object{{"id", id}, {"likes", calls}});
    }
    const auto end = std::min(offset + count, static_cast<std::int64_t>(list.size()));
    json::object response{{"items", std::move(items)}};
    if (tells_count) response["count"] = claims.value_or(static_cast<std::int64_t>(list.size()));
    if (end < static_cast<std::int64_t>(list.size())) response["next_from"] = std::to_string(end);
    return reply{std::move(response)};
  }

  // As VK does with the plan's request: the calls, or the one that follows its own cursor.
  std::vector<result<reply>> answer_all(const detail::page_plan& plan) {
    ++requests;
    std::vector<result<reply>> outcomes;
    for (const auto& call : plan.calls()) outcomes.push_back(answer(call));
    if (plan.calls().size() == plan.pages()) return outcomes;
    auto call = plan.calls().front();
    while (outcomes.size() < plan.pages()) {
      const auto* next = outcomes.back()->json().as_object().if_contains("next_from");
      if (next == nullptr) break;
      outcomes.push_back(answer(call.set("start_from", std::string{next->as_string()})));
    }
    return outcomes;
  }
};

std::vector<int> fresh_of(const page& found) {
  std::vector<int> ids;
  const auto& items = found.answer().json().at("items").as_array();
  for (const auto i : found.fresh()) ids.push_back(static_cast<int>(items[i].at("id").as_int64()));
  return ids;
}

// The next page, or nothing at the end.
std::optional<page> next(detail::page_walk& walk, pretend_server& vk) {
  for (int turn = 0; turn < 10'000; ++turn) {
    if (auto ready = walk.take()) return ready;
    if (walk.over()) return std::nullopt;
    const auto plan = walk.plan();
    EXPECT_LE(plan.pages(), 25U);
    EXPECT_FALSE(walk.feed(vk.answer_all(plan)));
  }
  ADD_FAILURE() << "the walk does not end";
  return std::nullopt;
}

std::vector<int> all_of(detail::page_walk& walk, pretend_server& vk) {
  std::vector<int> ids;
  while (const auto found = next(walk, vk)) {
    const auto fresh = fresh_of(*found);
    EXPECT_FALSE(fresh.empty());
    ids.insert(ids.end(), fresh.begin(), fresh.end());
  }
  return ids;
}

std::vector<int> numbers(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) numbers[static_cast<std::size_t>(i)] = i + 1;
  return numbers;
}

TEST(PageWalk, GoesThroughAQuietList) {
  for (const int size : {0, 1, 2, 9, 10, 11, 14, 15, 99, 1000}) {
    for (const std::size_t at_once : {1U, 3U, 25U}) {
      for (const bool tells_count : {true, false}) {
        pretend_server vk{.list = numbers(size), .tells_count = tells_count};
        detail::page_walk walk{request{"a.get"}, by_offset,
                               page_options{}.pages_per_request(at_once)};
        EXPECT_THAT(all_of(walk, vk), ElementsAreArray(numbers(size)))
            << size << " " << at_once << " " << tells_count;
      }
    }
  }
}

TEST(PageWalk, TakesUpTo25PagesAtOnce) {
  pretend_server vk{.list = numbers(120)};
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
  EXPECT_EQ(all_of(walk, vk).size(), 120U);
  EXPECT_EQ(vk.requests, 5) << "1, 2, 4, 8 and the last 7";
}

TEST(PageWalk, FollowsNextFrom) {
  pretend_server vk{.list = numbers(35)};
  detail::page_walk walk{request{"a.get"}, by_next_from, page_options{}};
  EXPECT_THAT(all_of(walk, vk), ElementsAreArray(numbers(35)));
  EXPECT_EQ(vk.calls, 4);
  EXPECT_EQ(vk.requests, 3);
}

TEST(PageWalk, LearnsHowManyItemsVkReallyGives) {
  pretend_server vk{.list = numbers(100), .cap = 7};
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}.pages_per_request(1)};
  EXPECT_THAT(all_of(walk, vk), ElementsAreArray(numbers(100)));
}

TEST(PageWalk, StartsAtTheCallersOffsetAndKeepsTheCallersSize) {
  pretend_server vk{.list = numbers(50)};
  detail::page_walk walk{request{"a.get"}.set("offset", 20).set("count", 4), by_offset,
                         page_options{}};
  const auto calls = walk.plan().calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].parameters().find("count"), "4");
  EXPECT_EQ(calls[0].parameters().find("offset"), "20");
  const auto found = all_of(walk, vk);
  EXPECT_EQ(found.front(), 21);
  EXPECT_EQ(found.size(), 30U);
}

TEST(PageWalk, StopsAtTheLimit) {
  for (const std::size_t limit : {0U, 1U, 10U, 11U, 95U}) {
    pretend_server vk{.list = numbers(500)};
    detail::page_walk walk{request{"a.get"}, by_offset, page_options{}.limit(limit)};
    EXPECT_THAT(all_of(walk, vk), ElementsAreArray(numbers(static_cast<int>(limit))));
  }
}

TEST(PageWalk, ItemsAddedInFrontComeNoSecondTime) {
  pretend_server vk{.list = numbers(60)};
  vk.before_call = [fresh = 1000](pretend_server& self) mutable {
    for (int i = 0; i < 7; ++i) self.list.insert(self.list.begin(), ++fresh);
    if (self.list.size() > 150) self.before_call = [](pretend_server&) {};
  };
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}.pages_per_request(1)};
  const auto found = all_of(walk, vk);
  EXPECT_EQ(std::set<int>(found.begin(), found.end()).size(), found.size());
  for (const int id : numbers(60)) {
    EXPECT_EQ(std::count(found.begin(), found.end(), id), 1) << id;
  }
}

TEST(PageWalk, ItemsRemovedInFrontTakeNoneWithThem) {
  for (const int removed : {1, 4, 5, 9, 20, 30}) {
    pretend_server vk{.list = numbers(200)};
    vk.before_call = [removed](pretend_server& self) {
      if (self.calls == 6) self.list.erase(self.list.begin(), self.list.begin() + removed);
    };
    detail::page_walk walk{request{"a.get"}, by_offset, page_options{}.pages_per_request(1)};
    const auto found = all_of(walk, vk);
    EXPECT_EQ(found.size(), 200U) << removed;
    EXPECT_EQ(std::set<int>(found.begin(), found.end()).size(), found.size());
  }
}

// What is there all the time comes exactly once, whatever is added and removed between the calls,
// also between those of one script.
TEST(PageWalk, KeepsItsPromiseOnAnyList) {
  const unsigned base = std::random_device{}();
  for (unsigned round = 0; round < 150; ++round) {
    const unsigned seed = base + round;
    std::mt19937 random{seed};
    const auto up_to = [&random](int most) {
      return static_cast<int>(random() % static_cast<unsigned>(most + 1));
    };
    pretend_server vk{.list = numbers(up_to(300)), .tells_count = up_to(3) > 0};
    std::set<int> always{vk.list.begin(), vk.list.end()};
    int fresh = 10'000;
    int changes = 30;
    vk.before_call = [&](pretend_server& self) {
      if (up_to(2) > 0 || --changes < 0) return;
      for (int i = up_to(20); i > 0 && !self.list.empty(); --i) {
        const auto at = self.list.begin() + up_to(static_cast<int>(self.list.size()) - 1);
        always.erase(*at);
        self.list.erase(at);
      }
      for (int i = up_to(20); i > 0; --i) {
        self.list.insert(self.list.begin() + up_to(static_cast<int>(self.list.size())), ++fresh);
      }
    };
    detail::page_walk walk{request{"a.get"}, by_offset,
                           page_options{}.pages_per_request(1 + random() % 25)};
    const auto found = all_of(walk, vk);
    const std::set<int> unique{found.begin(), found.end()};
    ASSERT_EQ(unique.size(), found.size()) << "an item came twice, seed " << seed;
    for (const int id : always) ASSERT_TRUE(unique.contains(id)) << id << " lost, seed " << seed;
  }
}

TEST(PageWalk, GoesOnFromACursor) {
  for (const std::size_t delivered : {std::size_t{0}, std::size_t{3}, std::string::npos}) {
    for (const auto& paging : {by_offset, by_next_from}) {
      pretend_server vk{.list = numbers(57)};
      std::vector<int> found;
      std::string cursor;
      for (int turn = 0; turn < 100; ++turn) {
        auto options = page_options{};
        if (!cursor.empty()) options.resume(cursor);
        detail::page_walk walk{request{"a.get"}, paging, options};
        ASSERT_FALSE(walk.fault());
        // One page, then (once in a while not all of it) a new walk.
        const auto item = next(walk, vk);
        if (!item) break;
        auto fresh = fresh_of(*item);
        const auto taken = turn % 2 == 0 ? delivered : std::string::npos;
        cursor = walk.cursor(taken);
        fresh.resize(std::min(fresh.size(), taken));
        found.insert(found.end(), fresh.begin(), fresh.end());
        if (taken > 0) vk.list.insert(vk.list.begin(), 100 + turn);
      }
      std::erase_if(found, [](int id) { return id >= 100; });
      EXPECT_THAT(found, ElementsAreArray(numbers(57))) << delivered << paging.from;
    }
  }
}

TEST(PageWalk, ACursorThatIsNoneIsRefused) {
  detail::page_walk walk{request{"a.get"}.set("owner_id", 1), by_offset, page_options{}};
  const auto good = walk.cursor(0);
  auto changed = good;
  changed.replace(changed.find(R"("offset":0)"), 10, R"("offset":5)");
  const std::map<std::string, std::string> faults{
      {"x", "it is not one"},
      {"{}", "it is not one"},
      {"[]", "it is not one"},
      {R"({"offset":1,"from":"","given":0,"over":false,"seen":[]})", "earlier version"},
      {changed, "changed or cut"},
      {good.substr(0, good.size() - 1), "it is not one"},
      {detail::page_walk{request{"b.get"}.set("owner_id", 1), by_offset, page_options{}}.cursor(0),
       "it is of b.get"},
      {detail::page_walk{request{"a.get"}.set("owner_id", 2), by_offset, page_options{}}.cursor(0),
       "other parameters"}};
  for (const auto& [text, why] : faults) {
    const detail::page_walk other{request{"a.get"}.set("owner_id", 1), by_offset,
                                  page_options{}.resume(text)};
    ASSERT_TRUE(other.fault()) << text;
    EXPECT_TRUE(*other.fault() == errc::invalid_argument);
    EXPECT_THAT(other.fault()->to_string(), HasSubstr(why)) << text;
    EXPECT_THAT(other.fault()->to_string(), HasSubstr("`cursor()`"));
  }
  EXPECT_FALSE((detail::page_walk{request{"a.get"}.set("count", 3).set("owner_id", 1), by_offset,
                                  page_options{}.resume(good)}
                    .fault()));
}

TEST(PageWalk, OptionsOutOfRangeAreRefused) {
  for (const auto& options :
       {page_options{}.pages_per_request(0), page_options{}.pages_per_request(26),
        page_options{}.limit(static_cast<std::size_t>(-5))}) {
    const detail::page_walk walk{request{"a.get"}, by_offset, options};
    ASSERT_TRUE(walk.fault());
    EXPECT_TRUE(*walk.fault() == errc::invalid_argument);
  }
}

// A search that says 74113 and gives 1000.
TEST(PageWalk, AListThatEndsBeforeItsCountIsReportedAfterFewCalls) {
  auto paging = by_offset;
  paging.largest = 1000;
  for (const std::size_t at_once : {1U, 25U}) {
    pretend_server vk{.list = numbers(1000)};
    vk.claims = 74'113;
    detail::page_walk walk{request{"a.get"}, paging, page_options{}.pages_per_request(at_once)};
    EXPECT_EQ(all_of(walk, vk).size(), 1000U);
    EXPECT_LE(vk.calls, 6);
    EXPECT_FALSE(walk.complete());
    EXPECT_EQ(walk.incomplete_reason(),
              "VK says 74113, and gave 1000: it gives no more than the first 1000 of this list");
  }
}

// VK counts what it hides: a page is short, and the pages behind it stand where they stood.
TEST(PageWalk, HiddenItemsCostNoCalls) {
  auto paging = by_offset;
  paging.largest = 100;
  for (const std::size_t at_once : {1U, 25U}) {
    pretend_server vk{.list = numbers(5000)};
    for (std::size_t i = 0; i < vk.list.size(); i += 150) vk.list[i] = 0;
    detail::page_walk walk{request{"a.get"}, paging, page_options{}.pages_per_request(at_once)};
    EXPECT_EQ(all_of(walk, vk).size(), 4966U);
    EXPECT_LE(vk.calls, 60);
    EXPECT_TRUE(walk.complete());
    EXPECT_EQ(walk.total(), 5000);
  }
}

TEST(PageWalk, ALimitIsACompleteEnd) {
  pretend_server vk{.list = numbers(50)};
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}.limit(12)};
  EXPECT_FALSE(walk.complete());
  EXPECT_EQ(all_of(walk, vk).size(), 12U);
  EXPECT_TRUE(walk.complete());
}

result<reply> refused(int code) {
  api_error_details details;
  details.code = api_errc{code};
  return error{std::move(details)};
}

// How many items that took.
std::size_t fed_up_to_25_pages(detail::page_walk& walk, pretend_server& vk) {
  std::size_t given = 0;
  while (walk.plan().pages() < 25) EXPECT_FALSE(walk.feed(vk.answer_all(walk.plan())));
  while (const auto found = walk.take()) given += found->fresh().size();
  return given;
}

TEST(PageWalk, AsksForLessWhenVkSaysItIsTooMuch) {
  pretend_server vk{.list = numbers(500)};
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
  const auto given = fed_up_to_25_pages(walk, vk);
  auto pages = walk.plan().pages();
  ASSERT_EQ(pages, 25U);
  for (const std::size_t expected : {12U, 6U, 3U, 1U}) {
    EXPECT_FALSE(walk.feed(std::vector(pages, refused(13))));
    pages = walk.plan().pages();
    ASSERT_EQ(pages, expected);
  }
  EXPECT_FALSE(walk.feed(std::vector{refused(13)}));
  EXPECT_EQ(walk.plan().calls().at(0).parameters().find("count"), "5");
  EXPECT_EQ(all_of(walk, vk).size(), 500U - given);
}

TEST(PageWalk, DoesWithoutScriptsWhereTheTokenTakesNone) {
  for (const int code : {15, 27, 28}) {
    pretend_server vk{.list = numbers(500)};
    detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
    ASSERT_TRUE(next(walk, vk));
    EXPECT_FALSE(walk.feed(std::vector(walk.plan().pages(), refused(code))));
    EXPECT_EQ(walk.plan().pages(), 1U);
    EXPECT_EQ(all_of(walk, vk).size(), 490U);
  }
}

TEST(PageWalk, StaysWhereItIsWhenACallFails) {
  pretend_server vk{.list = numbers(30)};
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}.pages_per_request(1)};
  ASSERT_TRUE(next(walk, vk));
  const auto before = walk.plan().calls().at(0).parameters().form();
  const auto failure = walk.feed(std::vector{refused(10)});
  ASSERT_TRUE(failure);
  EXPECT_EQ(*failure, api_errc{10});
  EXPECT_EQ(walk.plan().calls().at(0).parameters().form(), before);
  EXPECT_EQ(all_of(walk, vk).size(), 20U);
}

TEST(PageWalk, ARefusalInTheMiddleOfAScriptCostsOnlyWhatIsBehindIt) {
  pretend_server vk{.list = numbers(300)};
  detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
  const auto given = fed_up_to_25_pages(walk, vk);
  auto outcomes = vk.answer_all(walk.plan());
  ASSERT_GT(outcomes.size(), 3U);
  outcomes[2] = refused(10);
  EXPECT_FALSE(walk.feed(outcomes));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(walk.take());
  EXPECT_EQ(walk.plan().pages(), 1U) << "asked for alone";
  ASSERT_TRUE(next(walk, vk));
  EXPECT_GT(walk.plan().pages(), 1U) << "then several again";
  EXPECT_EQ(all_of(walk, vk).size(), 300U - given - 15U);
}

paging list_of_numbers() {
  auto paging = by_offset;
  paging.identity = ".";
  return paging;
}

std::optional<error> fed_with(detail::page_walk& walk, const char* response) {
  (void)walk.plan();
  return walk.feed(std::vector{result<reply>{reply{json::parse(response)}}});
}

TEST(PageWalk, AnAnswerWithoutAnyListIsAnError) {
  for (const auto* response : {R"({"x":1})", R"({"items":{"x":1}})", "1", R"("x")", "true"}) {
    detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
    const auto failure = fed_with(walk, response);
    ASSERT_TRUE(failure) << response;
    EXPECT_TRUE(*failure == errc::unexpected_type) << response;
    EXPECT_EQ(failure->method(), "a.get");
    EXPECT_FALSE(walk.over());
  }
}

TEST(PageWalk, AListThatIsLeftOutIsEmpty) {
  for (const auto* response :
       {R"({"count":0})", R"({"next_from":""})", R"({"profiles":[]})", "{}", "null", "false"}) {
    detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
    EXPECT_FALSE(fed_with(walk, response)) << response;
    EXPECT_TRUE(walk.over()) << response;
  }
}

TEST(PageWalk, AResponseThatIsAListIsTheList) {
  detail::page_walk walk{request{"a.get"}, list_of_numbers(), page_options{}};
  EXPECT_FALSE(fed_with(walk, "[7,8]"));
  EXPECT_THAT(walk.take().value().fresh(), ElementsAreArray({0, 1}));
  // All of it again: what ignores count and offset has given everything.
  for (int pages = 0; pages < 4 && !walk.over(); ++pages) EXPECT_FALSE(fed_with(walk, "[7,8]"));
  EXPECT_TRUE(walk.over());
  EXPECT_TRUE(walk.complete());
  EXPECT_FALSE(walk.take());
}

TEST(PageWalk, AListThatIgnoresTheOffsetIsAnError) {
  for (const auto* response : {R"({"count":100,"items":[{"id":1},{"id":2},{"id":3},{"id":4}]})",
                               R"([1,2,3,4,5,6,7,8,9,10])"}) {
    detail::page_walk walk{request{"a.get"}, list_of_numbers(),
                           page_options{}.pages_per_request(1)};
    EXPECT_FALSE(fed_with(walk, response));
    EXPECT_TRUE(walk.take());
    std::optional<error> failure;
    int pages = 1;
    while (!failure && pages < 20) {
      EXPECT_FALSE(walk.over());
      failure = fed_with(walk, response);
      EXPECT_FALSE(walk.take());
      ++pages;
    }
    ASSERT_TRUE(failure);
    EXPECT_LE(pages, 7) << "some places, and one behind the end of the list";
    EXPECT_TRUE(*failure == errc::unexpected_type);
    EXPECT_THAT(failure->to_string(), HasSubstr("ignores `offset`"));
  }
}

TEST(PageWalk, PagesThatNewItemsPushBackAreNotTakenForOneThatDoesNotMove) {
  for (const int growth : {1, 3, 4, 5, 6, 9}) {
    pretend_server vk{.list = numbers(60)};
    vk.before_call = [growth](pretend_server& all) {
      if (all.calls == 0 || all.calls > 8) return;
      for (int i = 0; i < growth; ++i) all.list.insert(all.list.begin(), 1000 * all.calls + i);
    };
    detail::page_walk walk{request{"a.get"}, by_offset, page_options{}};
    auto found = all_of(walk, vk);
    std::erase_if(found, [](int id) { return id >= 1000; });
    EXPECT_EQ(found, numbers(60)) << growth;
  }
}

// `polls.getVoters`: the offset counts within each inner list, and one may be over before others.
TEST(PageWalk, ListsWithinItemsComeWhole) {
  for (const std::string_view identity : {"", "."}) {
    paging paging{.items = "[].users.items",
                  .offset = "offset",
                  .size = "count",
                  .from = {},
                  .identity = identity,
                  .largest = 3,
                  .usual = 0};
    const std::vector<std::vector<int>> votes{{1, 2, 3, 4, 5, 6, 7, 8}, {}, {1, 9, 2, 10}};
    detail::page_walk walk{request{"polls.getVoters"}, paging, page_options{}};
    std::vector<std::string> found;
    int calls = 0;
    while (!walk.over() && calls < 20) {
      std::vector<result<reply>> outcomes;
      const auto plan = walk.plan();
      for (const auto& call : plan.calls()) {
        ++calls;
        const auto offset = static_cast<std::size_t>(pretend_server::number(call, "offset", 0));
        json::array response;
        for (std::size_t answer = 0; answer < votes.size(); ++answer) {
          json::array users;
          for (auto i = offset; i < std::min(offset + 3, votes[answer].size()); ++i)
            users.push_back(votes[answer][i]);
          response.push_back({{"answer_id", answer},
                              {"users",
                               {{"count", static_cast<std::int64_t>(votes[answer].size())},
                                {"items", std::move(users)}}}});
        }
        outcomes.emplace_back(reply{std::move(response)});
      }
      EXPECT_FALSE(walk.feed(outcomes));
      while (const auto here = walk.take()) {
        for (const auto& item : here->items()) found.push_back(json::serialize(item));
      }
    }
    EXPECT_EQ(found.size(), 12U);
    EXPECT_EQ(found.front(), R"({"answer_id":0,"users":1})");
    EXPECT_THAT(found, ::testing::Contains(R"({"answer_id":2,"users":1})"));
    EXPECT_EQ(calls, 3);
    EXPECT_TRUE(walk.complete());
    EXPECT_EQ(walk.total(), 12);
  }
}

}  // namespace
}  // namespace vkxx::test
