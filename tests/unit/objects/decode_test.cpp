// The decoder's manners, one by one.
#include <vkxx/objects/decode.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <vkxx/objects/messages.hpp>
#include <vkxx/objects/newsfeed.hpp>
#include <vkxx/objects/photos.hpp>
#include <vkxx/objects/users.hpp>
#include <vkxx/objects/wall.hpp>

namespace {

using vkxx::decode;
using vkxx::decode_issue;
using vkxx::decode_options;

template <class T>
T tolerant(std::string_view json, std::vector<decode_issue>* issues = nullptr) {
  decode_options options;
  options.issues = issues;
  return decode<T>(json, options).value();
}

template <class T>
std::string strict_fault(std::string_view json) {
  decode_options options;
  options.strict = true;
  const auto read = decode<T>(json, options);
  return read ? "" : read.error().message();
}

TEST(Decode, ReadsAUser) {
  const auto user = tolerant<vkxx::api::users::user_full>(
      R"({"id":1,"first_name":"Павел","last_name":"Durov","city":{"id":2,"title":"\u0421\/П"},)"
      R"("sex":2,"online":0,"is_closed":false,"photo_50":"https:\/\/a\/b"})");
  EXPECT_EQ(user.id, 1);
  EXPECT_EQ(user.first_name, "Павел");
  ASSERT_TRUE(user.city);
  EXPECT_EQ(user.city->title, "С/П");
  EXPECT_EQ(user.sex, vkxx::api::base::sex::male);
  EXPECT_EQ(user.online, false);
  EXPECT_EQ(user.photo_50, "https://a/b");
  EXPECT_FALSE(user.bdate);
}

TEST(Decode, Keeps64Bits) {
  EXPECT_EQ(tolerant<vkxx::api::users::user_full>(R"({"id":9223372036854775807})").id,
            9223372036854775807LL);
}

TEST(Decode, ToleratesLooseTypes) {
  std::vector<decode_issue> issues;
  const auto user = tolerant<vkxx::api::users::user_full>(
      R"({"id":"17","first_name":12,"last_name":"x","online":"1","is_closed":1,"sex":"2",)"
      R"("photo_rec":false,"city":[],"occupation":false,"career":null,"bdate":null,)"
      R"("followers_count":3.0})",
      &issues);
  EXPECT_EQ(user.id, 17);
  EXPECT_EQ(user.first_name, "12");
  EXPECT_EQ(user.online, true);
  EXPECT_EQ(user.is_closed, true);
  EXPECT_EQ(user.sex, vkxx::api::base::sex::male);
  EXPECT_FALSE(user.city);
  EXPECT_FALSE(user.occupation);
  EXPECT_TRUE(user.career.empty());
  EXPECT_FALSE(user.bdate);
  EXPECT_EQ(user.followers_count, 3);
  EXPECT_TRUE(issues.empty()) << issues[0].path << issues[0].reason;
}

TEST(Decode, ReportsWrongTypesAndContinues) {
  std::vector<decode_issue> issues;
  const auto user = tolerant<vkxx::api::users::user_full>(
      R"({"id":1,"first_name":{"a":[1,2]},"last_name":"D","city":{"id":[],"title":"x"},)"
      R"("followers_count":"many","career":[1,{"position":"CEO"}]})",
      &issues);
  EXPECT_FALSE(user.first_name);
  EXPECT_EQ(user.last_name, "D");
  EXPECT_EQ(user.city->title, "x");
  EXPECT_FALSE(user.followers_count);
  ASSERT_EQ(user.career.size(), 1U);
  EXPECT_EQ(user.career[0].position, "CEO");
  ASSERT_EQ(issues.size(), 4U);
  EXPECT_EQ(issues[0].path, "response.first_name");
  EXPECT_EQ(issues[0].reason, "expected a text, found an object");
  EXPECT_EQ(issues[1].path, "response.city.id");
  EXPECT_EQ(issues[2].path, "response.followers_count");
  EXPECT_EQ(issues[3].path, "response.career[0]");
}

TEST(Decode, ReportsMissingRequiredFields) {
  std::vector<decode_issue> issues;
  const auto user =
      tolerant<vkxx::api::users::user_full>(R"({"first_name":"a","last_name":"b"})", &issues);
  EXPECT_EQ(user.first_name, "a");
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].reason, "the field id is missing");
}

TEST(Decode, CountsARequiredFieldOnce) {
  std::vector<decode_issue> issues;
  const auto user =
      tolerant<vkxx::api::users::user_full>(R"({"id":1,"id":2,"id":3,"first_name":"a"})", &issues);
  EXPECT_EQ(user.id, 3);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].reason, "the field last_name is missing");
}

