#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

class Profiles : public service_fixture {};

TEST_F(Profiles, HaveEveryFieldAndTheSameEachTime) {
  const std::string form =
      "user_ids=2,5,8&fields=about,activities,bdate,blacklisted,books,can_post,career,city,"
      "common_count,connections,contacts,counters,crop_photo,domain,education,followers_count,"
      "friend_status,has_mobile,home_town,interests,is_friend,last_seen,maiden_name,military,"
      "nickname,occupation,online,personal,photo_id,photo_max_orig,relation,relatives,schools,"
      "screen_name,sex,site,status,timezone,universities,verified,wall_default";
  const auto all = call("users.get", form);
  EXPECT_EQ(all, call("users.get", form));
  const auto& anna = all.at(0).as_object();
  for (const auto* member : {"university", "faculty", "graduation", "mobile_phone", "skype",
                             "counters", "schools", "personal", "career", "crop_photo"})
    EXPECT_TRUE(anna.contains(member)) << member;
  EXPECT_EQ(anna.at("is_friend"), 1);
  EXPECT_EQ(anna.at("friend_status"), 3);
  EXPECT_EQ(anna.at("common_count"), 2);
  EXPECT_EQ(anna.at("counters").at("friends"), 3);
  EXPECT_NE(anna.at("mobile_phone"), all.at(1).at("mobile_phone"));
  EXPECT_TRUE(all.at(2).as_object().contains("city")) << "a friend of the closed profile";
  const auto stranger = call("users.get", "user_ids=8&fields=city,sex,counters", tokens.other_user);
  EXPECT_EQ(text(stranger.at(0).at("sex")), "1");
  EXPECT_FALSE(stranger.at(0).as_object().contains("city"));
  EXPECT_FALSE(stranger.at(0).as_object().contains("counters"));
}

TEST_F(Profiles, WhoIsBannedIsNoFriendAndCannotWrite) {
  const auto write = "peer_id=1&random_id=0&message=x";
  EXPECT_EQ(call("account.ban", "owner_id=2"), 1);
  EXPECT_EQ(call("friends.areFriends", "user_ids=2").at(0).at("friend_status"), 0);
  EXPECT_EQ(error("messages.send", write, tokens.other_user).at("error_code"), 900);
  EXPECT_EQ(call("users.get", "user_ids=2&fields=blacklisted_by_me").at(0).at("blacklisted_by_me"),
            1);
  call("account.ban", "owner_id=-1");
  const auto list = call("account.getBanned", "");
  EXPECT_EQ(text(list.at("items")), "[-1,2]");
  EXPECT_EQ(list.at("count"), 2);
  EXPECT_EQ(list.at("profiles").at(0).at("id"), 2);
  EXPECT_EQ(list.at("groups").at(0).at("id"), 1);
  EXPECT_EQ(error("messages.send", write, tokens.community).at("error_code"), 900);
  EXPECT_EQ(call("account.unban", "owner_id=2"), 1);
  EXPECT_GT(call("messages.send", write, tokens.other_user).as_int64(), 0);
  EXPECT_EQ(error("account.ban", "owner_id=1").at("error_code"), 100);
  EXPECT_EQ(error("account.ban", "owner_id=99999").at("error_code"), 100);
}

TEST_F(Profiles, StoredKeysAreListed) {
  call("storage.set", "key=b&value=1");
  call("storage.set", "key=a&value=2");
  EXPECT_EQ(text(call("storage.getKeys", "")), R"(["a","b"])");
  EXPECT_EQ(text(call("storage.getKeys", "offset=1&count=1")), R"(["b"])");
  EXPECT_EQ(text(call("storage.getKeys", "", tokens.other_user)), "[]");
  EXPECT_EQ(text(call("storage.getKeys", "user_id=1", tokens.service)), R"(["a","b"])");
}

