// What users do and see by the control API, and what the console reads.
#include <gtest/gtest.h>

#include <string>
#include <vkxx/core/utf8.hpp>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

constexpr const char* buttons =
    R"({"one_time":true,"buttons":[[{"action":{"type":"text","label":"Tea","payload":"{\"t\":1}"}},)"
    R"({"action":{"type":"callback","label":"Ping","payload":"{\"p\":1}"}}]]})";

std::string keyboard_field(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto code = static_cast<unsigned char>(letter);
    result += '%';
    result += digits[code / 16U];
    result += digits[code % 16U];
  }
  return result;
}

class PersonControl : public service_fixture {
 protected:
  boost::json::value ask(const std::string& path) {
    const auto reply = send("GET", "/_emulator/" + path);
    EXPECT_EQ(reply.status, 200U) << path << reply.body;
    return boost::json::parse(reply.body);
  }
  boost::json::value tell(const std::string& path, const std::string& body, unsigned status = 200) {
    const auto reply = send("POST", "/_emulator/" + path, body);
    EXPECT_EQ(reply.status, status) << path << reply.body;
    return boost::json::parse(reply.body);
  }
  boost::json::value as_anna(const std::string& action, const std::string& body,
                             unsigned status = 200) {
    return tell("people/2/" + action, body, status);
  }
  boost::json::value messages(const std::string& query = {}) {
    return ask("people/2/conversations/-1/messages" + query);
  }
  void answer_of_bot(const std::string& form) {
    call("messages.send", "peer_id=2&random_id=0&" + form, tokens.community);
  }
};

TEST_F(PersonControl, SaysAndSeesTheAnswer) {
  const auto sent = as_anna("say", R"({"to":-1,"text":"hello","payload":{"command":"start"}})");
  EXPECT_EQ(sent.at("peer"), -1);
  EXPECT_EQ(sent.at("cmid"), 1);
  answer_of_bot("message=hi");
  const auto seen = messages();
  ASSERT_EQ(seen.at("items").as_array().size(), 2U);
  EXPECT_EQ(seen.at("items").at(0).at("text"), "hello");
  EXPECT_EQ(seen.at("items").at(0).at("payload"), R"({"command":"start"})");
  EXPECT_EQ(seen.at("items").at(0).at("out"), 1);
  EXPECT_EQ(seen.at("items").at(1).at("from_id"), -1);
  EXPECT_EQ(seen.at("conversation").at("unread_count"), 1);
  const auto list = ask("people/2/conversations");
  EXPECT_EQ(list.at("unread_count"), 1);
  EXPECT_EQ(list.at("items").at(0).at("last_message").at("text"), "hi");
  as_anna("read", R"({"to":-1})");
  EXPECT_EQ(messages().at("conversation").at("unread_count"), 0);
}

TEST_F(PersonControl, PagesThroughMessages) {
  for (int i = 0; i < 5; ++i)
    as_anna("say", R"({"to":-1,"text":"number )" + std::to_string(i) + "\"}");
  const auto newest = messages("?count=2").at("items").as_array();
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest.at(0).at("text"), "number 3");
  EXPECT_EQ(messages("?count=2&before=4").at("items").at(1).at("text"), "number 2");
  EXPECT_EQ(messages("?cmids=2,77").at("items").as_array().size(), 1U);
  EXPECT_EQ(send("GET", "/_emulator/people/2/conversations/-1/messages?count=x").status, 400U);
  std::string cmids = "1";
  for (int i = 0; i < 200; ++i) cmids += ",1";
  EXPECT_EQ(send("GET", "/_emulator/people/2/conversations/-1/messages?cmids=" + cmids).status,
            400U)
      << "none is left out silently";
}

