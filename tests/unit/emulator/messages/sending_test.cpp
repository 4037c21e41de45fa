#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class MessageSending : public service_fixture {
 protected:
  std::string refusal(const std::string& form, const std::string& token = {}) {
    const auto failed = error("messages.send", form + "&random_id=0", token);
    return text(failed.at("error_code")) + " " + string_at(failed, "error_msg");
  }
  std::int64_t code(const std::string& form, const std::string& token = {}) {
    return error("messages.send", form + "&random_id=0", token).at("error_code").as_int64();
  }
  json::value sent(const std::string& peer, const std::string& form,
                   const std::string& token = {}) {
    const auto item =
        call("messages.send", "random_id=0&peer_ids=" + peer + "&" + form, token).at(0);
    EXPECT_FALSE(item.as_object().contains("error")) << text(item);
    return item;
  }
  /// The message of user 1 with this cmid.
  json::value shown(const std::string& peer, const json::value& item,
                    const std::string& token = {}) {
    return call("messages.getByConversationMessageId",
                "peer_id=" + peer +
                    "&conversation_message_ids=" + text(item.at("conversation_message_id")),
                token)
        .at("items")
        .at(0);
  }
};

TEST_F(MessageSending, EachSideHasItsOwnIdAndTheSameNumberInTheConversation) {
  call("messages.send", "random_id=0&peer_id=3&message=first");
  const auto item = sent("2", "message=hello");
  EXPECT_EQ(item.at("message_id"), 2);
  EXPECT_EQ(item.at("conversation_message_id"), 1);
  const auto own = shown("2", item);
  const auto other = shown("1", item, tokens.other_user);
  EXPECT_EQ(own.at("id"), 2);
  EXPECT_EQ(other.at("id"), 1);
  EXPECT_EQ(own.at("out"), 1);
  EXPECT_EQ(other.at("out"), 0);
  EXPECT_EQ(own.at("peer_id"), 2);
  EXPECT_EQ(other.at("peer_id"), 1);
  EXPECT_EQ(other.at("from_id"), 1);
  EXPECT_EQ(other.at("text"), "hello");
}

TEST_F(MessageSending, ACommunityGetsNoIdsInChats) {
  const auto item = sent("2000000001", "message=all", tokens.community);
  EXPECT_EQ(item.at("message_id"), 0);
  EXPECT_EQ(item.at("conversation_message_id"), 1);
  EXPECT_EQ(shown("2000000001", item, tokens.community).at("id"), 0);
  EXPECT_EQ(shown("2000000001", item).at("id"), 1);
}

TEST_F(MessageSending, VkRefusesWithItsCodes) {
  EXPECT_EQ(refusal("peer_id=14&message=a", tokens.community),
            "901 Can't send messages for users without permission");
  EXPECT_EQ(code("peer_id=12&message=a"), 902);
  EXPECT_EQ(code("peer_id=2000000002&message=a"), 917);
  EXPECT_EQ(code("peer_id=-99&message=a"), 901);
  EXPECT_EQ(code("peer_id=-9223372036854775808&message=a"), 901);
  EXPECT_EQ(code("chat_id=100000001&message=a"), 100);
  EXPECT_EQ(code("peer_id=-2&message=a", tokens.community), 901);
  EXPECT_EQ(code("peer_id=2&forward_messages=77"), 921);
  EXPECT_EQ(code("peer_id=2&message=a&intent=promo_newsletter", tokens.community), 943);
  EXPECT_EQ(code("peer_id=2&message=a&group_id=4"), 15) << "user 1 does not administer it";
  std::string many = "photo1_1";
  for (int i = 2; i <= 11; ++i) many += ",photo1_" + std::to_string(i);
  EXPECT_EQ(code("peer_id=2&attachment=" + many), 940);
  EXPECT_EQ(code("peer_id=2&message=a&payload=nothing"), 100);
}

TEST_F(MessageSending, WritingToACommunityAllowsItsMessages) {
  EXPECT_EQ(call("messages.isMessagesFromGroupAllowed", "group_id=1&user_id=14").at("is_allowed"),
            0);
  call("messages.denyMessagesFromGroup", "group_id=1", tokens.other_user);
  EXPECT_EQ(code("peer_id=2&message=a", tokens.community), 901);
  sent("-1", "message=hi", tokens.other_user);
  EXPECT_EQ(call("messages.isMessagesFromGroupAllowed", "group_id=1&user_id=2").at("is_allowed"),
            1);
  sent("2", "message=hi", tokens.community);
  call("messages.denyMessagesFromGroup", "group_id=1", tokens.other_user);
  EXPECT_EQ(code("peer_id=2&message=a", tokens.community), 901);
  call("messages.allowMessagesFromGroup", "group_id=1&key=k", tokens.other_user);
  sent("2", "message=hi", tokens.community);
}

