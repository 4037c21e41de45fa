#include <chrono>
#include <set>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace std::chrono_literals;

class Communities : public service_fixture {
 protected:
  std::string members(const std::string& form) {
    return text(call("groups.getMembers", form).at("items"));
  }
};

TEST_F(Communities, MembersJoinAndLeave) {
  EXPECT_EQ(members("group_id=2"), "[1,2,3,4,5,6,7,8]");
  EXPECT_EQ(call("groups.getById", "group_id=2&fields=members_count")
                .at("groups")
                .at(0)
                .at("members_count"),
            8);
  EXPECT_EQ(call("groups.leave", "group_id=2", tokens.other_user), 1);
  EXPECT_EQ(call("groups.isMember", "group_id=2&user_id=2"), 0);
  EXPECT_EQ(members("group_id=2&count=2"), "[1,3]");
  EXPECT_EQ(call("groups.join", "group_id=2", tokens.other_user), 1);
  EXPECT_EQ(string_at(error("groups.join", "group_id=2", tokens.other_user), "error_msg"),
            "Access denied: you are already in this community");
  EXPECT_EQ(members("group_id=2&sort=time_desc&count=2"), "[2,8]");
  EXPECT_EQ(members("group_id=2&sort=id_desc&offset=6"), "[2,1]");
  EXPECT_EQ(members("group_id=2&filter=managers"),
            R"([{"id":1,"role":"creator"},{"id":2,"role":"administrator"}])");
  EXPECT_EQ(text(call("groups.isMember", "group_id=city_birds&user_ids=2,9")),
            R"([{"member":1,"user_id":2},{"member":0,"user_id":9}])");
  EXPECT_EQ(call("groups.isMember", "group_id=2&user_id=2", tokens.community), 1);
}

TEST_F(Communities, ClosedOnesTakeRequests) {
  call("groups.leave", "group_id=3", tokens.other_user);
  EXPECT_EQ(string_at(error("groups.getMembers", "group_id=3", tokens.other_user), "error_msg"),
            "Access denied: group hide members");
  EXPECT_EQ(call("groups.join", "group_id=3", tokens.other_user), 1);
  EXPECT_EQ(text(call("groups.isMember", "group_id=3&extended=1", tokens.other_user)),
            R"({"member":0,"request":1,"invitation":0,"can_invite":0,"can_recall":0})");
  EXPECT_EQ(call("groups.getById", "group_id=3&fields=member_status", tokens.other_user)
                .at("groups")
                .at(0)
                .at("member_status"),
            4);
  EXPECT_EQ(text(call("groups.getRequests", "group_id=3")), R"({"count":1,"items":[2]})");
  EXPECT_EQ(error("groups.getRequests", "group_id=3", tokens.other_user).at("error_code"), 15);
  EXPECT_EQ(call("groups.approveRequest", "group_id=3&user_id=2"), 1);
  EXPECT_EQ(call("groups.isMember", "group_id=3&user_id=2"), 1);
  EXPECT_EQ(call("groups.removeUser", "group_id=3&user_id=2"), 1);
  EXPECT_EQ(call("groups.isMember", "group_id=3&user_id=2"), 0);
  EXPECT_EQ(error("groups.removeUser", "group_id=3&user_id=2").at("error_code"), 100);
}

TEST_F(Communities, BansAreListedAndEnd) {
  const auto now = call("utils.getServerTime").as_int64();
  const auto end = std::to_string(now + 60);
  EXPECT_EQ(call("groups.ban",
                 "group_id=1&owner_id=2&reason=1&comment=noise&comment_visible=1"
                 "&end_date=" +
                     end),
            1);
  const auto banned = call("groups.getBanned", "group_id=1");
  EXPECT_EQ(banned.at("count"), 1);
  const auto& shown = banned.at("items").at(0);
  EXPECT_EQ(shown.at("type"), "profile");
  EXPECT_EQ(shown.at("profile").at("id"), 2);
  EXPECT_EQ(text(shown.at("ban_info")),
            R"({"admin_id":1,"date":)" + std::to_string(now) +
                R"(,"reason":1,"comment":"noise","comment_visible":true,"end_date":)" + end + "}");
  EXPECT_EQ(call("groups.isMember", "group_id=1&user_id=2"), 0) << "who is banned leaves";
  EXPECT_EQ(error("groups.join", "group_id=1", tokens.other_user).at("error_code"), 15);
  EXPECT_EQ(error("messages.send", "random_id=0&message=a&peer_id=-1", tokens.other_user)
                .at("error_code"),
            900);
  EXPECT_EQ(call("groups.getById", "group_id=1&fields=ban_info", tokens.other_user)
                .at("groups")
                .at(0)
                .at("ban_info")
                .at("comment"),
            "noise");
  time->advance(59s);
  EXPECT_EQ(call("groups.getBanned", "group_id=1").at("count"), 1);
  time->advance(1s);
  EXPECT_EQ(call("groups.getBanned", "group_id=1").at("count"), 0);
  EXPECT_EQ(call("groups.join", "group_id=1", tokens.other_user), 1);
  EXPECT_EQ(error("groups.unban", "group_id=1&owner_id=2").at("error_code"), 104);
  call("groups.ban", "group_id=1&owner_id=-2");
  EXPECT_EQ(call("groups.getBanned", "group_id=1&owner_id=-2").at("items").at(0).at("type"),
            "group");
  EXPECT_EQ(call("groups.unban", "group_id=1&owner_id=-2"), 1);
  EXPECT_EQ(error("groups.ban", "group_id=1&owner_id=3", tokens.other_user).at("error_code"), 15);
  EXPECT_EQ(error("groups.ban", "group_id=1&owner_id=1").at("error_code"), 15);
}

