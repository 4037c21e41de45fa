#include "schema/list_of_pages.hpp"

#include <gtest/gtest.h>

#include "command_line/usage_failure.hpp"

namespace vkxx::cli {
namespace {

paging paging_with(const all_command& command, const request& call) {
  return paging_of(command, call);
}
paging paging_of_method(const char* name) {
  all_command command;
  command.method = name;
  return paging_with(command, request{name});
}

TEST(ListOfPages, KnowsWhichMethodsHavePages) {
  for (const auto* name : {"friends.get", "ads.getAds", "newsfeed.get"}) {
    EXPECT_NO_THROW(static_cast<void>(paging_of_method(name))) << name;
  }
  for (const auto* name : {"users.get", "wall.post", "frends.get"}) {
    EXPECT_THROW(static_cast<void>(paging_of_method(name)), usage_failure) << name;
  }
}

TEST(ListOfPages, KnowsTheListOfAMethod) {
  const auto wall = paging_of_method("wall.get");
  EXPECT_EQ(wall.offset, "offset");
  EXPECT_EQ(wall.size, "count");
  EXPECT_EQ(wall.from, "");
  EXPECT_EQ(wall.items, "items");
  EXPECT_EQ(wall.identity.substr(0, 11), "owner_id,id");
  EXPECT_EQ(paging_of_method("groups.getMembers").largest, 1000);
  EXPECT_EQ(paging_of_method("newsfeed.get").from, "start_from");
  EXPECT_EQ(paging_of_method("ads.getAds").size, "limit");
  EXPECT_EQ(paging_of_method("messages.getImportantMessages").items, "messages.items");
  EXPECT_EQ(paging_of_method("polls.getVoters").items, "[].users.items");
}

TEST(ListOfPages, RefusesListsSideBySide) {
  all_command command;
  command.method = "friends.getOnline";
  const auto call = request{"friends.getOnline"}.set("online_mobile", 1);
  EXPECT_THROW(static_cast<void>(paging_with(command, call)), usage_failure);
}

TEST(ListOfPages, TakesAListThatSomebodyDescribes) {
  all_command command;
  command.method = "execute.feed";
  command.list = "feed.posts";
  EXPECT_THROW(static_cast<void>(paging_with(command, request{"execute.feed"})), usage_failure);
  command.by = "start_from";
  const auto list = paging_with(command, request{"execute.feed"});
  EXPECT_EQ(list.items, "feed.posts");
  EXPECT_EQ(list.from, "start_from");
  EXPECT_EQ(list.offset, "");
  EXPECT_EQ(list.identity, "") << "nothing is guessed";
  command.by = "page";
  EXPECT_THROW(static_cast<void>(paging_with(command, request{"execute.feed"})), usage_failure);
}

}  // namespace
}  // namespace vkxx::cli
