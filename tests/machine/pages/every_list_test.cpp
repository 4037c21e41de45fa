// The walk through every list of VK's schema that comes page by page, over items whose parents,
// dates and types collide, some of them hidden: each item that is shown comes exactly once.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <random>
#include <string>
#include <vector>
#include <vkxx/schema_tables/schema_tables.hpp>

#include <gtest/gtest.h>

#include "client/pages/page_walk.hpp"

namespace vkxx::test {
namespace {

namespace json = boost::json;

struct list_on_server {
  schema_tables::paged_list facts;
  std::vector<json::value> items;
  std::vector<bool> hidden;
  std::int64_t cap = 30;
  int calls = 0;
  std::int64_t smallest = 1000;
};

void set_at(json::value& item, std::string_view path, json::value value) {
  auto* here = &item;
  for (;;) {
    const auto dot = path.find('.');
    const auto name = path.substr(0, dot);
    if (!here->is_object()) here->emplace_object();
    auto& member = here->get_object()[{name.data(), name.size()}];
    if (dot == std::string_view::npos) {
      member = std::move(value);
      return;
    }
    here = &member;
    path = path.substr(dot + 1);
  }
}

// Every two items have a parent in common, all of them their date and type.
json::value item_of(std::string_view identity, std::int64_t number) {
  if (identity == ".") return number + 1;
  json::value item = json::object{{"date", 1700000000}, {"type", "post"}, {"from_id", 5}};
  const auto first = identity.substr(0, identity.find('|'));
  if (first.empty()) {
    set_at(item, "message_id", number / 10);
    set_at(item, "position", number);
    return item;
  }
  const auto comma = first.rfind(',');
  const bool composite = comma != std::string_view::npos;
  for (auto parents = composite ? first.substr(0, comma) : std::string_view{}; !parents.empty();) {
    const auto end = parents.find(',');
    set_at(item, parents.substr(0, end), number % 2 == 0 ? -1 : -2);
    parents = end == std::string_view::npos ? std::string_view{} : parents.substr(end + 1);
  }
  set_at(item, composite ? first.substr(comma + 1) : first, (composite ? number / 2 : number) + 1);
  return item;
}

std::int64_t number_of(const request& call, std::string_view name, std::int64_t otherwise) {
  const auto text = name.empty() ? std::nullopt : call.parameters().find(name);
  if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
  return otherwise;
}

result<reply> answer_of(list_on_server& vk, const request& call) {
  ++vk.calls;
  const auto& facts = vk.facts;
  const bool follows = !facts.from_parameter().empty();
  const auto size = std::min(number_of(call, facts.size_parameter(), 20), vk.cap);
  vk.smallest = std::min(vk.smallest, size);
  const auto offset =
      number_of(call, follows ? facts.from_parameter() : facts.offset_parameter(), 0);
  const auto all = static_cast<std::int64_t>(vk.items.size());
  json::array page;
  for (auto i = offset; i < std::min(offset + size, all); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (!vk.hidden[at]) page.push_back(vk.items[at]);
  }
  auto path = facts.items();
  const bool nested = path.starts_with("[].");
  if (nested) path.remove_prefix(3);
  if (path.empty()) return reply{json::value(std::move(page))};
  json::value response = json::object{};
  const auto dot = path.rfind('.');
  const auto holder =
      dot == std::string_view::npos ? std::string{} : std::string{path.substr(0, dot)};
  set_at(response, path, std::move(page));
  set_at(response, holder.empty() ? "count" : holder + ".count", all);
  if (follows && offset + size < all)
    set_at(response, "next_from", json::string{std::to_string(offset + size)});
  if (nested) response = json::array{std::move(response)};
  return reply{std::move(response)};
}

std::vector<result<reply>> answers_of(list_on_server& vk, const detail::page_plan& plan) {
  std::vector<result<reply>> outcomes;
  for (const auto& call : plan.calls()) outcomes.push_back(answer_of(vk, call));
  if (plan.calls().size() == plan.pages()) return outcomes;
  auto call = plan.calls().front();
  while (outcomes.size() < plan.pages()) {
    const auto* next = outcomes.back()->json().as_object().if_contains("next_from");
    if (next == nullptr) break;
    outcomes.push_back(
        answer_of(vk, call.set(vk.facts.from_parameter(), std::string{next->as_string()})));
  }
  return outcomes;
}

paging paging_of(const schema_tables::paged_list& facts) {
  return {.items = facts.items(),
          .offset = facts.offset_parameter(),
          .size = facts.size_parameter(),
          .from = facts.from_parameter(),
          .identity = facts.identity(),
          .largest = facts.largest(),
          .usual = facts.usual()};
}

// An item of a list within items comes as its element, with the item in place of the list.
std::string text_of(const list_on_server& vk, const json::value& item) {
  if (!vk.facts.items().starts_with("[].")) return json::serialize(item);
  const auto path = vk.facts.items().substr(3);
  const auto member = path.substr(0, path.find('.'));
  return json::serialize(item.as_object().at({member.data(), member.size()}));
}

std::vector<std::string> walked(list_on_server& vk, const std::string& method, bool& complete) {
  detail::page_walk walk{request{method}, paging_of(vk.facts), page_options{}};
  std::vector<std::string> found;
  while (!walk.over() && vk.calls < 2000) {
    const auto failure = walk.feed(answers_of(vk, walk.plan()));
    if (failure) ADD_FAILURE() << method << ": " << *failure;
    if (failure) break;
    while (const auto page = walk.take()) {
      for (const auto& item : page->items()) found.push_back(text_of(vk, item));
    }
  }
  complete = walk.complete();
  return found;
}

std::vector<std::string> shown(const list_on_server& vk) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < vk.items.size(); ++i) {
    if (!vk.hidden[i]) texts.push_back(json::serialize(vk.items[i]));
  }
  return texts;
}

