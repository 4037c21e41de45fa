// What method classes put into a request.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <vkxx/api/friends.hpp>
#include <vkxx/api/groups.hpp>
#include <vkxx/api/messages.hpp>
#include <vkxx/api/storage.hpp>
#include <vkxx/api/stories.hpp>
#include <vkxx/api/users.hpp>
#include <vkxx/api/wall.hpp>

namespace {

// Ids convert to the wider kinds, with the sign and the offset that VK expects.
static_assert(vkxx::user_id{1} == vkxx::user_id{1} && vkxx::user_id{1} != vkxx::user_id{2});
static_assert(vkxx::user_id{1} == vkxx::owner_id{1} && vkxx::user_id{1} == 1);
static_assert(vkxx::owner_id{vkxx::group_id{1}} == -1 && vkxx::group_id{1} == vkxx::owner_id{-1});
static_assert(vkxx::peer_id{vkxx::group_id{1}} == -1 && vkxx::member_id{vkxx::group_id{1}} == -1);
static_assert(vkxx::peer_id{vkxx::chat_id{3}} == 2000000003);
static_assert(vkxx::peer_id{vkxx::owner_id{-1}} == vkxx::peer_id{vkxx::member_id{-1}});
static_assert(!std::is_convertible_v<vkxx::owner_id, vkxx::user_id>);
static_assert(!std::is_convertible_v<vkxx::group_id, vkxx::user_id>);
static_assert(!std::is_convertible_v<vkxx::chat_id, vkxx::owner_id>);
static_assert(!std::is_convertible_v<std::int64_t, vkxx::user_id>);

// The id of an object has the type of the object.
static_assert(
    std::is_same_v<decltype(vkxx::api::wall::wallpost_full::id), std::optional<vkxx::post_id>>);
static_assert(std::is_same_v<decltype(vkxx::api::users::user_full::id), vkxx::user_id>);
static_assert(std::is_same_v<decltype(vkxx::api::groups::group_full::id), vkxx::group_id>);
static_assert(std::is_same_v<decltype(vkxx::api::messages::message::id), vkxx::message_id>);
static_assert(std::is_same_v<decltype(vkxx::api::messages::message::peer_id), vkxx::peer_id>);
static_assert(
    std::is_same_v<decltype(vkxx::api::friends::get_response::items), std::vector<vkxx::user_id>>);

// All texts have one type, required or not.
static_assert(std::is_same_v<decltype(vkxx::api::users::user_full::first_name), vkxx::text>);
static_assert(std::is_same_v<decltype(vkxx::api::users::user_full::bdate), vkxx::text>);

std::string form(const vkxx::typed_method& method) {
  return method.encoded().form();
}

TEST(Method, ListsAcceptTextsNumbersIdsAndRanges) {
  EXPECT_EQ(form(vkxx::api::users::get{}.user_ids("1", "durov")), "user_ids=1%2Cdurov");
  EXPECT_EQ(form(vkxx::api::users::get{}.user_ids(1, vkxx::user_id{2})), "user_ids=1%2C2");
  EXPECT_EQ(form(vkxx::api::users::get{}.user_ids(std::vector<int>{5, 6}, 7)),
            "user_ids=5%2C6%2C7");
  EXPECT_EQ(form(vkxx::api::users::get{}.fields("city", vkxx::api::users::fields::sex)),
            "fields=city%2Csex");
  EXPECT_EQ(form(vkxx::api::users::get{}.user_ids()), "");
  const std::vector<vkxx::text> domains{"durov", "anna"};
  EXPECT_EQ(form(vkxx::api::users::get{}.user_ids(domains)), "user_ids=durov%2Canna");
  EXPECT_EQ(form(vkxx::api::stories::banOwner{
                vkxx::ids<vkxx::owner_id>{vkxx::user_id{1}, vkxx::group_id{2}, -3}}),
            "owners_ids=1%2C-2%2C-3");
}

TEST(Method, ALaterValueReplacesAnEarlierOne) {
  EXPECT_EQ(form(vkxx::api::wall::get{}.count(1).count(2)), "count=2");
}

TEST(Method, EncodesEnumsFlagsNumbersAndIds) {
  EXPECT_EQ(form(vkxx::api::users::get{}.name_case(vkxx::api::base::name_case::Gen)),
            "name_case=Gen");
  EXPECT_EQ(
      form(vkxx::api::users::get{}.name_case(vkxx::open_enum<vkxx::api::base::name_case>{"Voc"})),
      "name_case=Voc");
  EXPECT_EQ(
      form(vkxx::api::messages::send{}.peer_id(1).message("a b").lat(59.5).dont_parse_links()),
      "peer_id=1&message=a+b&lat=59.5&dont_parse_links=1");
  EXPECT_EQ(form(vkxx::api::messages::send{}.peer_id(vkxx::user_id{1})), "peer_id=1");
  EXPECT_EQ(form(vkxx::api::messages::send{}.peer_id(vkxx::chat_id{3})), "peer_id=2000000003");
  EXPECT_EQ(form(vkxx::api::wall::get{}.owner_id(vkxx::group_id{1})), "owner_id=-1");
  EXPECT_EQ(form(vkxx::api::wall::get{}.owner_id(vkxx::user_id{1})), "owner_id=1");
  EXPECT_EQ(form(vkxx::api::wall::get{}.owner_id(-1)), "owner_id=-1");
}

TEST(Method, SendsObjectsAsJson) {
  vkxx::api::messages::keyboard keyboard;
  keyboard.inline_ = true;
  EXPECT_EQ(vkxx::api::messages::send{}.keyboard(keyboard).encoded().find("keyboard"),
            R"({"one_time":false,"buttons":[],"inline":true})");
  EXPECT_EQ(vkxx::api::messages::send{}.keyboard("{}").encoded().find("keyboard"), "{}");
}

TEST(Method, RequiredParametersAreArguments) {
  EXPECT_EQ(form(vkxx::api::groups::isMember{vkxx::group_id{1}}.user_id(2)),
            "group_id=1&user_id=2");
  EXPECT_EQ(form(vkxx::api::groups::isMember{vkxx::id_or_name<vkxx::group_id>{"team"}}),
            "group_id=team");
  EXPECT_EQ(form(vkxx::api::wall::getById{vkxx::texts{"1_1", "-2_3"}}), "posts=1_1%2C-2_3");
}

TEST(Method, FormsRequestTheirAnswer) {
  EXPECT_EQ(form(vkxx::api::wall::get::with_extended{}.count(3)), "extended=1&count=3");
  EXPECT_EQ(form(vkxx::api::friends::get::with_fields{}), "fields=screen_name");
  EXPECT_EQ(form(vkxx::api::friends::get::with_fields{}.fields("sex", "city")),
            "fields=sex%2Ccity");
  EXPECT_EQ(
      form(vkxx::api::messages::send::with_peer_ids{vkxx::ids<vkxx::peer_id>{1, 2}}.random_id(5)),
      "peer_ids=1%2C2&random_id=5");
}

TEST(Method, KnowsItsFactsAtCompileTime) {
  static_assert(vkxx::api::messages::send::facts.writes);
  static_assert(vkxx::api::messages::send::facts.idempotency == "random_id");
  static_assert(!vkxx::api::users::get::facts.writes);
  constexpr auto tokens = vkxx::api::users::get::facts.tokens;
  static_assert(tokens.contains(vkxx::token_kind::user));
  static_assert(tokens.contains(vkxx::token_kind::community));
  static_assert(!tokens.contains(vkxx::token_kind::anonymous));
  static_assert(!tokens.allows(vkxx::token_kind::anonymous));
  static_assert(!tokens.open_to_all());
  EXPECT_EQ(vkxx::api::users::get::facts.name, "users.get");
}

std::string outside_limits(const vkxx::typed_method& method) {
  const auto status = method.check_limits();
  if (status) return "";
  EXPECT_TRUE(status.error() == vkxx::errc::invalid_argument);
  EXPECT_EQ(status.error().method(), method.to_request().method());
  return status.error().message();
}

TEST(Method, NamesTheParameterOutsideItsLimits) {
  EXPECT_EQ(outside_limits(vkxx::api::users::getFollowers{}.count(1001)),
            "count should be at most 1000");
  EXPECT_EQ(outside_limits(vkxx::api::users::getFollowers{}.count(-1)),
            "count should be at least 0");
  EXPECT_EQ(outside_limits(vkxx::api::users::getFollowers{}.count(1000)), "");
  std::string text;
  for (int i = 0; i < 9001; ++i) text += "ж";
  EXPECT_EQ(outside_limits(vkxx::api::messages::send{}.message(text)),
            "message should have at most 9000 characters");
  EXPECT_EQ(outside_limits(vkxx::api::messages::send::with_peer_ids{
                vkxx::ids<vkxx::peer_id>{std::vector<int>(101, 1)}}),
            "peer_ids should have at most 100 items");
}

TEST(Method, DecodesTheResponse) {
  const vkxx::api::users::get* method = nullptr;
  const auto users =
      decode_answer(method, R"([{"id":1,"first_name":"Pavel","last_name":"Durov"}])");
  ASSERT_TRUE(users);
  EXPECT_EQ(users->at(0).last_name, "Durov");
  EXPECT_FALSE(decode_answer(method, R"({"id":1})"));
}

// The client leaves the check of the text to the decoder, which skips fields it does not know.
TEST(Method, FindsEveryFaultInTheFieldsOfItsResult) {
  const vkxx::api::users::get* method = nullptr;
  const std::string text =
      R"([{"id":12,"first_name":"P\u0061v\"el","is_closed":false,"city":{"id":2,"title":"\/"}},)"
      R"({"last_name":"","sex":2,"last_seen":{"time":170,"platform":7},"status":"a"}])";
  ASSERT_TRUE(decode_answer(method, text));
  int faults = 0;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    // The client sees whether brackets close.
    if (std::string_view{"[]{}"}.find(text[at]) != std::string_view::npos) continue;
    for (const char written : std::string_view{" x,:\"1\\\n\xFF"}) {
      auto changed = text;
      changed[at] = written;
      boost::system::error_code fault;
      boost::json::parse(changed, fault);
      if (!fault) continue;
      ++faults;
      EXPECT_FALSE(decode_answer(method, changed)) << changed;
    }
  }
  EXPECT_GT(faults, 500);
}

TEST(Method, AMissingTextIsNoParameter) {
  const vkxx::text missing, name = "Anna";
  const vkxx::request request = vkxx::request{"users.get"}.set("a", missing).set("b", name);
  EXPECT_EQ(request.parameters().form(), "b=Anna");
}

TEST(Method, BecomesARequest) {
  const auto request = vkxx::api::storage::get{}.key("k").to_request();
  EXPECT_EQ(request.method(), "storage.get");
  EXPECT_EQ(request.parameters().find("key"), "k");
}

}  // namespace