TEST_F(PersonControl, PressesButtonsOfTheKeyboard) {
  as_anna("say", R"({"to":-1,"text":"hello"})");
  answer_of_bot("message=choose&keyboard=" + keyboard_field(buttons));
  EXPECT_EQ(messages().at("conversation").at("current_keyboard").at("buttons").as_array().size(),
            1U);
  const auto pressed = as_anna("press", R"({"to":-1,"row":0,"column":1})");
  EXPECT_EQ(pressed.at("type"), "callback");
  EXPECT_EQ(pressed.at("event_id").as_string().size(), 12U);
  EXPECT_EQ(as_anna("press", R"({"to":-1,"label":"Tea"})").at("type"), "text");
  const auto last = messages("?count=1").at("items").at(0);
  EXPECT_EQ(last.at("text"), "Tea");
  EXPECT_EQ(last.at("payload"), R"({"t":1})");
  EXPECT_FALSE(messages().at("conversation").as_object().contains("current_keyboard"))
      << "one_time";
  as_anna("press", R"({"to":-1,"row":0,"column":0})", 400);
}

TEST_F(PersonControl, EditsReactsRepliesAndDeletes) {
  as_anna("say", R"({"to":3,"text":"one"})");
  as_anna("say", R"({"to":3,"text":"two","reply_to":1})");
  as_anna("edit", R"({"to":3,"cmid":1,"text":"changed"})");
  tell("people/3/react", R"({"to":2,"cmid":1,"reaction_id":4})");
  const auto seen = ask("people/3/conversations/2/messages").at("items");
  EXPECT_EQ(seen.at(0).at("text"), "changed");
  EXPECT_EQ(text(seen.at(0).at("reactions")), R"([{"reaction_id":4,"count":1,"user_ids":[3]}])");
  EXPECT_EQ(seen.at(1).at("reply_message").at("text"), "one");
  as_anna("delete", R"({"to":3,"cmid":1,"for_all":true})");
  EXPECT_EQ(ask("people/3/conversations/2/messages").at("items").as_array().size(), 1U);
  as_anna("delete", R"({"to":3,"cmid":2})");
  EXPECT_EQ(ask("people/3/conversations/2/messages").at("items").as_array().size(), 1U);
  EXPECT_EQ(ask("people/2/conversations/3/messages").at("items").as_array().size(), 0U);
}

TEST_F(PersonControl, MakesPeopleCommunitiesAndChats) {
  const auto vera =
      tell("people", R"({"first_name":"Vera","last_name":"S","client":"no_callback"})");
  const auto id = std::to_string(vera.at("id").as_int64());
  EXPECT_EQ(call("users.get", "", std::string{vera.at("token").as_string()}).at(0).at("id"),
            vera.at("id"));
  const auto shop = tell("communities", R"({"name":"Shop","admins":[2]})");
  const auto chat = tell("chats", R"({"owner":2,"title":"Flat","members":[)" + id + R"(,-1]})");
  const auto peer = std::to_string(chat.at("peer").as_int64());
  const auto seen = ask("people/" + id + "/conversations/2000000001/messages");
  EXPECT_EQ(seen.at("conversation").at("chat_settings").at("title"), "Flat");
  EXPECT_EQ(seen.at("members").as_array().size(), 3U);
  tell("people/" + id + "/leave", R"({"to":2000000001})");
  as_anna("invite", R"({"to":)" + peer + R"(,"member":3})");
  EXPECT_EQ(ask("people/2/conversations/" + peer + "/messages").at("members").as_array().size(),
            3U);
  // An administrator can name others.
  const auto seats = R"({"to":)" + peer + R"(,"member":-1})";
  const auto admins = [&] {
    const auto shown = ask("people/2/conversations/" + peer + "/messages");
    std::size_t count = 0;
    for (const auto& member : shown.at("members").as_array())
      count += member.at("is_admin").as_bool() ? 1 : 0;
    return count;
  };
  const auto before = admins();
  as_anna("promote", seats);
  EXPECT_EQ(admins(), before + 1);
  as_anna("demote", seats);
  EXPECT_EQ(admins(), before);
  tell("people/" + id, R"({"client":"full"})");
  tell("people", R"({"first_name":"Vera"})", 400);
  tell("communities", R"({"name":"Shop","screen_name":"apiclub"})", 400);
  tell("chats", R"({"owner":2,"title":"Flat","members":[77]})", 400);
  EXPECT_GT(shop.at("id").as_int64(), 4);
}