TEST_F(Profiles, NamesAreInflected) {
  const auto name = [this](int id, const std::string& name_case) {
    const auto who =
        call("users.get", "user_ids=" + std::to_string(id) + "&name_case=" + name_case).at(0);
    return std::string{who.at("first_name").as_string()} + " " +
           std::string{who.at("last_name").as_string()};
  };
  EXPECT_EQ(name(1, "gen"), "Павла Дурова");
  EXPECT_EQ(name(1, "ins"), "Павлом Дуровым");
  EXPECT_EQ(name(2, "dat"), "Анне Лебедевой");
  EXPECT_EQ(name(2, "acc"), "Анну Лебедеву");
  EXPECT_EQ(name(6, "Abl"), "Дарье Синицыной");
  EXPECT_EQ(name(7, "gen"), "Егора Воробьёва");
  EXPECT_EQ(name(14, "abl"), "Марии Зимородковой");
  const auto inflected = call("users.get", "user_ids=1&fields=first_name_dat,last_name_abl").at(0);
  EXPECT_EQ(inflected.at("first_name_dat"), "Павлу");
  EXPECT_EQ(inflected.at("last_name_abl"), "Дурове");
  EXPECT_EQ(call("users.get", "user_ids=1&lang=en&name_case=gen").at(0).at("first_name"), "Pavel");
}

// Programs find out by the empty list that a token is no user's.
TEST_F(Profiles, OfAnOwnerThatIsNoUserAreAnEmptyList) {
  EXPECT_EQ(text(call("users.get", "", tokens.community)), "[]");
  EXPECT_EQ(text(call("users.get", "", tokens.service)), "[]");
}

TEST_F(Profiles, AreFoundByTheOlderNameOfTheParameter) {
  EXPECT_EQ(call("users.get", "user_id=2", tokens.community).at(0).at("id"), 2);
  EXPECT_EQ(call("users.get", "user_id=2&user_ids=3").at(0).at("id"), 3);
}

TEST_F(Profiles, OneselfIsWhoTheTokenBelongsTo) {
  const auto self = call("account.getProfileInfo", "", tokens.other_user);
  const auto user =
      call("users.get", "fields=screen_name,city,bdate,photo_200", tokens.other_user).at(0);
  for (const auto* same :
       {"id", "first_name", "last_name", "screen_name", "bdate", "city", "photo_200"})
    EXPECT_EQ(self.at(same), user.at(same)) << same;
}

TEST_F(Profiles, AreFoundByTheBeginningsOfNames) {
  const auto ids = [this](const std::string& method, const std::string& form) {
    const auto found = call(method, form);
    std::string result = text(found.at("count")) + ':';
    for (const auto& item : found.at("items").as_array()) result += ' ' + text(item.at("id"));
    return result;
  };
  EXPECT_EQ(ids("users.search", "q=ЛЕБЕД ан"), "1: 2");
  EXPECT_EQ(ids("users.search", "q=anna"), "1: 2");
  EXPECT_EQ(ids("users.search", "q=нна"), "0:");
  EXPECT_EQ(ids("users.search", "count=2&offset=10"), "12: 11 14") << "12 and 13 are gone";
  EXPECT_EQ(ids("friends.search", "q=анна"), "1: 2");
  EXPECT_EQ(ids("friends.search", "q=павел"), "0:") << "he is no friend of himself";
}

class Friends : public service_fixture {};

TEST_F(Friends, RequestsAreSentAcceptedAndWithdrawn) {
  EXPECT_EQ(call("friends.delete", "user_id=1", tokens.other_user).at("friend_deleted"), 1);
  EXPECT_EQ(call("friends.get").at("count"), 9);
  EXPECT_EQ(text(call("friends.getRequests", "", tokens.other_user)),
            R"({"count":0,"items":[],"count_unread":0})");
  EXPECT_EQ(call("friends.add", "user_id=1&text=hello", tokens.other_user), 2)
      << "who was a friend has stayed a follower";
  call("friends.delete", "user_id=2");
  call("friends.delete", "user_id=2");
  EXPECT_EQ(string_at(error("friends.delete", "user_id=2"), "error_msg"),
            "Access denied: No friend or friend request found.");
  EXPECT_EQ(call("friends.add", "user_id=2&text=hello"), 1);
  EXPECT_EQ(call("friends.add", "user_id=2"), 4);
  EXPECT_EQ(text(call("friends.areFriends", "user_ids=2,3,13")),
            R"([{"user_id":2,"friend_status":1},{"user_id":3,"friend_status":3},)"
            R"({"user_id":13,"friend_status":0}])");
  const auto incoming = call("friends.getRequests", "extended=1&need_mutual=1", tokens.other_user);
  EXPECT_EQ(incoming.at("items").at(0).at("user_id"), 1);
  EXPECT_EQ(incoming.at("items").at(0).at("message"), "hello");
  EXPECT_EQ(incoming.at("items").at(0).at("mutual").at("count"), 2);
  EXPECT_EQ(text(call("friends.getRequests", "out=1").at("items")), "[2]");
  EXPECT_EQ(call("friends.add", "user_id=1&follow=1", tokens.other_user), 1) << "declined";
  EXPECT_EQ(call("friends.getRequests", "", tokens.other_user).at("count"), 0);
  EXPECT_EQ(call("friends.add", "user_id=1", tokens.other_user), 2);
  EXPECT_EQ(call("friends.get").at("count"), 10);
}

