#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

using namespace std::chrono_literals;

class Methods : public service_fixture {};

TEST_F(Methods, UsersGetAcceptsIdsAndScreenNamesInOrder) {
  EXPECT_EQ(
      text(call("users.get", "user_ids=2,durov,id3,2")),
      R"([{"id":2,"first_name":"Анна","last_name":"Лебедева","can_access_closed":true,"is_closed":false},)"
      R"({"id":1,"first_name":"Павел","last_name":"Дуров","can_access_closed":true,"is_closed":false},)"
      R"({"id":3,"first_name":"Борис","last_name":"Орлов","can_access_closed":true,"is_closed":false}])");
}

TEST_F(Methods, UsersGetReturnsTheCallerByDefaultOrNobody) {
  EXPECT_EQ(call("users.get").at(0).at("id"), 1);
  EXPECT_EQ(call("users.get", "", tokens.other_user).at(0).at("id"), 2);
  EXPECT_EQ(text(call("users.get", "", tokens.service)), "[]");
}

TEST_F(Methods, UsersGetLocalizesNames) {
  for (const auto* lang : {"ru", "0", "uk", "be", "xx", ""})
    EXPECT_EQ(call("users.get", "user_ids=1&lang=" + std::string{lang}).at(0).at("last_name"),
              "Дуров");
  for (const auto* lang : {"en", "3", "de", "7"})
    EXPECT_EQ(call("users.get", "user_ids=1&lang=" + std::string{lang}).at(0).at("last_name"),
              "Durov");
}

TEST_F(Methods, UsersGetAddsFields) {
  const auto who = call("users.get", "user_ids=1&fields=sex,city,screen_name,bdate,nonsense").at(0);
  EXPECT_EQ(who.at("sex"), 2);
  EXPECT_EQ(text(who.at("city")), R"({"id":2,"title":"Санкт-Петербург"})");
  EXPECT_EQ(who.at("screen_name"), "durov");
  EXPECT_EQ(who.at("bdate"), "10.10.1984");
  EXPECT_FALSE(who.as_object().contains("nonsense"));
}

TEST_F(Methods, UsersGetShowsDeactivatedAndClosedUsers) {
  EXPECT_EQ(text(call("users.get", "user_ids=12&fields=city")),
            R"([{"id":12,"deactivated":"deleted","first_name":"DELETED","last_name":""}])");
  const auto closed = call("users.get", "user_ids=8", tokens.other_user).at(0);
  EXPECT_EQ(closed.at("is_closed"), true);
  EXPECT_EQ(closed.at("can_access_closed"), false);
}

TEST_F(Methods, UsersGetRefusesUnknownUsers) {
  EXPECT_EQ(error("users.get", "user_ids=0").at("error_code"), 113);
  EXPECT_EQ(error("users.get", "user_ids=no_such_name_here").at("error_code"), 113);
  EXPECT_EQ(text(call("users.get", "user_ids=987654")), "[]");
  EXPECT_EQ(error("users.get", "user_ids=1&name_case=xyz").at("error_code"), 100);
}

TEST_F(Methods, UsersGetAcceptsAThousandIds) {
  std::string ids = "user_ids=1";
  for (int i = 2; i <= 1000; ++i) ids += "," + std::to_string(i);
  EXPECT_EQ(call("users.get", ids).as_array().size(), 14U);
  EXPECT_EQ(error("users.get", ids + ",1001").at("error_code"), 100);
}