template <class Check>
int for_every_list(const Check& check) {
  int lists = 0;
  for (const auto method : schema_tables::methods()) {
    for (const auto answer : method.answers()) {
      const auto facts = answer.pages();
      if (!facts) continue;
      ++lists;
      check(std::string{method.name()}, *facts);
    }
  }
  return lists;
}

TEST(EveryList, GivesEachItemThatIsShownExactlyOnce) {
  const auto hide = [](std::size_t variant, std::size_t at) {
    switch (variant) {
      case 1:
        return at % 7 == 0;  // here and there, the first one too
      case 2:
        return at >= 50 && at < 58;  // more than pages overlap
      case 3:
        return at >= 60 && at < 170;  // several pages
      default:
        return false;
    }
  };
  const int lists = for_every_list([&](const std::string& name, schema_tables::paged_list facts) {
    for (std::size_t variant = 0; variant < 4; ++variant) {
      // A response that is nothing but the list has no count: pages without items end it.
      if (variant == 3 && facts.items().empty()) continue;
      list_on_server vk{facts, {}, {}};
      for (std::int64_t i = 0; i < 400; ++i) {
        vk.items.push_back(item_of(facts.identity(), i));
        vk.hidden.push_back(hide(variant, static_cast<std::size_t>(i)));
      }
      bool complete = false;
      const auto found = walked(vk, name, complete);
      EXPECT_EQ(found, shown(vk)) << found.size() << " of " << shown(vk).size() << " by " << name
                                  << ", hidden " << variant;
      // Whoever names no next page before `count` hides items, or gives no more: nobody can tell.
      EXPECT_TRUE(complete || !facts.from_parameter().empty()) << name << ", hidden " << variant;
      // Pages overlap by five items, or by half of a small page.
      EXPECT_LT(vk.calls, vk.smallest < 20 ? 120 : 60) << name << ", hidden " << variant;
    }
  });
  EXPECT_GT(lists, 100);
}

// Pages of any length, items hidden by chance, each walk cut at any item and resumed.
TEST(EveryList, GivesEachItemOnceWhateverIsHiddenAndHoweverItIsCut) {
  const auto seed = std::random_device{}();
  std::mt19937 random{seed};
  const auto up_to = [&random](std::size_t most) { return random() % (most + 1); };
  for_every_list([&](const std::string& name, schema_tables::paged_list facts) {
    SCOPED_TRACE(name + ", seed " + std::to_string(seed));
    list_on_server vk{facts, {}, {}, static_cast<std::int64_t>(std::array{7, 30, 100}[up_to(2)])};
    const auto hidden_of = up_to(5) + 4;
    for (std::int64_t i = 0; i < 150; ++i) {
      vk.items.push_back(item_of(facts.identity(), i));
      vk.hidden.push_back(up_to(hidden_of) == 0);
    }
    const bool cut = up_to(1) == 0;
    std::vector<std::string> found;
    std::string cursor;
    for (bool over = false; !over && vk.calls < 3000;) {
      detail::page_walk walk{request{name}, paging_of(facts), page_options{}.resume(cursor)};
      ASSERT_FALSE(walk.fault());
      bool left = false;
      while (!left) {
        const auto page = walk.take();
        if (!page && walk.over()) break;
        if (!page) {
          ASSERT_FALSE(walk.feed(answers_of(vk, walk.plan())));
          continue;
        }
        const auto items = page->items();
        const auto taken = cut ? up_to(items.size()) : items.size();
        for (std::size_t i = 0; i < taken; ++i) found.push_back(text_of(vk, items[i]));
        cursor = walk.cursor(taken);
        left = taken < items.size();
      }
      over = !left;
      EXPECT_TRUE(!over || walk.complete() || !facts.from_parameter().empty());
    }
    EXPECT_EQ(found, shown(vk));
  });
}