TEST_F(Communities, OfAUserAreFilteredAndPaged) {
  EXPECT_EQ(text(call("groups.get")), R"({"count":4,"items":[1,2,3,4]})");
  EXPECT_EQ(text(call("groups.get", "offset=1&count=2")), R"({"count":4,"items":[2,3]})");
  EXPECT_EQ(text(call("groups.get", "filter=admin,events")), R"({"count":4,"items":[1,2,3,4]})");
  EXPECT_EQ(text(call("groups.get", "filter=publics")), R"({"count":1,"items":[1]})");
  EXPECT_EQ(call("groups.get", "extended=1&fields=description").at("items").at(0).at("name"),
            "ВКонтакте API");
  EXPECT_EQ(text(call("groups.get", "user_id=9", tokens.service)), R"({"count":2,"items":[1,4]})");
  EXPECT_EQ(error("groups.get", "user_id=8", tokens.other_user).at("error_code"), 260);
  EXPECT_EQ(error("groups.get", "user_id=12").at("error_code"), 18);
}

TEST_F(Communities, ShowTheirSettings) {
  EXPECT_EQ(call("groups.getSettings", "group_id=1").at("title"), "ВКонтакте API");
  EXPECT_EQ(string_at(error("groups.getSettings", "group_id=1", tokens.other_user), "error_msg"),
            "Access denied: you should be group admin");
  const auto rights = call("groups.getTokenPermissions", "", tokens.community);
  std::int64_t mask = 0;
  for (const auto& right : rights.at("permissions").as_array())
    mask += right.at("setting").as_int64();
  EXPECT_EQ(rights.at("mask"), mask);
  EXPECT_EQ(error("groups.getTokenPermissions").at("error_code"), 15);
}

TEST_F(Communities, EveryCallOfTheSameCommunityGivesTheSame) {
  const std::string form =
      "group_id=4&fields=start_date,finish_date,contacts,links,cover,counters,can_post,wall";
  EXPECT_EQ(call("groups.getById", form), call("groups.getById", form));
  const auto event = call("groups.getById", form).at("groups").at(0).as_object();
  EXPECT_LT(event.at("start_date").as_int64(), event.at("finish_date").as_int64());
  EXPECT_EQ(event.at("contacts").at(0).at("user_id"), 2);
  EXPECT_EQ(event.at("is_admin"), 0);
}

class LargeCommunity : public service_fixture {
 protected:
  LargeCommunity() : service_fixture{emulator_options{}.members(2500)} {}
};

TEST_F(LargeCommunity, PagesMeetEachMemberOnce) {
  for (const auto* sort : {"id_asc", "id_desc", "time_asc", "time_desc"}) {
    std::set<std::int64_t> seen;
    for (int offset = 0; offset < 3000; offset += 1000) {
      const auto page = call("groups.getMembers", "group_id=1&sort=" + std::string{sort} +
                                                      "&offset=" + std::to_string(offset));
      EXPECT_EQ(page.at("count"), 2500);
      for (const auto& user : page.at("items").as_array())
        EXPECT_TRUE(seen.insert(user.as_int64()).second) << sort;
    }
    EXPECT_EQ(seen.size(), 2500U) << sort;
  }
  const auto friends = call("groups.getMembers", "group_id=1&filter=friends&sort=id_desc");
  EXPECT_EQ(text(friends), R"({"count":10,"items":[11,10,9,8,7,6,5,4,3,2]})");
}

}  // namespace
}  // namespace vkxx::emulation