TEST_F(Friends, OnesOwnAndUnknownUsersAreRefused) {
  EXPECT_EQ(error("friends.add", "user_id=1").at("error_code"), 174);
  EXPECT_EQ(error("friends.add", "user_id=999").at("error_code"), 177);
  EXPECT_EQ(error("friends.add", "user_id=12").at("error_code"), 177);
  EXPECT_EQ(error("friends.add", "user_id=13&text=" + std::string(501, 'x')).at("error_code"), 177);
}

TEST_F(Friends, InCommonAreListed) {
  EXPECT_EQ(text(call("friends.getMutual", "target_uid=2")), "[3,4]");
  EXPECT_EQ(text(call("friends.getMutual", "target_uids=2,4")),
            R"([{"id":2,"common_friends":[3,4],"common_count":2},)"
            R"({"id":4,"common_friends":[2,6],"common_count":2}])");
  EXPECT_EQ(text(call("friends.getMutual", "target_uid=2&offset=1&need_common_count=1")),
            R"({"id":2,"common_friends":[4],"common_count":2})");
  EXPECT_EQ(
      error("friends.getMutual", "source_uid=2&target_uid=8", tokens.other_user).at("error_code"),
      30);
}

class Places : public service_fixture {};

TEST_F(Places, AreTheSameForEveryTokenAndPageToTheirEnd) {
  const auto russia = call("database.getCountries", "code=RU,BY", tokens.service);
  EXPECT_EQ(text(russia), R"({"count":2,"items":[{"id":1,"title":"Россия"},)"
                          R"({"id":3,"title":"Беларусь"}]})");
  std::size_t seen = 0;
  const auto all = call("database.getCountries", "need_all=1").at("count").as_int64();
  for (std::int64_t offset = 0; offset <= all; offset += 5)
    seen += call("database.getCountries", "need_all=1&count=5&offset=" + std::to_string(offset))
                .at("items")
                .as_array()
                .size();
  EXPECT_EQ(seen, static_cast<std::size_t>(all));
  const auto user = call("users.get", "user_ids=2&fields=city").at(0);
  EXPECT_EQ(call("database.getCitiesById", "city_ids=2").at(0), user.at("city"));
  EXPECT_EQ(call("database.getCities", "country_id=1&q=Каз&lang=ru").at("items").at(0).at("id"),
            60);
  EXPECT_EQ(call("database.getCities", "country_id=1&q=kaz&lang=en").at("items").at(0).at("region"),
            "Republic of Tatarstan");
  EXPECT_EQ(call("database.getRegions", "country_id=1").at("count"), 4);
  EXPECT_EQ(call("database.getFaculties", "university_id=1").at("count"), 3);
  EXPECT_EQ(call("database.getChairs", "faculty_id=11").at("count"), 2);
  EXPECT_EQ(call("database.getFaculties", "university_id=77").at("count"), 0);
  EXPECT_EQ(call("database.getMetroStationsById", "station_ids=182").at(0).at("city_id"), 2);
  EXPECT_EQ(call("database.getSchools", "city_id=2").at("count"), 3);
}

}  // namespace
}  // namespace vkxx::emulation