TEST_F(PersonControl, SendsFiles) {
  const std::string png = "\x89PNG\r\n\x1a\n" +
                          std::string{"\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0", 21} +
                          "rest";
  const auto sent = tell("people/2/send_file?kind=photo&name=cat.png&to=-1&text=see", png);
  EXPECT_EQ(sent.at("cmid"), 1);
  const auto seen = messages().at("items").at(0);
  EXPECT_EQ(seen.at("text"), "see");
  const auto& photo = seen.at("attachments").at(0).at("photo");
  EXPECT_EQ(photo.at("owner_id"), 2);
  const std::string url{photo.at("sizes").as_array().back().at("url").as_string()};
  const auto file = send("GET", url.substr(url.find("/_files/")));
  EXPECT_EQ(file.body, png);
  EXPECT_EQ(file.content_type, "image/png");
  const auto attached = tell("people/2/send_file?name=notes.txt", "text");
  as_anna("say", R"({"to":-1,"attachments":[")" +
                     std::string{attached.at("attachment").as_string()} + "\"]}");
  const auto document = messages("?count=1").at("items").at(0).at("attachments").at(0);
  EXPECT_EQ(document.at("doc").at("title"), "notes.txt");
  EXPECT_EQ(document.at("doc").at("size"), 4);
  tell("people/2/send_file?kind=photo", "no picture", 400);
  tell("people/2/send_file?kind=film", "x", 400);
  tell("people/99/send_file", "x", 404);
  tell("people/2/send_file?name=%FF%D1.txt&to=-1&text=%FF", "text");
  EXPECT_TRUE(is_utf8(send("GET", "/_emulator/people/2/conversations/-1/messages").body));
}

// A mistyped member would do nothing, and the test would go on.
TEST_F(PersonControl, RefusesUnknownMembers) {
  const auto refused = [](const boost::json::value& answer, std::string_view name) {
    const std::string_view text{answer.at("error").as_string()};
    return text.find("\"" + std::string{name} + "\" is unknown here") == 0;
  };
  EXPECT_TRUE(refused(as_anna("say", R"({"to":-1,"text":"see","attachment":"photo1_1"})", 400),
                      "attachment"));
  EXPECT_TRUE(
      refused(as_anna("say", R"({"to":-1,"text":"see","forward":{"ids":[1]}})", 400), "ids"));
  as_anna("say", R"({"to":-1,"text":"see","forward":[1]})", 400);
  EXPECT_TRUE(messages().at("items").as_array().empty());
  EXPECT_TRUE(refused(tell("people", R"({"first_name":"V","last_name":"S","id":50})", 400), "id"));
  EXPECT_TRUE(refused(tell("people/2", R"({"status":"new"})", 400), "status"));
  EXPECT_TRUE(refused(tell("communities", R"({"name":"Shop","admin":[1]})", 400), "admin"));
  EXPECT_TRUE(refused(tell("chats", R"({"owner":1,"title":"T","member":[2]})", 400), "member"));
  EXPECT_TRUE(refused(tell("events", R"({"group":1,"type":"x","data":{}})", 400), "data"));
}

TEST_F(PersonControl, PinsAndUnpins) {
  const auto pinned = [this] {
    const auto seen = ask("people/1/conversations/2000000001/messages");
    const auto& settings = seen.at("conversation").at("chat_settings").as_object();
    return settings.contains("pinned_message");
  };
  tell("people/1/say", R"({"to":2000000001,"text":"rules"})");
  tell("people/1/pin", R"({"to":2000000001,"cmid":1})");
  EXPECT_TRUE(pinned());
  tell("people/1/unpin", R"({"to":2000000001})");
  EXPECT_FALSE(pinned());
}

TEST_F(PersonControl, SaysWhatIsWrongWithJson) {
  const auto answer = as_anna("say", R"({"to":-1,"text":"\ud800"})", 400);
  EXPECT_NE(std::string_view{answer.at("error").as_string()}.find("it is not JSON"),
            std::string_view::npos)
      << answer;
}

