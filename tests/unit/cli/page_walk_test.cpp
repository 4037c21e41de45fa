#include "page_walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "usage_failure.hpp"

namespace vkxx::cli {
namespace {

page_walk walk_of(const std::string& method, const std::vector<std::string>& given = {},
                  const std::string& cursor = {}) {
  return page_walk{*schema_tables::find_method(method), request{method}, given, cursor};
}

std::string taken(page_walk& walk, const char* answer) {
  const auto items = walk.take(boost::json::parse(answer)).value();
  std::string text;
  for (const auto& item : items) {
    text += boost::json::serialize(item) + ' ';
  }
  return text;
}

TEST(page_walk, knows_which_methods_have_pages) {
  for (const auto* name : {"friends.get", "ads.getAds", "newsfeed.get"}) {
    EXPECT_TRUE(has_pages(*schema_tables::find_method(name))) << name;
  }
  EXPECT_FALSE(has_pages(*schema_tables::find_method("users.get")));
  EXPECT_THROW(walk_of("users.get"), usage_failure);
}

TEST(page_walk, goes_on_behind_the_items_until_vks_count) {
  auto walk = walk_of("friends.get");
  EXPECT_EQ(walk.cursor(), "");
  EXPECT_EQ(taken(walk, R"({"count": 3, "items": [1, 2]})"), "1 2 ");
  EXPECT_EQ(walk.cursor(), "2");
  EXPECT_EQ(walk.total(), 3);
  EXPECT_FALSE(walk.over());
  EXPECT_EQ(taken(walk, R"({"count": 3, "items": [3]})"), "3 ");
  EXPECT_TRUE(walk.over());
  EXPECT_EQ(walk.cursor(), "");
}

TEST(page_walk, knows_items_again) {
  auto walk = walk_of("wall.get");
  taken(walk, R"({"count": 9, "items": [{"id": 2, "owner_id": 1, "likes": 5}]})");
  EXPECT_EQ(taken(walk, R"({"count": 9, "items": [{"id": 2, "owner_id": 1, "likes": 6},
                                                  {"id": 2, "owner_id": 7}, {"id": 3}]})"),
            R"({"id":2,"owner_id":7} {"id":3} )");
  EXPECT_EQ(taken(walk, R"({"count": 9, "items": [{"text": "x"}, {"text": "x"}]})"),
            R"({"text":"x"} {"text":"x"} )")
      << "without an id nothing can be known again";
}

TEST(page_walk, ends_when_the_list_does_not_heed_the_offset) {
  auto walk = walk_of("friends.get");
  const auto* same = R"({"count": 1000000, "items": [1, 2]})";
  EXPECT_EQ(taken(walk, same), "1 2 ");
  EXPECT_EQ(taken(walk, same), "");
  EXPECT_EQ(taken(walk, same), "");
  EXPECT_FALSE(walk.over());
  EXPECT_EQ(taken(walk, same), "");
  EXPECT_TRUE(walk.over());
}

TEST(page_walk, goes_on_through_pages_that_new_items_have_pushed_back) {
  auto walk = walk_of("friends.get");
  const auto* same = R"({"count": 1000000, "items": [1, 2]})";
  for (int i = 0; i < 3; ++i) taken(walk, same);
  EXPECT_EQ(taken(walk, R"({"count": 1000000, "items": [2, 3]})"), "3 ");
  for (int i = 0; i < 2; ++i) taken(walk, same);
  EXPECT_FALSE(walk.over());
}

TEST(page_walk, tells_conversations_apart) {
  auto walk = walk_of("messages.getConversations");
  const auto* one = R"({"count": 5, "items": [{"conversation": {"peer": {"id": 1}}},
                                              {"conversation": {"peer": {"id": 2}}}]})";
  EXPECT_NE(taken(walk, one), "");
  EXPECT_EQ(taken(walk, one), "");
}

TEST(page_walk, ends_where_vk_does_not_count_and_nothing_is_new) {
  auto walk = walk_of("friends.get");
  EXPECT_EQ(taken(walk, "[1, 2]"), "1 2 ");
  EXPECT_FALSE(walk.over());
  EXPECT_EQ(taken(walk, "[1, 2]"), "");
  EXPECT_TRUE(walk.over());
}

TEST(page_walk, steps_over_an_empty_page_before_the_end) {
  auto walk = walk_of("wall.get", {"count=50"});
  EXPECT_EQ(taken(walk, R"({"count": 60, "items": []})"), "");
  EXPECT_FALSE(walk.over());
  EXPECT_EQ(walk.cursor(), "50");
  taken(walk, R"({"count": 60, "items": []})");
  EXPECT_TRUE(walk.over());
  auto unsized = walk_of("wall.get");
  taken(unsized, R"({"count": 60, "items": []})");
  EXPECT_TRUE(unsized.over()) << "no step is known";
}

TEST(page_walk, goes_where_next_from_says) {
  auto walk = walk_of("newsfeed.get");
  EXPECT_EQ(taken(walk, R"({"items": [{"post_id": 1}], "next_from": "a/1"})"), R"({"post_id":1} )");
  EXPECT_EQ(walk.cursor(), "a/1");
  EXPECT_EQ(taken(walk, R"({"items": [], "next_from": "b/2"})"), "");
  EXPECT_FALSE(walk.over());
  taken(walk, R"({"items": [], "next_from": "b/2"})");
  EXPECT_TRUE(walk.over()) << "the same place again";
  auto short_one = walk_of("newsfeed.get");
  taken(short_one, R"({"items": []})");
  EXPECT_TRUE(short_one.over());
}

TEST(page_walk, begins_where_it_is_told) {
  EXPECT_EQ(walk_of("wall.get", {"owner_id=1", "offset=30"}).cursor(), "30");
  EXPECT_EQ(walk_of("wall.get", {"offset:=30"}).cursor(), "30");
  EXPECT_EQ(walk_of("wall.get", {"offset=30"}, "70").cursor(), "70");
  EXPECT_EQ(walk_of("newsfeed.get", {"start_from=x"}).cursor(), "x");
  EXPECT_THROW(walk_of("wall.get", {}, "a/1"), usage_failure);
  EXPECT_THROW(walk_of("wall.get", {}, "-1"), usage_failure);
}

TEST(page_walk, refuses_an_answer_without_a_list) {
  auto walk = walk_of("wall.get");
  for (const auto* answer : {"1", "{}", R"({"items": 1})", "null"}) {
    EXPECT_FALSE(walk.take(boost::json::parse(answer))) << answer;
  }
}

}  // namespace
}  // namespace vkxx::cli