TEST(Decode, FindsFieldsInAnyOrder) {
  std::vector<decode_issue> issues;
  const auto users = tolerant<std::vector<vkxx::api::users::user_full>>(
      R"([{"id":1,"first_name":"a","last_name":"b","city":{"id":7,"title":"A"},"online":1},)"
      R"({"id":2,"first_name":"c","last_name":"d","city":{"title":"B","id":8},"online":0},)"
      R"({"last_name":"f","new_field":[{"id":9}],"id":3,"first_name_":"x","first_name":"e"},)"
      R"({"\u0069d":4,"first_name":"g","last\u005fname":"h","onlin":1,"online_":1},)"
      R"({},{"id":5,"first_name":"i","last_name":"j","online":1}])",
      &issues);
  ASSERT_EQ(users.size(), 6U);
  EXPECT_EQ(users[0].city->title, "A");
  EXPECT_EQ(users[1].city->title, "B");
  EXPECT_EQ(users[1].city->id, 8);
  EXPECT_EQ(users[1].online, false);
  EXPECT_EQ(users[2].id, 3);
  EXPECT_EQ(users[2].first_name + users[2].last_name, "ef");
  EXPECT_EQ(users[3].id, 4);
  EXPECT_EQ(users[3].first_name + users[3].last_name, "gh");
  EXPECT_FALSE(users[3].online);
  EXPECT_EQ(users[5].first_name + users[5].last_name, "ij");
  EXPECT_EQ(users[5].online, true);
  EXPECT_EQ(issues.size(), 3U);  // the required fields of the empty one
}

TEST(Decode, ResolvesEscapes) {
  const auto name = [](const std::string& json) {
    return tolerant<vkxx::api::users::user_full>(R"({"id":1,"first_name":")" + json + R"("})")
        .first_name;
  };
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name("no escape, \xD1\x8F"), "no escape, \xD1\x8F");
  EXPECT_EQ(name(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(name(R"(https:\/\/vk.com\/id1?a=b\\)"), "https://vk.com/id1?a=b\\");
  EXPECT_EQ(name(R"(a\/b\u0416\/c\ud83d\ude00)"), "a/b\xD0\x96/c\xF0\x9F\x98\x80");
  EXPECT_EQ(name(R"(\u0000.)"), std::string("\0.", 2));
  EXPECT_EQ(tolerant<vkxx::api::users::user_full>("{\"first_name\" : \"a\\\"\" \n\t ,\"id\":1}")
                .first_name,
            "a\"");
  EXPECT_FALSE(decode<vkxx::api::users::user_full>(R"({"id":1,"first_name":"a\/b\x"})"));
  EXPECT_FALSE(decode<vkxx::api::users::user_full>("{\"id\":1,\"first_name\":\"a\nb\"}"));
  EXPECT_FALSE(decode<vkxx::api::users::user_full>("{\"id\":1,\"first_name\":\"a\xFF\"}"));
}

TEST(Decode, LosesOneCharacterToHalfASurrogatePair) {
  const std::string_view text =
      R"({"id":1,"first_name":"A\ud83d","last_name":"\ud83d\ude00","bdate":"\\ud83d",)"
      R"("\udc00":[1],"photo_50":"x\udc00y"})";
  const auto user = tolerant<vkxx::api::users::user_full>(text);
  EXPECT_EQ(user.first_name, "A\xEF\xBF\xBD");
  EXPECT_EQ(user.last_name, "\xF0\x9F\x98\x80");
  EXPECT_EQ(user.bdate, "\\ud83d");
  EXPECT_EQ(user.photo_50, "x\xEF\xBF\xBDy");
  EXPECT_EQ(tolerant<vkxx::api::users::user_full>("{\"id\":2,\"first_name\":\"\xED\xA0\xBD\"}")
                .first_name,
            "\xEF\xBF\xBD");
  EXPECT_EQ(tolerant<vkxx::any_json>(R"({"a":["\ud83d"]})").text, R"({"a":["\ufffd"]})");
}

TEST(Decode, SkipsAByteOrderMark) {
  EXPECT_EQ(tolerant<vkxx::api::users::user_full>("\xEF\xBB\xBF{\"id\":7}").id, 7);
  EXPECT_EQ(vkxx::decode_response<std::int64_t>("\xEF\xBB\xBF{\"response\":7}").value(), 7);
}

TEST(Decode, IsStrictOnRequest) {
  using user = vkxx::api::users::user_full;
  const std::string good = R"({"id":1,"first_name":"a","last_name":"b")";
  EXPECT_EQ(strict_fault<user>(good + "}"), "");
  EXPECT_NE(strict_fault<user>(good + R"(,"future":1})"), "");
  EXPECT_NE(strict_fault<user>(good + R"(,"online":true})"), "");
  EXPECT_NE(strict_fault<user>(good + R"(,"bdate":null})"), "");
  EXPECT_NE(strict_fault<user>(good + R"(,"city":[]})"), "");
  EXPECT_NE(strict_fault<user>(R"({"id":"1","first_name":"a","last_name":"b"})"), "");
  EXPECT_NE(strict_fault<user>(R"({"id":1,"first_name":"a"})"), "");
}

TEST(Decode, KeepsUnknownEnumValues) {
  const auto post = tolerant<vkxx::api::wall::wallpost>(R"({"post_type":"hologram"})");
  EXPECT_EQ(post.post_type.text(), "hologram");
  EXPECT_EQ(vkxx::encode(post), R"({"post_type":"hologram"})");
  const auto user = tolerant<vkxx::api::users::user_full>(R"({"id":1,"sex":77})");
  EXPECT_EQ(static_cast<int>(*user.sex), 77);
}

TEST(Decode, ReadsNestedMessages) {
  const auto message = tolerant<vkxx::api::messages::message>(
      R"({"id":1,"text":"a","reply_message":{"id":2,"text":"b"},)"
      R"("fwd_messages":[{"id":3,"text":"c","fwd_messages":[{"id":4,"text":"d"}]}]})");
  ASSERT_TRUE(message.reply_message);
  EXPECT_EQ(message.reply_message->text, "b");
  ASSERT_EQ(message.fwd_messages.size(), 1U);
  EXPECT_EQ(message.fwd_messages[0].fwd_messages[0].text, "d");
  const auto copy = message;  // deep
  EXPECT_EQ(vkxx::encode(copy), vkxx::encode(message));
  EXPECT_NE(&*copy.reply_message, &*message.reply_message);
}

TEST(Decode, RefusesDeepNesting) {
  std::string json = R"({"id":1)";
  for (int i = 0; i < 300; ++i) json += R"(,"reply_message":{"id":1)";
  json += std::string(301, '}');
  std::vector<decode_issue> issues;
  const auto message = tolerant<vkxx::api::messages::foreign_message>(json, &issues);
  bool told = false;
  for (const auto& issue : issues) told = told || issue.reason == "stands too deep";
  EXPECT_TRUE(told);
}

TEST(Decode, ChoosesTheFormByTheDiscriminatorInAnyPosition) {
  const auto button = tolerant<vkxx::api::messages::keyboard_button>(
      R"({"action":{"label":"Go","payload":"{}","type":"text"},"color":"primary"})");
  ASSERT_TRUE(button.action);
  const auto* text = std::get_if<vkxx::boxed<vkxx::api::messages::keyboard_button_action_text>>(
      &button.action->value);
  ASSERT_NE(text, nullptr);
  EXPECT_EQ((*text)->label, "Go");
  EXPECT_EQ(button.color, vkxx::api::messages::keyboard_button_color::primary);
}

TEST(Decode, KeepsUnknownFormsAsJson) {
  const auto item =
      tolerant<vkxx::api::newsfeed::newsfeed_item>(R"({"type":"hologram","beam":[1, 2]})");
  const auto* json = std::get_if<vkxx::any_json>(&item.value);
  ASSERT_NE(json, nullptr);
  EXPECT_EQ(json->text, R"({"type":"hologram","beam":[1, 2]})");
}

TEST(Decode, KeepsTheRawJsonOnRequest) {
  decode_options options;
  options.keep_raw = true;
  const auto page =
      vkxx::decode_response<std::vector<vkxx::api::users::user_full>>(
          R"({"response": [ {"id":1 , "city":{"id": 2} , "x":"}"} , {"id":3} ] } )", options)
          .value();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].raw_json.text(), R"({"id":1 , "city":{"id": 2} , "x":"}"})");
  EXPECT_EQ(page[0].city->raw_json.text(), R"({"id": 2})");
  EXPECT_EQ(page[1].raw_json.text(), R"({"id":3})");
  EXPECT_EQ(tolerant<vkxx::api::users::user_full>(R"({"id":1})").raw_json.text(), "");
}