TEST_F(MessageSending, KeyboardsAreChecked) {
  const auto words = [this](const std::string& keyboard) {
    return refusal("peer_id=2&message=a&keyboard=" + keyboard, tokens.community);
  };
  const std::string bad = "911 Keyboard format is invalid: ";
  EXPECT_EQ(words("hello"),
            "100 One of the parameters specified was missing or invalid: keyboard contains "
            "incorrect JSON");
  EXPECT_EQ(words(R"({"one_time":true})"), bad + "buttons is required");
  EXPECT_EQ(words(R"({"buttons":[[{"action":{"type":"text"}}]]})"),
            bad + "buttons[0][0].action.label is required");
  EXPECT_EQ(words(R"({"buttons":[[],[{"action":{"type":"nonsense","label":"a"}}]]})"),
            bad + "buttons[1][0].action.type is not a type of button");
  EXPECT_EQ(words(R"({"buttons":[[{"action":{"type":"text","label":"a"},"color":"red"}]]})"),
            bad + "buttons[0][0].color is not a color of a button");
  EXPECT_EQ(words(R"({"buttons":[[{"action":{"type":"open_app","label":"a","app_id":1,"hash":")" +
                  std::string(2001, 'x') + R"("}}]]})"),
            bad + "buttons[0][0].action.hash must have at most 2000 characters");
  EXPECT_EQ(words(R"({"inline":true,"one_time":true,"buttons":[]})"),
            bad + "one_time does not go with inline");
  EXPECT_EQ(code(R"(peer_id=2&message=a&keyboard={"buttons":[]})"), 912) << "not a community";
  // What clients send and VK takes.
  sent(
      "2",
      R"(message=a&keyboard={"one_time":false,"inline":false,"buttons":[[{"action":{"type":"text",)"
      R"("label":"Yes","payload":null},"color":"secondary"}]]})",
      tokens.community);
}

TEST_F(MessageSending, ForwardsAreCheckedBeforeTheKeyboard) {
  EXPECT_EQ(code("peer_id=2&forward_messages=77&keyboard={}", tokens.community), 921);
}

TEST_F(MessageSending, AKeyboardIsShownUntilItIsTakenAway) {
  const auto current = [this] {
    const auto found = call("messages.getConversationsById", "peer_ids=-1", tokens.other_user);
    const auto& shown = found.at("items").at(0).as_object();
    return shown.contains("current_keyboard") ? text(shown.at("current_keyboard")) : "none";
  };
  sent("2",
       R"(message=a&keyboard={"one_time":true,"buttons":[[{"action":{"type":"text","label":"Go",)"
       R"("payload":{"a":1}},"color":"primary"}]]})",
       tokens.community);
  EXPECT_EQ(current(),
            R"({"one_time":true,"author_id":-1,"inline":false,"buttons":[[{"action":{"type":)"
            R"("text","label":"Go","payload":"{\"a\":1}"},"color":"primary"}]]})");
  sent("2", R"(message=b&keyboard={"buttons":[]})", tokens.community);
  EXPECT_EQ(current(), "none");
}

TEST_F(MessageSending, CarouselsAreChecked) {
  const std::string button = R"("buttons":[{"action":{"type":"text","label":"Buy"}}])";
  const auto words = [this](const std::string& elements) {
    return code(R"(peer_id=2&message=a&template={"type":"carousel","elements":)" + elements + "}",
                tokens.community);
  };
  EXPECT_EQ(words("[]"), 100);
  EXPECT_EQ(words(R"([{"title":"a"}])"), 100);
  EXPECT_EQ(words(R"([{"title":"a",)" + button + R"(},{"photo_id":"1_1",)" + button + "}]"), 100)
      << "other fields than the first element";
  const auto item = sent(
      "2", R"(message=a&template={"type":"carousel","elements":[{"title":"a",)" + button + "}]}",
      tokens.community);
  EXPECT_EQ(shown("-1", item, tokens.other_user).at("template").at("type"), "carousel");
}