TEST_F(PersonControl, RefusesWhatIsWrong) {
  as_anna("say", R"({"to":-1})", 400);
  EXPECT_EQ(as_anna("say", R"({"to":-99,"text":"nobody"})", 400).at("error_code"), 901);
  as_anna("say", "[]", 400);
  as_anna("say", R"({"to":"x","text":"hello"})", 400);
  as_anna("fly", "{}", 400);
  as_anna("read", R"({"to":-4})", 400);
  as_anna("deny", R"({"community":1})");
  as_anna("allow", R"({"community":77})", 400);
  as_anna("deny", R"({"community":-9223372036854775808})", 400);
  as_anna("allow", R"({"community":1,"key":")" + std::string(257, 'k') + "\"}", 400);
  as_anna("say", R"({"to":-9223372036854775808,"text":"nobody"})", 400);
  ask("people/2/conversations/-9223372036854775808/messages");
  EXPECT_EQ(send("POST", "/_emulator/people/99/say", "{}").status, 404U);
  EXPECT_EQ(send("POST", "/_emulator/people/x/say", "{}").status, 404U);
  EXPECT_EQ(send("GET", "/_emulator/people/2/say").status, 405U);
  EXPECT_EQ(send("POST", "/_emulator/people/2/conversations", "{}").status, 405U);
  EXPECT_EQ(
      error("messages.send", "peer_id=2&random_id=0&message=no", tokens.community).at("error_code"),
      901);
}

TEST_F(PersonControl, RefusesAFormatThatNobodyCouldRead) {
  for (const auto* format : {R"("not json")", "[]", "7", R"({"items":7})"})
    as_anna("say", R"({"to":-1,"text":"hello","format":)" + std::string{format} + "}", 400);
  as_anna("say", R"({"to":-1,"text":"hello","format":{"items":[]}})");
  EXPECT_EQ(messages().at("items").as_array().size(), 1U);
}

TEST_F(PersonControl, RefusesNamesWithoutALimit) {
  const auto name = '"' + std::string(101, 'n') + '"';
  tell("people", R"({"first_name":"V","last_name":"S","screen_name":)" + name + "}", 400);
  tell("communities", R"({"name":"Shop","screen_name":)" + name + "}", 400);
  tell("communities", R"({"name":"Shop","type":)" + name + "}", 400);
  std::string admins = "1";
  for (int i = 0; i < 100; ++i) admins += ",1";
  tell("communities", R"({"name":"Shop","admins":[)" + admins + "]}", 400);
}

TEST_F(PersonControl, ReportsEventsAndRequestsInTheFeed) {
  const auto first = ask("feed?wait=0");
  EXPECT_TRUE(first.at("events").as_array().empty());
  as_anna("say", R"({"to":-1,"text":"hello"})");
  answer_of_bot("message=hi");
  const std::string since{first.at("next").as_string()};
  const auto next = ask("feed?wait=0&since=" + since);
  EXPECT_EQ(next.at("lost"), 0);
  ASSERT_EQ(next.at("requests").as_array().size(), 1U);
  const auto& call_of_bot = next.at("requests").at(0);
  EXPECT_EQ(call_of_bot.at("method"), "messages.send");
  boost::json::object written;
  for (const auto& event : next.at("events").as_array())
    if (event.at("kind") == "message_sent") written = event.as_object();
  EXPECT_EQ(written.at("text"), "hi");
  EXPECT_EQ(written.at("cause").at("request"), call_of_bot.at("number"));
  EXPECT_EQ(text(written.at("peers")), R"({"-1":2,"2":-1})");
  const auto nothing = ask("feed?wait=0&since=" + std::string{next.at("next").as_string()});
  EXPECT_TRUE(nothing.at("events").as_array().empty());
  EXPECT_TRUE(nothing.at("requests").as_array().empty());
  vk.reset();
  const auto restarted = ask("feed?wait=0&since=" + std::string{next.at("next").as_string()});
  EXPECT_NE(restarted.at("epoch"), next.at("epoch"));
  EXPECT_EQ(send("GET", "/_emulator/feed?wait=-1").status, 400U);
}

