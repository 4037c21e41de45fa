// Commands of walls, communities and friends: what they append to the log, and when they refuse.
#include <gtest/gtest.h>

#include <string>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/communities/community_commands.hpp"
#include "emulator/world/friends/friend_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/walls/wall_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr command_context at_noon{43'200'000, {cause_kind::request, 7}};

std::string kinds_of(const world& state) {
  std::string all;
  for (const auto& event : state.events().since(0)) all += std::string{to_string(event.kind)} + " ";
  return all;
}

TEST(WorldChanges, EachChangeOfAWallIsOneEvent) {
  world state;
  wall_commands commands{state, at_noon};
  const auto comment = commands.comment(2, -1, 1, "a").value();
  EXPECT_TRUE(commands.edit_comment(2, -1, 1, comment, "b", ""));
  EXPECT_EQ(commands.like_comment(3, -1, comment, true), 1U);
  EXPECT_EQ(commands.like_object(3, {"photo", 1, 5}, true), 1U);
  EXPECT_TRUE(commands.remove_comment(2, -1, 1, comment));
  EXPECT_EQ(commands.like_comment(3, -1, comment, true), std::nullopt);
  EXPECT_FALSE(commands.edit_comment(2, -1, 1, comment, "c", ""));
  EXPECT_TRUE(commands.restore_comment(2, -1, 1, comment));
  EXPECT_FALSE(commands.restore_comment(2, -1, 1, comment));
  EXPECT_TRUE(commands.pin(1, -1, 1, true));
  EXPECT_TRUE(commands.pin(1, -1, 1, true)) << "already pinned: no event";
  EXPECT_TRUE(commands.pin(1, -1, 1, false));
  commands.remove(1, -1, 1);
  EXPECT_TRUE(commands.restore(1, -1, 1));
  EXPECT_FALSE(commands.restore(1, -1, 1));
  EXPECT_EQ(kinds_of(state),
            "comment comment_edited like like comment_deleted comment_restored post_pinned "
            "post_unpinned post_deleted post_restored ");
  const auto* first = state.events().find(1);
  EXPECT_EQ(first->details.at("comment_id"), comment);
  EXPECT_EQ(first->cause.number, 7U);
  EXPECT_EQ(first->time_ms, 43'200'000);
}

TEST(WorldChanges, RepostsAreKnownToTheirOriginal) {
  world state;
  wall_commands commands{state, at_noon};
  wall_post copy;
  copy.owner = 2;
  copy.from = 2;
  copy.attachments = "photo1_2,wall-1_1";
  commands.publish(2, std::move(copy), "");
  ASSERT_EQ(state.walls().find(-1, 1)->reposts.size(), 1U);
  EXPECT_EQ(state.walls().find(-1, 1)->reposts[0], (post_name{2, 1}));
  EXPECT_EQ(kinds_of(state), "post ");
}

TEST(WorldChanges, IdsOfAWallAreNeverUsedTwice) {
  world state;
  wall_commands commands{state, at_noon};
  const auto comment = commands.comment(2, 1, 1, "a");
  wall_post post;
  post.owner = 1;
  post.from = 1;
  const auto next = commands.publish(1, std::move(post), "");
  EXPECT_EQ(comment, 4);
  EXPECT_EQ(next, 5);
  EXPECT_EQ(state.walls().post_of_comment(1, 4)->id, 1);
  EXPECT_EQ(state.walls().post_of_comment(1, 5), nullptr);
}

TEST(WorldChanges, JoiningAndLeavingAreEventsOfTheCommunity) {
  world state;
  community_commands commands{state, at_noon};
  commands.leave(5, 1);
  commands.leave(5, 1);
  commands.join(5, 1);
  EXPECT_THROW(commands.join(5, 1), api_failure);
  commands.join(9, 3);
  EXPECT_TRUE(commands.approve(1, 3, 9));
  EXPECT_FALSE(commands.approve(1, 3, 9));
  EXPECT_TRUE(commands.remove(1, 3, 9));
  EXPECT_FALSE(commands.remove(1, 3, 9));
  EXPECT_EQ(kinds_of(state),
            "left_community joined_community joined_community joined_community left_community ");
  const auto& log = state.events();
  EXPECT_EQ(log.find(1)->details.at("self"), 1);
  EXPECT_EQ(log.find(2)->actor, 5);
  EXPECT_EQ(log.find(2)->subject, -1);
  EXPECT_EQ(log.find(2)->details.at("join_type"), "join");
  EXPECT_EQ(log.find(3)->details.at("join_type"), "request");
  EXPECT_EQ(log.find(4)->details.at("join_type"), "approved");
  EXPECT_EQ(log.find(5)->details.at("self"), 0);
  EXPECT_EQ(state.find_community(3)->members, 3);
  const auto& first = state.memberships().by_time(1);
  ASSERT_EQ(first.size(), 14U);
  EXPECT_EQ(first.back().user, 5) << "who came back is the newest";
  EXPECT_EQ(state.memberships().members(1)[4].user, 5);
}

TEST(WorldChanges, BansEndAtTheirTime) {
  world state;
  community_ban ban;
  ban.admin = 1;
  ban.end_date = 43'300;
  ban.comment = "noise";
  community_commands{state, at_noon}.ban(1, 2, std::move(ban));
  EXPECT_TRUE(state.messages().blocks(-1, 2));
  EXPECT_FALSE(state.memberships().is_member(1, 2));
  community_commands{state, {43'299'000, {}}}.expire_bans();
  EXPECT_TRUE(state.messages().blocks(-1, 2));
  community_commands{state, {43'300'000, {}}}.expire_bans();
  EXPECT_FALSE(state.messages().blocks(-1, 2));
  EXPECT_EQ(kinds_of(state), "left_community blocked unblocked ");
  EXPECT_EQ(state.events().find(2)->details.at("unblock_date"), 43'300);
  EXPECT_EQ(state.events().find(3)->details.at("by_end_date"), 1);
}

TEST(WorldChanges, FriendshipNeedsBothSides) {
  world state;
  friend_commands commands{state, at_noon};
  EXPECT_EQ(commands.add(2, 9, "hi"), friend_commands::added::requested);
  EXPECT_EQ(friend_state_of(state, 2, 9), friend_state::outgoing);
  EXPECT_EQ(friend_state_of(state, 9, 2), friend_state::incoming);
  EXPECT_EQ(commands.add(9, 2, ""), friend_commands::added::accepted);
  EXPECT_EQ(friend_state_of(state, 2, 9), friend_state::friends);
  EXPECT_EQ(commands.remove(2, 9), friend_commands::removed::friendship);
  EXPECT_EQ(friend_state_of(state, 9, 2), friend_state::outgoing) << "a follower";
  EXPECT_EQ(commands.remove(9, 2), friend_commands::removed::outgoing);
  EXPECT_EQ(commands.remove(9, 2), friend_commands::removed::nothing);
  EXPECT_EQ(kinds_of(state), "friend_requested friend_added friend_removed friend_removed ");
  message_commands{state, at_noon}.ban(3, 9);
  EXPECT_THROW(commands.add(9, 3, ""), api_failure);
}

TEST(WorldChanges, EveryKindOfEventHasAName) {
  for (int kind = 0; kind <= static_cast<int>(event_kind::friend_removed); ++kind)
    EXPECT_FALSE(to_string(static_cast<event_kind>(kind)).empty()) << kind;
}

}  // namespace
}  // namespace vkxx::emulation::detail