TEST_F(MessageSending, ForwardsAndRepliesAreSnapshots) {
  const auto first = sent("2", "message=first");
  const auto reply = sent(
      "2", R"(message=reply&forward={"peer_id":2,"conversation_message_ids":1,"is_reply":true})");
  const auto forwarded = sent("3", "forward_messages=1,2");
  call("messages.edit", "peer_id=2&message_id=1&message=changed");
  EXPECT_EQ(shown("2", first).at("text"), "changed");
  EXPECT_EQ(shown("2", reply).at("reply_message").at("text"), "first");
  const auto nested = shown("3", forwarded).at("fwd_messages").as_array();
  ASSERT_EQ(nested.size(), 2U);
  EXPECT_EQ(nested.at(0).at("text"), "first");
  EXPECT_EQ(nested.at(1).at("reply_message").at("text"), "first");
  EXPECT_EQ(code("peer_id=3&message=a&reply_to=1"), 100) << "of another conversation";
  // Message 3 is the forward: each of the following forwards the one before.
  for (int i = 3; i < 60; ++i) {
    const auto answer =
        envelope("messages.send", "random_id=0&peer_id=3&forward_messages=" + std::to_string(i));
    if (answer.as_object().contains("error")) {
      EXPECT_EQ(answer.at("error").at("error_code"), 913);
      return;
    }
  }
  ADD_FAILURE() << "forwards nest without a limit";
}

TEST_F(MessageSending, EverythingElseThatAMessageCarries) {
  const auto item = sent(
      "2",
      R"(message=m&lat=59.9&long=30.3&payload={"a":1}&attachment=photo1_5,doc1_6,https://vk.ru)"
      R"(&format_data={"version":1,"items":[{"type":"bold","offset":0,"length":1}]})");
  const auto message = shown("2", item);
  EXPECT_EQ(message.at("geo").at("coordinates").at("latitude"), 59.9);
  EXPECT_EQ(message.at("payload"), R"({"a":1})");
  EXPECT_EQ(message.at("attachments").as_array().size(), 3U);
  EXPECT_EQ(message.at("format_data").at("version"), "1");
  EXPECT_EQ(shown("2", sent("2", "sticker_id=7")).at("attachments").at(0).at("type"), "sticker");
  const auto admin = sent("2", "message=m&group_id=1");
  const auto as_community = shown("-1", admin, tokens.other_user);
  EXPECT_EQ(as_community.at("from_id"), -1);
  EXPECT_EQ(as_community.at("admin_author_id"), 1);
}

TEST_F(MessageSending, AnEditReplacesEverythingForADay) {
  const auto item = sent("2", "message=m&attachment=photo1_5");
  EXPECT_EQ(call("messages.edit", "peer_id=2&cmid=1&message=other"), 1);
  const auto edited = shown("2", item);
  EXPECT_EQ(edited.at("text"), "other");
  EXPECT_EQ(edited.at("attachments").as_array().size(), 0U);
  EXPECT_TRUE(edited.as_object().contains("update_time"));
  EXPECT_EQ(
      error("messages.edit", "peer_id=1&cmid=1&message=x", tokens.other_user).at("error_code"), 15);
  time->advance(24h);
  EXPECT_EQ(
      error("messages.edit", "peer_id=2&conversation_message_id=1&message=x").at("error_code"),
      909);
}

TEST_F(MessageSending, TheVersionDecidesWhetherRandomIdIsRequired) {
  const auto reply = send("POST", "/method/messages.send", "peer_id=2&message=a&v=5.89",
                          {{"Authorization", "Bearer " + tokens.user}});
  EXPECT_EQ(reply.body, R"({"response":1})");
}

TEST_F(MessageSending, ChatsAreClosedToThoseWhoLeft) {
  EXPECT_EQ(call("messages.removeChatUser", "chat_id=1", tokens.other_user), 1);
  EXPECT_EQ(code("chat_id=1&message=a", tokens.other_user), 922);
  EXPECT_EQ(call("messages.addChatUser", "chat_id=1&user_id=2", tokens.other_user), 1);
  sent("2000000001", "message=back", tokens.other_user);
  call("messages.removeChatUser", "chat_id=1&member_id=2");
  EXPECT_EQ(code("chat_id=1&message=a", tokens.other_user), 917);
}

}  // namespace
}  // namespace vkxx::emulation