TEST_F(PersonControl, SendsTheFeedAsServerSentEvents) {
  as_anna("say", R"({"to":-1,"text":"line\nbreak"})");
  const auto stream = send("GET", "/_emulator/feed", {}, {{"Accept", "text/event-stream"}});
  EXPECT_TRUE(stream.content_type.starts_with("text/event-stream"));
  EXPECT_NE(stream.body.find("event: world_event\ndata: {"), std::string::npos);
  EXPECT_NE(stream.body.find(R"(line\nbreak)"), std::string::npos);
  const auto last = stream.body.rfind("id: ") + 4;
  const auto id = stream.body.substr(last, stream.body.find("\n\n", last) - last);
  const auto rest =
      send("GET", "/_emulator/feed", {}, {{"Accept", "text/event-stream"}, {"Last-Event-ID", id}});
  EXPECT_EQ(rest.body.find("event:"), std::string::npos);
}

TEST_F(PersonControl, RefusesTextsThatAreNotJson) {
  as_anna("say", R"({"to":-1,"text":"a","format":"nothing"})", 400);
  as_anna("say", R"({"to":-1,"text":"a","format":"{\"items\":[]}"})");
  EXPECT_EQ(call("messages.getHistory", "peer_id=2", tokens.community).at("count"), 1);
}

TEST_F(PersonControl, ContinuesAStreamThatBrokeBetweenEvents) {
  as_anna("say", R"({"to":-1,"text":"one"})");
  as_anna("say", R"({"to":-1,"text":"two"})");
  call("status.get");
  call("status.get");
  const auto stream_after = [&](const std::string& id) {
    return send("GET", "/_emulator/feed?wait=0", {},
                {{"Accept", "text/event-stream"}, {"Last-Event-ID", id}})
        .body;
  };
  const auto whole = stream_after("");
  std::size_t at = 0;
  int ids = 0;
  while ((at = whole.find("\nid: ", at)) != std::string::npos) {
    at += 5;
    const auto blank = whole.find("\n\n", at);
    ASSERT_NE(blank, std::string::npos);
    const auto id = whole.substr(at, whole.find('\n', at) - at);
    EXPECT_EQ(stream_after(id), "retry: 100\n\n" + whole.substr(blank + 2) +
                                    (blank + 2 == whole.size() ? "id: " + id + "\n\n" : ""));
    ++ids;
  }
  EXPECT_GE(ids, 5);
}

TEST_F(PersonControl, CutsNoCharacterInTheFeed) {
  std::string message = "x";
  for (int i = 0; i < 2000; ++i) message += "\xD1\x8F";
  as_anna("say", R"({"to":-1,"text":")" + message + "\"}");
  call("storage.set", "key=a&value=" + message);
  EXPECT_TRUE(is_utf8(send("GET", "/_emulator/feed?wait=0").body));
}

TEST_F(PersonControl, InjectsEvents) {
  const auto number =
      tell("events", R"({"group":1,"type":"vkpay_transaction","object":{"amount":5}})")
          .at("number");
  const auto events = ask("feed?wait=0").at("events").as_array();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.at(0).at("number"), number);
  EXPECT_EQ(text(events.at(0).at("details")),
            R"({"type":"vkpay_transaction","object":{"amount":5}})");
  tell("events", R"({"group":99,"type":"x"})", 400);
  tell("events", R"({"group":1})", 400);
}

TEST_F(PersonControl, ForgetsInjectedEventsByTheirSize) {
  const auto body =
      R"({"group":1,"type":"x","object":")" + std::string(std::size_t{4'000'000}, 'x') + "\"}";
  const auto epoch = ask("feed?wait=0").at("epoch").as_int64();
  for (int i = 0; i < 18; ++i) tell("events", body);
  const auto batch = send("GET", "/_emulator/feed?wait=0&since=" + std::to_string(epoch) + ".1.0");
  EXPECT_EQ(batch.body.find("\"lost\":0,"), std::string::npos) << "64 MiB are kept";
}

