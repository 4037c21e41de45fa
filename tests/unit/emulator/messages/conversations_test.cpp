#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class Conversations : public service_fixture {
 protected:
  void write(const std::string& peer, const std::string& message, const std::string& token = {}) {
    call("messages.send", "random_id=0&peer_id=" + peer + "&message=" + message, token);
  }
  /// The texts of a list of messages.
  static std::string texts(const json::value& list) {
    std::string all;
    for (const auto& item : list.at("items").as_array())
      all += std::string{item.at("text").as_string()} + " ";
    return all;
  }
  std::string history(const std::string& form, const std::string& token = {}) {
    return texts(call("messages.getHistory", form, token));
  }
  json::object conversation(const std::string& peer, const std::string& token = {}) {
    return call("messages.getConversationsById", "peer_ids=" + peer, token)
        .at("items")
        .at(0)
        .as_object();
  }
};

TEST_F(Conversations, HistoryPagesInBothDirections) {
  for (int i = 1; i <= 9; ++i) write("2", std::to_string(i), i % 3 == 0 ? "" : tokens.user);
  EXPECT_EQ(history("peer_id=2&count=3"), "9 8 7 ");
  EXPECT_EQ(history("peer_id=2&count=3&offset=3"), "6 5 4 ");
  EXPECT_EQ(history("peer_id=2&count=3&rev=1"), "1 2 3 ");
  EXPECT_EQ(history("peer_id=2&count=2&start_message_id=5"), "5 4 ");
  EXPECT_EQ(history("peer_id=2&count=4&start_message_id=5&offset=-2"), "7 6 5 4 ");
  EXPECT_EQ(call("messages.getHistory", "user_id=2&count=0").at("count"), 9);
  EXPECT_EQ(history("peer_id=1&count=2", tokens.other_user), "9 8 ");
  EXPECT_EQ(history("peer_id=7"), "") << "it has not begun";
  call("messages.markAsRead", "peer_id=1&start_message_id=4", tokens.other_user);
  EXPECT_EQ(history("peer_id=1&count=2&start_message_id=-1", tokens.other_user), "5 4 ");
}

TEST_F(Conversations, ReadingIsSeenByBothSides) {
  write("2", "a");
  write("2", "b");
  EXPECT_EQ(conversation("1", tokens.other_user).at("unread_count"), 2);
  EXPECT_EQ(conversation("2").at("out_read"), 0);
  EXPECT_EQ(call("messages.markAsRead", "peer_id=1", tokens.other_user), 1);
  EXPECT_FALSE(conversation("1", tokens.other_user).contains("unread_count"));
  EXPECT_EQ(conversation("2").at("out_read"), 2);
  EXPECT_EQ(conversation("1", tokens.other_user).at("in_read"), 2);
  write("2", "c");
  write("1", "answer", tokens.other_user);
  EXPECT_FALSE(conversation("1", tokens.other_user).contains("unread_count"))
      << "who answers has read";
}

TEST_F(Conversations, ACommunityHasUnansweredOnes) {
  write("-1", "question", tokens.other_user);
  EXPECT_EQ(conversation("2", tokens.community).at("unanswered"), true);
  EXPECT_EQ(call("messages.markAsAnsweredConversation", "peer_id=2", tokens.community), 1);
  EXPECT_EQ(conversation("2", tokens.community).at("unanswered"), false);
  write("-1", "again", tokens.other_user);
  EXPECT_EQ(call("messages.getConversations", "filter=unanswered", tokens.community).at("count"),
            1);
  write("2", "answer", tokens.community);
  EXPECT_EQ(call("messages.getConversations", "filter=unanswered", tokens.community).at("count"),
            0);
  call("messages.markAsImportantConversation", "peer_id=2", tokens.community);
  EXPECT_EQ(call("messages.getConversations", "filter=important", tokens.community).at("count"), 1);
}

TEST_F(Conversations, TheNewestConversationIsFirst) {
  for (const auto* peer : {"2", "3", "4", "-1"}) write(peer, peer);
  write("3", "again");
  const auto peers = [this](const std::string& form) {
    std::string all;
    const auto found = call("messages.getConversations", form);
    for (const auto& item : found.at("items").as_array())
      all += text(item.at("conversation").at("peer").at("id")) + " ";
    return all;
  };
  EXPECT_EQ(peers(""), "3 -1 4 2 ");
  EXPECT_EQ(peers("count=2&offset=1"), "-1 4 ");
  call("messages.deleteConversation", "peer_id=4");
  EXPECT_EQ(peers(""), "3 -1 2 ");
  const auto extended = call("messages.getConversations", "extended=1&fields=sex");
  EXPECT_EQ(extended.at("profiles").at(0).at("id"), 1);
  EXPECT_EQ(extended.at("groups").at(0).at("id"), 1);
}