TEST(Decode, DescribesWhatIsWrongWithTheWhole) {
  using user = vkxx::api::users::user_full;
  EXPECT_EQ(decode<user>("<html>").error().code(), vkxx::errc::not_json);
  EXPECT_EQ(decode<user>(R"({"id":1)").error().code(), vkxx::errc::not_json);
  EXPECT_EQ(decode<user>("[1]").error().code(), vkxx::errc::unexpected_type);
  EXPECT_EQ(vkxx::decode_response<user>("{}").error().code(), vkxx::errc::malformed_answer);
  EXPECT_EQ(vkxx::decode_response<std::int64_t>(R"({"response":5})").value(), 5);
  EXPECT_EQ(vkxx::decode_response<bool>(R"({"response":1})").value(), true);
  EXPECT_EQ(vkxx::decode_response<vkxx::any_json>(R"({"response":{"a": [1]}})").value().text,
            R"({"a": [1]})");
}

TEST(Encode, WritesAKeyboard) {
  vkxx::api::messages::keyboard keyboard;
  keyboard.one_time = true;
  vkxx::api::messages::keyboard_button_action_text action;
  action.type = vkxx::api::messages::keyboard_button_action_text_type::text;
  action.label = "Да \"!\"";
  vkxx::api::messages::keyboard_button button;
  vkxx::api::messages::keyboard_button_property_action held;
  held.value = vkxx::boxed{action};
  button.action = held;
  keyboard.buttons.push_back({button});
  EXPECT_EQ(vkxx::encode(keyboard),
            R"({"one_time":true,"buttons":[[{"action":{"label":"Да \"!\"","type":"text"}}]]})");
}

}  // namespace