TEST_F(PersonControl, ShowsACallWithItsAnswerAndSendsItAgain) {
  call("status.set", "text=it%27s");
  const auto shown = ask("requests/1");
  EXPECT_EQ(shown.at("request").at("body"), "text=it%27s&v=5.199");
  EXPECT_EQ(shown.at("response").at("body"), R"({"response":1})");
  EXPECT_EQ(text(shown).find(tokens.user), std::string::npos);
  const auto curl = send("GET", "/_emulator/requests/1/curl").body;
  EXPECT_NE(curl.find("--data-urlencode 'text=it'\\''s'"), std::string::npos);
  EXPECT_NE(curl.find("Bearer " + tokens.user), std::string::npos) << "a token of the own world";
  const auto again = tell("requests/1/again", R"({"changes":{"text":"new"}})");
  EXPECT_EQ(again.at("number"), 2);
  EXPECT_EQ(again.at("answer").at("response"), 1);
  EXPECT_EQ(call("status.get").at("text"), "new");
  EXPECT_EQ(tell("requests/1/again", R"({"changes":{"v":null}})")
                .at("answer")
                .at("error")
                .at("error_code"),
            8);
  tell("requests/1/again", R"({"changes":{"text":[]}})", 400);
  tell("requests/1/again", R"({"changes":1})", 400);
  tell("requests/99/again", "{}", 404);
  EXPECT_EQ(send("GET", "/_emulator/requests/0").status, 404U);
}

TEST_F(PersonControl, EncodesNamesInTheCurlCommand) {
  envelope("status.set", "a%26b%3Dc=1");
  EXPECT_NE(send("GET", "/_emulator/requests/1/curl").body.find("--data-urlencode 'a%26b%3Dc=1'"),
            std::string::npos);
}

TEST_F(PersonControl, ForgetsTheAnswersWithTheRequests) {
  call("status.get");
  EXPECT_EQ(send("DELETE", "/_emulator/requests").status, 200U);
  EXPECT_EQ(send("GET", "/_emulator/requests/1").status, 404U);
  tell("requests/1/again", "{}", 404);
}

TEST_F(PersonControl, ShowsNoCookieOfAnAnswer) {
  tell("faults", R"(["captcha_page:status.get,check_remixstlid=1"])");
  error("status.get");
  const auto headers = ask("requests/1").at("response").at("headers").as_array();
  std::string cookie;
  for (const auto& header : headers)
    if (header.at(0) == "Set-Cookie") cookie = header.at(1).as_string();
  EXPECT_TRUE(cookie.starts_with("remixstlid=")) << cookie;
  EXPECT_NE(cookie.find("***"), std::string::npos) << cookie;
}

TEST_F(PersonControl, KeepsNoAnswersOfLogins) {
  send("POST", "/token", "grant_type=password&username=plain@emulator.test");
  EXPECT_EQ(send("GET", "/_emulator/requests/1").status, 404U);
}

TEST_F(PersonControl, MovesTheClockThroughWhatIsDue) {
  as_anna("say", R"({"to":-1,"text":"hello"})");
  answer_of_bot("message=choose&keyboard=" + keyboard_field(buttons));
  const auto before = ask("clock");
  EXPECT_TRUE(before.at("next_due").is_null());
  tell("clock", R"({"to_next":true})", 409);
  as_anna("press", R"({"to":-1,"row":0,"column":1})");
  const auto due = ask("clock").at("next_due").to_number<double>();
  EXPECT_NEAR(due - before.at("now").to_number<double>(), 60, 0.01);
  tell("clock", R"({"advance":3600})");
  const auto events = ask("feed?wait=0").at("events").as_array();
  EXPECT_EQ(events.back().at("kind"), "press_expired");
  EXPECT_NEAR(events.back().at("time").to_number<double>(), due, 0.01) << "not an hour later";
  EXPECT_NEAR(ask("clock").at("offset").to_number<double>(), 3600, 0.01);
}