TEST_F(Conversations, DeletingIsForOneselfUnlessForAll) {
  write("2", "a");
  write("2", "b");
  EXPECT_EQ(text(call("messages.delete", "message_ids=1,99")),
            R"([{"peer_id":2,"message_id":1,"conversation_message_id":1,"response":1},)"
            R"({"peer_id":0,"message_id":99,"conversation_message_id":0,"response":0,)"
            R"("error":{"code":15,"description":"Access denied: message can not be found"}}])");
  EXPECT_EQ(history("peer_id=2"), "b ");
  EXPECT_EQ(history("peer_id=1", tokens.other_user), "b a ");
  EXPECT_EQ(call("messages.restore", "message_id=1"), 1);
  EXPECT_EQ(history("peer_id=2"), "b a ");
  EXPECT_EQ(call("messages.delete", "peer_id=1&cmids=1&delete_for_all=1", tokens.other_user)
                .at(0)
                .at("error")
                .at("code"),
            924);
  call("messages.delete", "peer_id=2&cmids=2&delete_for_all=1");
  EXPECT_EQ(history("peer_id=1", tokens.other_user), "a ");
  EXPECT_EQ(conversation("1", tokens.other_user).at("unread_count"), 1);
  const auto old = send("POST", "/method/messages.delete", "message_ids=1&v=5.131",
                        {{"Authorization", "Bearer " + tokens.user}});
  EXPECT_EQ(old.body, R"({"response":{"1":1}})");
}

TEST_F(Conversations, SearchFindsNewestFirst) {
  write("2", "red apple");
  write("3", "green Apple");
  write("3", "pear");
  EXPECT_EQ(texts(call("messages.search", "q=APPLE")), "green Apple red apple ");
  EXPECT_EQ(texts(call("messages.search", "q=apple&peer_id=2")), "red apple ");
  EXPECT_EQ(call("messages.search", "q=apple&count=1&offset=1").at("count"), 2);
  EXPECT_EQ(call("messages.searchConversations", "q=anna").at("count"), 1);
  EXPECT_EQ(call("messages.searchConversations", "q=АННА").at("count"), 1);
  call("messages.markAsImportant", "message_ids=2&important=1");
  EXPECT_EQ(texts(call("messages.getImportantMessages").at("messages")), "green Apple ");
}

TEST_F(Conversations, AttachmentsPageByNextFrom) {
  for (int i = 1; i <= 3; ++i)
    call("messages.send", "random_id=0&peer_id=2&attachment=photo1_" + std::to_string(i) +
                              ",doc1_" + std::to_string(i));
  std::string seen;
  std::string from;
  for (int page = 0; page < 10; ++page) {
    const auto found = call("messages.getHistoryAttachments",
                            "peer_id=2&attachment_types=photo&count=2&start_from=" + from);
    for (const auto& item : found.at("items").as_array())
      seen += text(item.at("attachment").at("photo").at("id")) + " ";
    if (!found.as_object().contains("next_from")) break;
    from = found.at("next_from").as_string();
  }
  EXPECT_EQ(seen, "3 2 1 ");
}

class LargeChat : public service_fixture {
 protected:
  LargeChat() : service_fixture{emulator_options{}.users(60)} {}
};

// Seen with vk-io: "count is accepted only from version 5.154".
TEST_F(LargeChat, GivesOlderVersionsAllMembersAtOnce) {
  std::string users = "15";
  for (int id = 16; id < 45; ++id) users += ',' + std::to_string(id);
  static_cast<void>(call("messages.createChat", "title=Large&user_ids=" + users));
  const auto members = [this](const std::string& form) {
    return send("POST", "/method/messages.getConversationMembers", "peer_id=2000000002&" + form,
                {{"Authorization", "Bearer " + tokens.user}})
        .body;
  };
  const auto shown = [&](const std::string& form) {
    return boost::json::parse(members(form)).at("response").at("items").as_array().size();
  };
  EXPECT_EQ(shown("v=5.154"), 20U);
  EXPECT_EQ(shown("v=5.154&count=25"), 25U);
  EXPECT_EQ(shown("v=5.131"), 31U);
  EXPECT_NE(members("v=5.131&count=25").find("count is accepted only from version 5.154"),
            std::string::npos);
}