TEST_F(Methods, ListsOfIdsMayHaveBlanks) {
  EXPECT_EQ(call("users.get", "user_ids= 1,+2 , 3").as_array().size(), 3U);
  EXPECT_EQ(call("wall.getById", "posts=1_1,+1_2").at("items").as_array().size(), 2U);
  EXPECT_EQ(error("users.get", "user_ids=" + std::string(300'000, ',')).at("error_code"), 100);
}

TEST_F(Methods, GroupsGetByIdHasTheShapeOf5199) {
  const auto found = call("groups.getById", "group_ids=apiclub,club2&fields=members_count");
  EXPECT_EQ(found.at("groups").as_array().size(), 2U);
  EXPECT_EQ(found.at("groups").at(0).at("screen_name"), "apiclub");
  EXPECT_EQ(found.at("groups").at(1).at("members_count"), 8);
  for (const auto* picture : {"photo_50", "photo_100", "photo_200"})
    EXPECT_TRUE(found.at("groups").at(0).at(picture).is_string()) << picture;
  EXPECT_EQ(text(found.at("profiles")), "[]");
  EXPECT_EQ(call("groups.getById", "", tokens.community).at("groups").at(0).at("id"), 1);
  EXPECT_EQ(error("groups.getById", "group_ids=999").at("error_code"), 100);
}

TEST_F(Methods, ServerTimeFollowsTheClock) {
  const auto before = call("utils.getServerTime").as_int64();
  time->advance(90s);
  EXPECT_EQ(call("getServerTime").as_int64(), before + 90);
}

TEST_F(Methods, ResolveScreenNameReturnsAnEmptyListForUnknownNames) {
  EXPECT_EQ(text(call("utils.resolveScreenName", "screen_name=durov")),
            R"({"object_id":1,"type":"user"})");
  EXPECT_EQ(text(call("utils.resolveScreenName", "screen_name=city_birds")),
            R"({"object_id":2,"type":"group"})");
  EXPECT_EQ(text(call("utils.resolveScreenName", "screen_name=id5")),
            R"({"object_id":5,"type":"user"})");
  EXPECT_EQ(text(call("utils.resolveScreenName", "screen_name=club2")),
            R"({"object_id":2,"type":"group"})");
  EXPECT_EQ(text(call("utils.resolveScreenName", "screen_name=public1")),
            R"({"object_id":1,"type":"page"})");
  for (const auto* nobody : {"nobody", "id999", "club999", "1", "id-1"})
    EXPECT_EQ(text(call("utils.resolveScreenName", "screen_name=" + std::string{nobody})), "[]");
  EXPECT_EQ(string_at(error("utils.resolveScreenName"), "error_msg"),
            "One of the parameters specified was missing or invalid: screen_name is undefined");
}

TEST_F(Methods, StorageKeepsValuesOfEachUser) {
  EXPECT_EQ(call("storage.set", "key=a&value=x%26y"), 1);
  EXPECT_EQ(text(call("storage.get", "key=a")), R"([{"key":"a","value":"x&y"}])");
  EXPECT_EQ(text(call("storage.get", "key=a", tokens.other_user)), R"([{"key":"a","value":""}])");
  EXPECT_EQ(text(call("storage.get", "keys=a,b")),
            R"([{"key":"a","value":"x&y"},{"key":"b","value":""}])");
  EXPECT_EQ(call("storage.set", "key=a&value="), 1);
  EXPECT_EQ(text(call("storage.get", "key=a")), R"([{"key":"a","value":""}])");
  EXPECT_EQ(error("storage.get", "key=a b").at("error_code"), 100);
  EXPECT_EQ(error("storage.set", "key=a&value=" + std::string(4097, 'x')).at("error_code"), 100);
}

TEST_F(Methods, WallPostsAreAddedAndDeleted) {
  const auto id = call("wall.post", "message=Hello").at("post_id").as_int64();
  const auto wall = call("wall.get", "count=1");
  EXPECT_EQ(wall.at("count"), 4);
  EXPECT_EQ(wall.at("items").at(0).at("text"), "Hello");
  const auto name = "1_" + std::to_string(id);
  EXPECT_EQ(call("wall.getById", "posts=" + name).at("items").at(0).at("id"), id);
  EXPECT_EQ(call("wall.delete", "post_id=" + std::to_string(id)), 1);
  EXPECT_EQ(text(call("wall.getById", "posts=" + name).at("items")), "[]");
  EXPECT_EQ(call("wall.get").at("count"), 3);
  EXPECT_EQ(error("wall.delete", "post_id=" + std::to_string(id)).at("error_code"), 210);
  EXPECT_EQ(error("wall.post").at("error_code"), 100);
  EXPECT_EQ(error("wall.post", "owner_id=8&message=x", tokens.other_user).at("error_code"), 214);
}

TEST_F(Methods, WallGetAcceptsADomainAndAFilter) {
  call("wall.post", "owner_id=1&message=guest", tokens.other_user);
  EXPECT_EQ(call("wall.get", "domain=durov").at("count"), 4);
  EXPECT_EQ(call("wall.get", "domain=id1&filter=owner").at("count"), 3);
  EXPECT_EQ(call("wall.get", "domain=apiclub").at("items").at(0).at("owner_id"), -1);
  EXPECT_EQ(call("wall.get", "domain=club1").at("count"), 3);
  const auto others = call("wall.get", "filter=others&extended=1&fields=sex");
  EXPECT_EQ(others.at("items").at(0).at("text"), "guest");
  EXPECT_EQ(others.at("profiles").at(1).at("id"), 2);
  EXPECT_EQ(others.at("profiles").at(1).at("sex"), 1);
  EXPECT_EQ(text(others.at("groups")), "[]");
  EXPECT_EQ(error("wall.get", "domain=nobody_here").at("error_code"), 100);
  EXPECT_EQ(error("wall.get", "filter=nonsense").at("error_code"), 100);
  EXPECT_EQ(error("wall.get", "owner_id=12").at("error_code"), 18);
  EXPECT_EQ(error("wall.get", "owner_id=8", tokens.other_user).at("error_code"), 30);
}

TEST_F(Methods, PostsHaveTheMembersThatClientsExpect) {
  const auto post = call("wall.get", "owner_id=-1").at("items").at(1);
  EXPECT_EQ(post.at("inner_type"), "wall_wallpost");
  EXPECT_EQ(text(post.at("likes")), R"({"can_like":1,"can_publish":1,"count":0,"user_likes":0})");
  EXPECT_EQ(text(post.at("comments")), R"({"can_post":1,"count":0,"can_close":1})");
  EXPECT_EQ(text(post.at("reposts")),
            R"({"count":0,"wall_count":0,"mail_count":0,"user_reposted":0})");
  EXPECT_GT(post.at("views").at("count").as_int64(), 0);
  const auto& photo = post.at("attachments").at(0).at("photo");
  EXPECT_EQ(photo.at("sizes").as_array().size(), 5U);
  EXPECT_EQ(photo.at("sizes").at(2).at("type"), "x");
  EXPECT_EQ(photo.at("sizes").at(2).at("width"), 604);
}

TEST_F(Methods, PostponedPostsWaitForTheirTime) {
  const auto now = call("utils.getServerTime").as_int64();
  const auto when = "publish_date=" + std::to_string(now + 60);
  const auto id = call("wall.post", "message=later&" + when).at("post_id").as_int64();
  const auto name = "posts=1_" + std::to_string(id);
  call("wall.post", "message=now");
  EXPECT_EQ(call("wall.get").at("count"), 4);
  EXPECT_EQ(call("newsfeed.search", "q=later").at("count"), 0);
  EXPECT_EQ(text(call("wall.getById", name, tokens.other_user).at("items")), "[]");
  const auto waiting = call("wall.get", "filter=postponed");
  EXPECT_EQ(waiting.at("count"), 1);
  EXPECT_EQ(waiting.at("items").at(0).at("post_type"), "postpone");
  EXPECT_EQ(error("wall.get", "owner_id=1&filter=postponed", tokens.other_user).at("error_code"),
            15);
  time->advance(60s);
  EXPECT_EQ(call("wall.get").at("items").at(0).at("text"), "later");
  EXPECT_EQ(call("wall.get", "filter=postponed").at("count"), 0);
  EXPECT_EQ(error("wall.post", "message=x&publish_date=1").at("error_code"), 100);
}

TEST_F(Methods, WallsAreBounded) {
  const std::string post = "message=" + std::string(16'000, 'x');
  int posts = 0;
  while (envelope("wall.post", post).as_object().contains("response")) ++posts;
  EXPECT_GT(posts, 500);
  EXPECT_LT(posts, 600);
  EXPECT_EQ(error("wall.post", post).at("error_code"), 214);
}

TEST_F(Methods, MessagesSendAcceptsEveryFormOfARecipient) {
  EXPECT_EQ(call("messages.send", "random_id=0&message=a&peer_id=2"), 1);
  EXPECT_EQ(call("messages.send", "random_id=0&message=a&user_id=2"), 2);
  EXPECT_EQ(call("messages.send", "random_id=0&message=a&chat_id=1"), 3);
  EXPECT_EQ(call("messages.send", "random_id=0&message=a&domain=anna_lebedeva"), 4);
  EXPECT_EQ(call("messages.send", "random_id=0&message=a&domain=club1"), 5);
  EXPECT_EQ(call("messages.send", "random_id=0&message=a&peer_id=2000000001", tokens.community), 0);
}

TEST_F(Methods, MessagesSendToManyAnswersForEach) {
  EXPECT_EQ(text(call("messages.send", "random_id=7&message=a&peer_ids=2, 12,999,3")),
            R"([{"peer_id":2,"message_id":1,"conversation_message_id":1},)"
            R"({"peer_id":12,"message_id":0,"conversation_message_id":0,"error":{"code":902,)"
            R"("description":"Can't send messages to this user due to their privacy settings"}},)"
            R"({"peer_id":999,"message_id":0,"conversation_message_id":0,"error":{"code":901,)"
            R"("description":"Can't send messages for users without permission"}},)"
            R"({"peer_id":3,"message_id":2,"conversation_message_id":1}])");
  EXPECT_EQ(call("messages.send", "random_id=7&message=a&peer_ids=3").at(0).at("message_id"), 2);
  EXPECT_EQ(vk.journal().size(), 1U) << "the second was the first again";
  EXPECT_EQ(call("messages.send", "random_id=8&message=a&user_ids=3").at(0).at("message_id"), 3);
}

TEST_F(Methods, MessagesSendRefusesInTheWordsOfVk) {
  const auto words = [this](const std::string& form) {
    return string_at(error("messages.send", form), "error_msg");
  };
  const std::string wrong = "One of the parameters specified was missing or invalid: ";
  EXPECT_EQ(words("message=a&peer_id=2"), wrong + "random_id is a required parameter");
  EXPECT_EQ(words("message=a&random_id=1"),
            wrong + "you should specify peer_id, user_id, domain, chat_id or user_ids param");
  for (const auto* nothing :
       {"", "&message=%20%0A", "&attachment=photo1", "&attachment=,&message="})
    EXPECT_EQ(words(std::string{"peer_id=2&random_id=1"} + nothing),
              wrong + "message is empty or invalid")
        << nothing;
  for (const auto* method : {"wall.post", "wall.createComment"})
    for (const auto* nothing : {"", "&message=%20", "&attachments=photo1"})
      EXPECT_EQ(string_at(error(method, std::string{"owner_id=-1&post_id=1"}.substr(
                                            0, method == std::string{"wall.post"} ? 11 : 21) +
                                            nothing),
                          "error_msg"),
                wrong + "message is undefined")
          << method << nothing;
  std::string longest;
  for (int i = 0; i < 4096; ++i) longest += "ж";
  EXPECT_NO_THROW(call("messages.send", "peer_id=2&random_id=1&message=" + longest));
  EXPECT_EQ(words("peer_id=2&random_id=2&message=ж" + longest), "Message is too long");
}

TEST_F(Methods, NewsfeedSearchFindsTheNewestPostsFirst) {
  const auto names = [this](const std::string& form) {
    std::string all;
    const auto found = call("newsfeed.search", form);
    for (const auto& post : found.at("items").as_array())
      all += text(post.at("owner_id")) + "_" + text(post.at("id")) + " ";
    return all;
  };
  EXPECT_EQ(names(""), "1_3 1_2 1_1 -1_3 -1_2 -1_1 ");
  EXPECT_EQ(names("q=NEWS"), "-1_3 -1_2 -1_1 ");
  EXPECT_EQ(names("q=number 2"), "1_2 -1_2 ");
  EXPECT_EQ(names("q=nothing"), "");
  EXPECT_EQ(names("start_time=1700000120&end_time=1700003600"), "1_1 -1_3 -1_2 ");
  const auto both = call("newsfeed.search", "extended=1");
  EXPECT_EQ(both.at("profiles").at(0).at("id"), 1);
  EXPECT_EQ(both.at("groups").at(0).at("id"), 1);
  EXPECT_EQ(both.at("total_count"), 6);
}

TEST_F(Methods, NewsfeedSearchContinuesFromStartFrom) {
  std::string seen;
  std::string from;
  do {
    const auto page = call("newsfeed.search", "q=number&count=2&start_from=" + from).as_object();
    EXPECT_EQ(page.at("count"), seen.empty() ? 6 : 5);
    for (const auto& post : page.at("items").as_array()) seen += text(post.at("id")) + " ";
    from = page.contains("next_from") ? string_at(page, "next_from") : std::string{};
    if (seen == "3 2 ") {
      EXPECT_EQ(from, "2/1_2");
      // Neither what is new nor what is gone moves the place.
      call("wall.post", "message=a number");
      call("wall.delete", "post_id=2");
      call("wall.delete", "post_id=4");
    }
  } while (!from.empty());
  EXPECT_EQ(seen, "3 2 1 3 2 1 ");
  for (const auto* wrong : {"x", "2/", "2/1_99", "2/1", "2/_1", "1_2_3"})
    EXPECT_EQ(error("newsfeed.search", std::string{"start_from="} + wrong).at("error_code"), 100)
        << wrong;
  EXPECT_EQ(error("newsfeed.search", "count=201").at("error_code"), 100);
  EXPECT_FALSE(call("newsfeed.search", "count=0").as_object().contains("next_from"));
}

TEST_F(Methods, WallRefusesNumbersOutOfRange) {
  EXPECT_EQ(string_at(error("wall.get", "count=101"), "error_msg"),
            "One of the parameters specified was missing or invalid: count should be less or equal "
            "to 100");
  EXPECT_EQ(error("wall.get", "count=x").at("error_code"), 100);
  EXPECT_EQ(error("wall.get", "owner_id=99999999999999999999").at("error_code"), 100);
}

TEST_F(Methods, FriendsComeAsIdsOrWithFields) {
  EXPECT_EQ(text(call("friends.get", "count=3&offset=1")), R"({"count":10,"items":[3,4,5]})");
  EXPECT_EQ(call("friends.get", "count=1&fields=sex").at("items").at(0).at("first_name"), "Анна");
  EXPECT_EQ(text(call("friends.get", "offset=99").at("items")), "[]");
  EXPECT_EQ(error("friends.get", "user_id=8", tokens.other_user).at("error_code"), 30);
  EXPECT_EQ(error("friends.get", "user_id=12").at("error_code"), 18);
  EXPECT_EQ(error("friends.get", "user_id=999").at("error_code"), 113);
}

TEST_F(Methods, StatusIsKept) {
  EXPECT_EQ(call("status.set", "text=%D0%96"), 1);
  EXPECT_EQ(call("status.get").at("text"), "Ж");
  EXPECT_EQ(call("status.get", "user_id=2").at("text"), "");
  EXPECT_EQ(error("status.set", "text=" + std::string(141, 'x')).at("error_code"), 100);
}

TEST_F(Methods, PostsWithTheSameGuidArePublishedOnce) {
  const auto first = call("wall.post", "message=a&guid=77");
  EXPECT_EQ(call("wall.post", "message=a&guid=77"), first);
  EXPECT_NE(call("wall.post", "message=a&guid=78"), first);
  EXPECT_NE(call("wall.post", "message=a&guid="), call("wall.post", "message=a&guid="));
}

TEST_F(Methods, MessagesWithTheSameRandomIdAreSentOnce) {
  const auto first = call("messages.send", "peer_id=2&message=a&random_id=77");
  EXPECT_EQ(call("messages.send", "peer_id=2&message=a&random_id=77"), first);
  EXPECT_EQ(call("messages.send", "peer_id=2&message=a&random_id=4294967373"), first);
  EXPECT_NE(call("messages.send", "peer_id=3&message=a&random_id=77"), first);
  EXPECT_NE(call("messages.send", "peer_id=2&message=a&random_id=0"),
            call("messages.send", "peer_id=2&message=a&random_id=0"));
  time->advance(61min);
  EXPECT_NE(call("messages.send", "peer_id=2&message=a&random_id=77"), first);
  EXPECT_EQ(error("messages.send", "peer_id=2&message=a").at("error_code"), 100);
}

TEST_F(Methods, ResetRestoresTheInitialWorld) {
  call("status.set", "text=changed");
  vk.reset();
  EXPECT_EQ(call("status.get").at("text"), "道德經");
}

}  // namespace
}  // namespace vkxx::emulation