TEST(EveryList, WithoutIdentityEqualItemsAreDifferentOnes) {
  for_every_list([](const std::string& name, schema_tables::paged_list facts) {
    if (!facts.identity().empty()) return;
    list_on_server vk{facts, std::vector<json::value>(100, json::value(7)),
                      std::vector<bool>(100, false)};
    bool complete = false;
    EXPECT_EQ(walked(vk, name, complete).size(), 100U) << name;
    EXPECT_TRUE(complete) << name;
  });
}

TEST(EveryList, OneHiddenOf150CostsNoMoreThanThePagesDo) {
  const auto wall = schema_tables::find_method("wall.get")->answers()[0].pages().value();
  list_on_server vk{wall, {}, {}, 100};
  for (std::int64_t i = 0; i < 5000; ++i) {
    vk.items.push_back(item_of(wall.identity(), i));
    vk.hidden.push_back(i % 150 == 0);
  }
  bool complete = false;
  EXPECT_EQ(walked(vk, "wall.get", complete), shown(vk));
  EXPECT_TRUE(complete);
  EXPECT_LE(vk.calls, 60);
}

TEST(EveryList, ASearchThatGivesLessThanItCountsSaysSo) {
  const auto groups = schema_tables::find_method("groups.search")->answers()[0].pages().value();
  detail::page_walk walk{request{"groups.search"}, paging_of(groups), page_options{}};
  int calls = 0;
  while (!walk.over()) {
    const auto plan = walk.plan();
    std::vector<result<reply>> outcomes;
    for (const auto& call : plan.calls()) {
      ++calls;
      json::array items;
      for (auto i = number_of(call, "offset", 0); i < 1000; ++i)
        items.push_back(json::object{{"id", i + 1}});
      outcomes.emplace_back(reply{json::object{{"count", 74113}, {"items", std::move(items)}}});
    }
    ASSERT_FALSE(walk.feed(outcomes));
  }
  EXPECT_LT(calls, 60);
  std::size_t found = 0;
  while (const auto page = walk.take()) found += page->fresh().size();
  EXPECT_EQ(found, 1000U);
  EXPECT_FALSE(walk.complete());
  EXPECT_NE(walk.incomplete_reason().find("74113"), std::string::npos) << walk.incomplete_reason();
}

TEST(EveryList, ALimitInsideOfAPageLosesNothingOfIt) {
  for_every_list([](const std::string& name, schema_tables::paged_list facts) {
    list_on_server vk{facts, {}, {}};
    for (std::int64_t i = 0; i < 100; ++i) vk.items.push_back(item_of(facts.identity(), i));
    vk.hidden.assign(100, false);
    std::vector<std::string> found;
    std::string cursor;
    for (int run = 0; run < 30; ++run) {
      auto options = page_options{}.limit(7);
      if (!cursor.empty()) options.resume(cursor);
      detail::page_walk walk{request{name}, paging_of(facts), options};
      const auto before = found.size();
      while (!walk.over()) {
        ASSERT_FALSE(walk.feed(answers_of(vk, walk.plan()))) << name;
      }
      while (const auto page = walk.take()) {
        for (const auto& item : page->items()) found.push_back(text_of(vk, item));
      }
      cursor = walk.cursor(std::string::npos);
      if (found.size() == before) break;
    }
    EXPECT_EQ(found, shown(vk)) << found.size() << " of " << shown(vk).size() << " by " << name;
  });
}

}  // namespace
}  // namespace vkxx::test