TEST_F(Conversations, AChatHasMembersWithRights) {
  const auto chat = call("messages.createChat", "user_ids=2,3,999&title=Flat");
  EXPECT_EQ(text(chat), R"({"chat_id":2,"peer_ids":[2,3]})");
  EXPECT_EQ(history("peer_id=2000000002"), " ") << "the service message has no text";
  const auto action =
      call("messages.getHistory", "peer_id=2000000002").at("items").at(0).at("action");
  EXPECT_EQ(text(action), R"({"type":"chat_create","text":"Flat"})");
  EXPECT_EQ(call("messages.getConversationMembers", "peer_id=2000000002").at("count"), 3);
  EXPECT_EQ(call("messages.editChat", "chat_id=2&title=Home"), 1);
  EXPECT_EQ(call("messages.getChat", "chat_id=2").at("title"), "Home");
  const auto link = call("messages.getInviteLink", "peer_id=2000000002").at("link");
  EXPECT_EQ(error("messages.pin", "peer_id=2000000002&cmid=99").at("error_code"), 100);
  write("2000000002", "rules");
  EXPECT_EQ(call("messages.pin", "peer_id=2000000002&cmid=3").at("text"), "rules");
  const auto settings = conversation("2000000002").at("chat_settings").as_object();
  EXPECT_EQ(settings.at("pinned_message").at("text"), "rules");
  EXPECT_EQ(settings.at("acl").at("can_moderate"), true);
  call("messages.delete", "peer_id=2000000002&cmids=3&delete_for_all=1");
  EXPECT_EQ(conversation("2000000002").at("chat_settings").at("pinned_messages_count"), 0);
  EXPECT_EQ(call("messages.unpin", "peer_id=2000000002"), 1);
  EXPECT_EQ(
      error("messages.removeChatUser", "chat_id=2&member_id=3", tokens.other_user).at("error_code"),
      925);
  EXPECT_EQ(error("messages.removeChatUser", "chat_id=2&member_id=9").at("error_code"), 935);
  call("messages.deleteChatPhoto", "chat_id=2");
  const std::string join = "link=" + std::string{link.as_string()};
  EXPECT_EQ(error("messages.joinChatByInviteLink", join).at("error_code"), 15) << "already in";
  call("messages.removeChatUser", "chat_id=2", tokens.other_user);
  EXPECT_EQ(text(call("messages.joinChatByInviteLink", join, tokens.other_user)),
            R"({"chat_id":2})");
}

TEST_F(Conversations, ReactionsAreCountedOncePerMember) {
  write("2", "a");
  EXPECT_EQ(call("messages.sendReaction", "peer_id=2&cmid=1&reaction_id=3"), 1);
  call("messages.sendReaction", "peer_id=2&cmid=1&reaction_id=4");
  call("messages.sendReaction", "peer_id=1&cmid=1&reaction_id=4", tokens.other_user);
  EXPECT_EQ(text(call("messages.getMessagesReactions", "peer_id=2&cmids=1").at("items")),
            R"([{"cmid":1,"counters":[{"reaction_id":4,"count":2,"user_ids":[1,2]}]}])");
  EXPECT_EQ(error("messages.sendReaction", "peer_id=2&cmid=1&reaction_id=17").at("error_code"),
            1009);
  call("messages.deleteReaction", "peer_id=2&cmid=1");
  EXPECT_EQ(call("messages.getReactedPeers", "peer_id=2&cmid=1").at("count"), 1);
}

TEST_F(Conversations, TypingAndTheOthersAnswerWithOne) {
  EXPECT_EQ(call("messages.setActivity", "peer_id=2&type=typing"), 1);
  EXPECT_EQ(error("messages.setActivity", "peer_id=2000000009").at("error_code"), 917);
  EXPECT_EQ(call("messages.getLastActivity", "user_id=2").at("online"), 0);
  EXPECT_EQ(
      call("messages.getIntentUsers", "intent=promo_newsletter", tokens.community).at("count"), 0);
  EXPECT_EQ(string_at(error("messages.sendMessageEventAnswer", "event_id=abc&user_id=1&peer_id=1",
                            tokens.community),
                      "error_msg"),
            "One of the parameters specified was missing or invalid: invalid event_id");
}

TEST_F(Conversations, LongAnswersAreNotMadeOnTheThreadOfTheSockets) {
  const auto is_quick = [this](std::string method) {
    detail::http_message message;
    message.method = "POST";
    message.target = "/method/messages." + std::move(method);
    return vk.is_quick(message);
  };
  EXPECT_TRUE(is_quick("send"));
  for (const auto* method : {"getConversations", "getChat", "getById", "addChatUsers", "search"})
    EXPECT_FALSE(is_quick(method)) << method;
}

class LargeWorld : public service_fixture {
 protected:
  LargeWorld() : service_fixture{emulator_options{}.members(2500).chats(30).posts(150)} {}
};

TEST_F(LargeWorld, ListsPageToTheirEnds) {
  std::size_t members = 0;
  for (const auto* offset : {"0", "1000", "2000", "3000"})
    members += call("groups.getMembers", "group_id=1&offset=" + std::string{offset})
                   .at("items")
                   .as_array()
                   .size();
  EXPECT_EQ(members, 2500U);
  EXPECT_EQ(call("groups.getMembers", "group_id=1&count=2&sort=id_desc&fields=sex")
                .at("items")
                .at(0)
                .at("id"),
            2500);
  EXPECT_EQ(call("wall.get", "owner_id=-1&offset=100&count=100").at("items").as_array().size(),
            50U);
  for (int number = 1; number <= 30; ++number)
    call("messages.send", "random_id=0&message=a&chat_id=" + std::to_string(number));
  EXPECT_EQ(call("messages.getConversations", "offset=20").at("items").as_array().size(), 10U);
  EXPECT_EQ(error("messages.send", "random_id=0&message=a&chat_id=31").at("error_code"), 917);
}

}  // namespace
}  // namespace vkxx::emulation
