// The walk through pages against models of VK's lists: what is hidden, cut short, said wrongly or
// changed meanwhile costs no item, and brings none twice.
#include "client/pages/page_walk.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::test {
namespace {

namespace json = boost::json;

struct entry {
  int id = 0;
  bool hidden = false;
};

// A list as VK keeps it: positions count what is hidden, too.
struct model_list {
  std::vector<entry> entries;
  std::int64_t cap = 1000;               // positions of a page at most
  std::int64_t gives = 1'000'000;        // a search gives no more
  std::optional<std::int64_t> claims{};  // the `count` that it says; else the true one
  bool tells_count = true;
  bool by_next_from = false;
  std::int64_t repeats = 0;  // items of the page before that VK gives once more
  std::function<json::value(const entry&)> shape = [](const entry& entry) -> json::value {
    return json::object{{"id", entry.id}, {"owner_id", -1}, {"date", 1'700'000'000}};
  };
  std::function<void(model_list&)> before_call = [](model_list&) {};
  int calls = 0;

  static std::int64_t number(const request& call, std::string_view name, std::int64_t otherwise) {
    const auto text = call.parameters().find(name);
    if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
    return otherwise;
  }

  result<reply> answer(const request& call) {
    before_call(*this);
    ++calls;
    const auto size = std::min(number(call, "count", 20), cap);
    const auto start = number(call, by_next_from ? "start_from" : "offset", 0);
    const auto all = static_cast<std::int64_t>(entries.size());
    const auto end = std::min({start + size, all, gives});
    json::array items;
    for (auto i = std::max<std::int64_t>(0, start - (start > 0 ? repeats : 0)); i < end; ++i) {
      const auto& entry = entries[static_cast<std::size_t>(i)];
      if (!entry.hidden) items.push_back(shape(entry));
    }
    json::object response{{"items", std::move(items)}};
    if (tells_count) response["count"] = claims.value_or(all);
    if (by_next_from && start + size < all) response["next_from"] = std::to_string(start + size);
    return reply{std::move(response)};
  }

  std::vector<result<reply>> answer_all(const detail::page_plan& plan) {
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

  [[nodiscard]] std::vector<std::string> visible() const {
    std::vector<std::string> texts;
    for (const auto& entry : entries) {
      if (!entry.hidden) texts.push_back(json::serialize(shape(entry)));
    }
    return texts;
  }
};

// Random numbers that the seed alone decides, on every platform.
class source {
 public:
  explicit source(unsigned seed) : random_{seed} {}
  int up_to(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most + 1)); }
  bool one_in(int times) { return up_to(times - 1) == 0; }
  template <class T>
  T any_of(std::initializer_list<T> values) {
    return *(values.begin() + up_to(static_cast<int>(values.size()) - 1));
  }

 private:
  std::mt19937 random_;
};

struct outcome {
  std::vector<std::string> items;
  bool complete = false;
  std::string reason;
  std::string failure;
};

struct walk_options {
  page_options options;
  bool cuts = false;  // saves a cursor now and then, and goes on from it in another walk
};

void take_items(outcome& found, const page& here, std::size_t most) {
  for (const auto& item : here.items()) {
    if (most-- == 0) return;
    found.items.push_back(json::serialize(item));
  }
}

outcome walk_through(model_list& list, const paging& paging, source& random, walk_options options) {
  outcome found;
  const request first{"a.get"};
  detail::page_walk walk{first, paging, options.options};
  for (int turn = 0; turn < 20'000; ++turn) {
    if (walk.fault()) {
      found.failure = walk.fault()->to_string();
      return found;
    }
    if (const auto here = walk.take()) {
      const bool cut = options.cuts && random.one_in(4);
      const auto delivered = cut ? static_cast<std::size_t>(random.up_to(12)) : std::string::npos;
      take_items(found, *here, delivered);
      if (!cut) continue;
      const auto cursor = walk.cursor(delivered);
      EXPECT_LE(cursor.size(), 4096U);
      walk = detail::page_walk{first, paging, page_options{options.options}.resume(cursor)};
      continue;
    }
    if (walk.over()) {
      found.complete = walk.complete();
      found.reason = walk.incomplete_reason();
      return found;
    }
    const auto plan = walk.plan();
    EXPECT_GE(plan.pages(), 1U);
    EXPECT_LE(plan.pages(), 25U);
    if (const auto failure = walk.feed(list.answer_all(plan))) {
      found.failure = failure->to_string();
      return found;
    }
  }
  found.failure = "the walk does not end";
  return found;
}

constexpr paging identified{
    .items = "items", .offset = "offset", .size = "count", .from = {}, .identity = "owner_id,id"};
constexpr paging anonymous{
    .items = "items", .offset = "offset", .size = "count", .from = {}, .identity = {}};

paging with_largest(paging paging, std::int64_t largest) {
  paging.largest = largest;
  return paging;
}

// `hidden`: 0: none, 1: one here and there, 2: stretches, 3: most.
std::vector<entry> entries_of(int count, int hidden, source& random) {
  std::vector<entry> list;
  int stretch = 0;
  for (int i = 0; i < count; ++i) {
    if (hidden == 2 && stretch == 0 && random.one_in(40)) stretch = random.up_to(80);
    const bool in_stretch = stretch > 0 && stretch-- > 0;
    const bool alone = (hidden == 1 && random.one_in(30)) || (hidden == 3 && !random.one_in(6));
    list.push_back({i + 1, in_stretch || alone});
  }
  return list;
}

unsigned rounds() {
  const auto* text = std::getenv("VKXX_PAGE_WALK_ROUNDS");
  return text == nullptr ? 150U : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

unsigned base_seed() {
  const auto* text = std::getenv("VKXX_PAGE_WALK_SEED");
  return text == nullptr ? 1U : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

template <class Property>
void for_all_seeds(const Property& property) {
  const auto base = base_seed();
  for (unsigned round = 0; round < rounds(); ++round) {
    const auto seed = base + round;
    SCOPED_TRACE("VKXX_PAGE_WALK_SEED=" + std::to_string(seed));
    source random{seed};
    property(random);
    if (::testing::Test::HasFailure()) return;
  }
}

// Calls that are enough for a quiet list of pages with `positions` each.
int enough_calls(std::int64_t positions, std::int64_t page, bool hidden) {
  const auto stride = std::max<std::int64_t>(1, page - std::min<std::int64_t>(5, page / 2));
  const auto pages = static_cast<int>((positions + stride - 1) / stride);
  return (hidden ? 2 * pages : pages) + 12;
}

// All of it; or, where what is hidden fills three pages and the last one, so much as the walk says.
void expect_whole(const outcome& found, const model_list& list, bool long_gaps) {
  EXPECT_EQ(found.failure, "");
  auto expected = list.visible();
  if (long_gaps && !found.complete) {
    EXPECT_THAT(found.reason, ::testing::StartsWith("VK "));
    ASSERT_LE(found.items.size(), expected.size());
    expected.resize(found.items.size());
  } else {
    EXPECT_TRUE(found.complete) << found.reason;
  }
  EXPECT_TRUE(found.items == expected)
      << found.items.size() << " items, not " << expected.size() << "; the first that differs is "
      << std::ranges::mismatch(found.items, expected).in1 - found.items.begin();
}

TEST(PageWalkProperty, AQuietListComesWholeAndInOrder) {
  for_all_seeds([](source& random) {
    const auto hidden = random.any_of({0, 0, 1, 2, 3});
    const auto size = random.any_of({2, 3, 10, 30, 100});
    const auto list_paging = random.any_of({identified, anonymous});
    model_list list{.entries =
                        entries_of(random.up_to(random.any_of({5, 60, 700})), hidden, random)};
    list.tells_count = hidden != 0 || random.one_in(2);
    // VK may give fewer at a time than it is said to.
    if (random.one_in(3) && hidden < 2) {
      list.cap = random.any_of({7, 20, 50});
    }
    const auto largest = random.any_of({0, size});
    paging effective = with_largest(list_paging, largest);
    if (largest == 0) effective.usual = size;
    walk_options options{
        page_options{}.pages_per_request(static_cast<std::size_t>(random.any_of({1, 2, 25}))),
        random.one_in(3)};
    const auto found = walk_through(list, effective, random, options);
    // Two hidden of three items look like a long gap.
    const bool tiny = size < 10 || list.entries.size() < 10;
    expect_whole(found, list, hidden >= 2 || (hidden == 1 && tiny));
    if (!options.cuts && (hidden == 0 || (hidden == 1 && size >= 10))) {
      const auto page = std::min<std::int64_t>(size, list.cap);
      EXPECT_LE(list.calls, enough_calls(static_cast<std::int64_t>(list.entries.size()), page,
                                         hidden != 0 || page < size || !list.tells_count));
    }
  });
}

TEST(PageWalkProperty, EqualItemsOfAListWithoutIdentityAllCome) {
  for_all_seeds([](source& random) {
    const auto hidden = random.any_of({0, 1, 2});
    model_list list{.entries = entries_of(random.up_to(300), hidden, random)};
    const auto kinds = random.any_of({1, 2, 7});
    list.shape = [kinds](const entry& entry) -> json::value {
      return json::object{{"owner_id", -1}, {"type", entry.id % kinds}};
    };
    if (random.one_in(3) && hidden < 2) list.cap = 20;
    // What has no member that identifies it is told apart by its place.
    const auto paging =
        with_largest(random.any_of({identified, anonymous}), random.any_of({10, 100}));
    auto without_owner = paging;
    if (!paging.identity.empty()) without_owner.identity = "id";
    const auto found =
        walk_through(list, without_owner, random, {page_options{}, random.one_in(3)});
    expect_whole(found, list, true);
  });
}

TEST(PageWalkProperty, ALostCountIsReportedAndCostsFewCalls) {
  for_all_seeds([](source& random) {
    const auto size = random.any_of({10, 100});
    model_list list{.entries = entries_of(1000, 0, random)};
    list.gives = random.any_of({0, 1, 9, 10, 95, 100, 200, 500});
    list.claims = random.any_of({1000, 74'113});
    const auto paging = with_largest(random.any_of({identified, anonymous}), size);
    const auto at_once = static_cast<std::size_t>(random.any_of({1, 25}));
    const auto found =
        walk_through(list, paging, random, {page_options{}.pages_per_request(at_once), false});
    EXPECT_EQ(found.failure, "");
    auto expected = list.visible();
    expected.resize(static_cast<std::size_t>(list.gives));
    EXPECT_EQ(found.items, expected);
    EXPECT_FALSE(found.complete);
    EXPECT_THAT(found.reason, ::testing::HasSubstr("VK says " + std::to_string(*list.claims)));
    const auto useful = enough_calls(list.gives, size, false);
    EXPECT_LE(list.calls, at_once == 1 ? useful : 2 * useful) << list.gives << ' ' << size;
  });
}

void expect_what_stays_once(source& random, bool cuts) {
  const auto hidden = random.any_of({0, 0, 1, 2});
  model_list list{.entries = entries_of(random.up_to(400), hidden, random)};
  list.tells_count = hidden != 0 || !random.one_in(4);
  if (random.one_in(4) && hidden < 2) list.cap = 7;
  std::set<int> always;
  for (const auto& entry : list.entries) {
    if (!entry.hidden) always.insert(entry.id);
  }
  int fresh = 10'000;
  int changes = 25;
  list.before_call = [&](model_list& self) {
    if (!random.one_in(3) || --changes < 0) return;
    for (int i = random.up_to(15); i > 0 && !self.entries.empty(); --i) {
      const auto at =
          self.entries.begin() + random.up_to(static_cast<int>(self.entries.size()) - 1);
      always.erase(at->id);
      self.entries.erase(at);
    }
    for (int i = random.up_to(15); i > 0; --i) {
      const auto at = random.up_to(static_cast<int>(self.entries.size()));
      self.entries.insert(self.entries.begin() + at, entry{++fresh, false});
    }
  };
  const auto paging = with_largest(identified, 10);
  const auto at_once = static_cast<std::size_t>(random.any_of({1, 3, 25}));
  const auto found =
      walk_through(list, paging, random, {page_options{}.pages_per_request(at_once), cuts});
  EXPECT_EQ(found.failure, "");
  std::map<std::string, int> times;
  for (const auto& item : found.items) ++times[item];
  for (const auto& [item, count] : times) EXPECT_EQ(count, 1) << item;
  if (!found.complete && hidden == 2) always.clear();
  for (const auto id : always) {
    EXPECT_EQ(times[json::serialize(list.shape({id, false}))], 1) << id << " hidden " << hidden;
  }
}

TEST(PageWalkProperty, WhatStaysInAChangingListComesOnce) {
  for_all_seeds([](source& random) { expect_what_stays_once(random, false); });
}

// The list changes between the walks, too, that go on from each other's cursors.
TEST(PageWalkProperty, WhatStaysInAChangingListComesOnceAcrossCursors) {
  for_all_seeds([](source& random) { expect_what_stays_once(random, true); });
}

TEST(PageWalkProperty, AResumedWalkFindsItsPlaceInAListThatHasMoved) {
  for_all_seeds([](source& random) {
    model_list list{.entries = entries_of(random.up_to(300), random.any_of({0, 1}), random)};
    const auto expected = list.visible();
    const auto paging = with_largest(identified, random.any_of({10, 100}));
    outcome found;
    page_options options;
    int fresh = 10'000;
    for (int turn = 0; turn < 1000; ++turn) {
      detail::page_walk walk{request{"a.get"}, paging, options};
      ASSERT_FALSE(walk.fault());
      auto here = walk.take();
      while (!here && !walk.over()) {
        ASSERT_FALSE(walk.feed(list.answer_all(walk.plan())));
        here = walk.take();
      }
      if (!here) break;
      const auto delivered = static_cast<std::size_t>(random.up_to(15));
      take_items(found, *here, delivered);
      options.resume(walk.cursor(delivered));
      if (found.items.empty()) continue;
      for (int i = random.up_to(30); i > 0; --i) {
        list.entries.insert(list.entries.begin(), entry{++fresh, false});
      }
    }
    EXPECT_EQ(found.items, expected);
  });
}

TEST(PageWalkProperty, ListsByNextFromComeWholeWhateverVkRepeats) {
  for_all_seeds([](source& random) {
    const auto hidden = random.any_of({0, 1, 2, 3});
    model_list list{.entries = entries_of(random.up_to(600), hidden, random)};
    list.by_next_from = true;
    list.tells_count = false;
    const bool identity = random.one_in(2);
    if (identity) list.repeats = random.up_to(3);
    auto paging = with_largest(identity ? identified : anonymous, 10);
    paging.offset = {};
    paging.from = "start_from";
    if (!identity) {
      list.shape = [](const entry& entry) -> json::value {
        return json::object{{"x", entry.id % 3}};
      };
    }
    const auto found = walk_through(list, paging, random, {page_options{}, random.one_in(2)});
    expect_whole(found, list, false);
  });
}

}  // namespace
}  // namespace vkxx::test