TEST_F(PersonControl, FreezesTheClock) {
  EXPECT_EQ(tell("clock", R"({"freeze":true})").at("frozen"), true);
  const auto at = call("utils.getServerTime");
  time->advance(std::chrono::hours{1});
  EXPECT_EQ(call("utils.getServerTime"), at);
  tell("clock", R"({"run":true})");
  time->advance(std::chrono::hours{1});
  EXPECT_EQ(call("utils.getServerTime").as_int64(), at.as_int64() + 3600);
  tell("clock", "{}", 400);
  tell("clock", R"({"advance":-1})", 400);
  tell("clock", R"({"advance":1e300})", 400);
  tell("clock", "[]", 400);
}

TEST_F(PersonControl, MovesTheClockByACenturyAtMost) {
  const auto before = ask("clock").at("now").to_number<double>();
  for (int i = 0; i < 10; ++i) tell("clock", R"({"advance":315360000})");
  tell("clock", R"({"advance":1})", 409);
  EXPECT_NEAR(ask("clock").at("now").to_number<double>() - before, 3'153'600'000, 1);
}

TEST_F(PersonControl, FindsLikelyMistakesOfBots) {
  as_anna("say", R"({"to":-1,"text":"hello"})");
  call("messages.send", "peer_id=2&random_id=5&message=fine", tokens.community);
  EXPECT_TRUE(ask("lint").at("items").as_array().empty());
  answer_of_bot("message=twice");
  const auto items = ask("lint").at("items").as_array();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items.at(0).at("rule"), "random_id");
  EXPECT_EQ(items.at(0).at("request"), 2);
}

class Console : public service_fixture {};

TEST_F(Console, IsServedWithAStrictPolicy) {
  for (const auto* path : {"/", "/console"}) {
    const auto page = send("GET", path);
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_NE(page.body.find("src=\"/console/main.js\""), std::string::npos);
    EXPECT_EQ(page.headers.front().first, "Content-Security-Policy");
    EXPECT_TRUE(page.headers.front().second.starts_with("default-src 'self';"));
  }
  EXPECT_EQ(send("GET", "/console/chat.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(send("GET", "/console/none.js").status, 404U);
  EXPECT_EQ(send("GET", "/console/../control.cpp").status, 404U);
  EXPECT_EQ(send("POST", "/console").status, 405U);
  EXPECT_TRUE(vk.requests().empty());
}

TEST_F(Console, LeavesTheLoginPagesTheirPath) {
  EXPECT_EQ(send("GET", "/?act=login").content_type.find("Content-Security"), std::string::npos);
  EXPECT_EQ(send("POST", "/?act=login").headers.empty(), false);
  EXPECT_EQ(vk.requests().size(), 2U);
}

TEST_F(Console, MayUseTheControlApiFromItsOwnOrigin) {
  const std::vector<name_value> own{{"Host", "127.0.0.1:8080"},
                                    {"Origin", "http://127.0.0.1:8080"},
                                    {"Sec-Fetch-Site", "same-origin"}};
  auto headers = own;
  EXPECT_EQ(send("GET", "/_emulator/world", {}, headers).status, 200U);
  EXPECT_EQ(send("POST", "/_emulator/reset", {}, headers).status, 403U) << "a form could send it";
  headers.emplace_back("X-Vkxx-Control", "1");
  EXPECT_EQ(send("POST", "/_emulator/reset", {}, headers).status, 200U);
  headers[1].second = "http://127.0.0.1:8081";
  EXPECT_EQ(send("POST", "/_emulator/reset", {}, headers).status, 403U) << "another port";
  headers[1].second = "https://127.0.0.1:8080";
  EXPECT_EQ(send("POST", "/_emulator/reset", {}, headers).status, 403U) << "another scheme";
  const std::vector<name_value> rebound{{"Host", "evil.example:8080"},
                                        {"Origin", "http://evil.example:8080"},
                                        {"X-Vkxx-Control", "1"}};
  EXPECT_EQ(send("POST", "/_emulator/reset", {}, rebound).status, 403U);
}

}  // namespace
}  // namespace vkxx::emulation
