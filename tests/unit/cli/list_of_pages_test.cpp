#include "list_of_pages.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "usage_failure.hpp"

namespace vkxx::cli {
namespace {

std::optional<paging> maybe_paging_of(const char* name) {
  return paging_of(*schema_tables::find_method(name), request{name});
}
paging paging_of_method(const char* name) {
  return maybe_paging_of(name).value();
}

TEST(list_of_pages, knows_which_methods_have_pages) {
  for (const auto* name : {"friends.get", "ads.getAds", "newsfeed.get"}) {
    EXPECT_TRUE(maybe_paging_of(name)) << name;
  }
  for (const auto* name : {"users.get", "wall.post"}) {
    EXPECT_FALSE(maybe_paging_of(name)) << name;
  }
}

TEST(list_of_pages, knows_the_parameters_of_a_method) {
  const auto wall = paging_of_method("wall.get");
  EXPECT_EQ(wall.offset, "offset");
  EXPECT_EQ(wall.size, "count");
  EXPECT_EQ(wall.from, "");
  EXPECT_EQ(paging_of_method("groups.getMembers").largest, 1000);
  EXPECT_EQ(paging_of_method("newsfeed.get").from, "start_from");
  EXPECT_EQ(paging_of_method("ads.getAds").size, "limit");
}

TEST(list_of_pages, finds_the_list) {
  const paging how;
  EXPECT_EQ(list_in(boost::json::parse("[1,2]"), how).size(), 2U);
  EXPECT_EQ(list_in(boost::json::parse(R"({"count":7,"items":[1]})"), how).size(), 1U);
  EXPECT_EQ(paging_of_method("wall.get").items, "items");
  const auto videos = paging_of(*schema_tables::find_method("friends.getOnline"),
                                request{"friends.getOnline"}.set("online_mobile", 1));
  EXPECT_EQ(videos->items, "items") << "two lists: none of them is the one";
}

std::string place(const char* method, request first, const std::string& from = {}) {
  return list_place{paging_of_method(method), first, from}.text();
}

TEST(list_place, is_where_the_call_begins) {
  EXPECT_EQ(place("wall.get", request{"wall.get"}), "");
  EXPECT_EQ(place("wall.get", request{"wall.get"}.set("offset", 30)), "30");
  EXPECT_EQ(place("wall.get", request{"wall.get"}.set("offset", 30), "70"), "70");
  EXPECT_EQ(place("newsfeed.get", request{"newsfeed.get"}.set("start_from", "x")), "x");
  EXPECT_THROW(place("wall.get", request{"wall.get"}, "a/1"), usage_failure);
  EXPECT_THROW(place("wall.get", request{"wall.get"}, "-1"), usage_failure);
}

TEST(list_place, tells_the_call_where_to_begin) {
  request first{"newsfeed.get"};
  const list_place here{paging_of_method("newsfeed.get"), first, "a/1"};
  EXPECT_EQ(first.parameters().find("start_from"), "a/1");
}

TEST(list_place, moves_on_by_what_was_new) {
  request first{"wall.get"};
  list_place here{paging_of_method("wall.get"), first, "10"};
  here.step(boost::json::parse(R"({"items":[1,2,3]})"), 2);
  EXPECT_EQ(here.text(), "12");
}

TEST(list_place, is_what_next_from_says) {
  request first{"newsfeed.get"};
  list_place here{paging_of_method("newsfeed.get"), first, {}};
  here.step(boost::json::parse(R"({"items":[],"next_from":"b/2"})"), 0);
  EXPECT_EQ(here.text(), "b/2");
  here.step(boost::json::parse(R"({"items":[],"next_from":7})"), 0);
  EXPECT_EQ(here.text(), "7");
  here.step(boost::json::parse(R"({"items":[]})"), 0);
  EXPECT_EQ(here.text(), "");
}

}  // namespace
}  // namespace vkxx::cli
