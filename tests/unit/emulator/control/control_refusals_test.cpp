// A control call that is refused says why and has changed nothing.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

struct refused_call {
  const char* path;
  const char* body;
  const char* reason;  // Part of what is said.
};

class ControlRefusals : public service_fixture {
 protected:
  detail::answer tell(const std::string& path, const std::string& body) {
    return send("POST", "/_emulator/" + path, body, {{"X-Vkxx-Control", "1"}});
  }
  std::string state() {
    std::string all;
    for (const auto* part : {"world", "transports/1", "transports/1/callbacks", "clock", "faults",
                             "accounts", "procedures", "feed?wait=0", "people/2/conversations"})
      all += send("GET", std::string{"/_emulator/"} + part).body;
    return all;
  }
};

TEST_F(ControlRefusals, ChangeNothing) {
  call("groups.getLongPollServer", "group_id=1", tokens.community);
  ASSERT_EQ(tell("clock", R"({"freeze":true})").status, 200U);
  ASSERT_EQ(tell("transports/1", R"({"faults":[{"kind":"cut"}]})").status, 200U);
  const auto before = state();
  const std::vector<refused_call> calls{
      {"transports/1", R"({"expire_key":true,"forget":1})", "\"forget\" must be"},
      {"transports/1", R"({"lose_history":true,"faults":[{"kind":"cut"},{"kind":"x"}]})",
       "\"kind\" must be"},
      {"transports/1", R"({"clear_faults":true,"faults":{}})", "\"faults\" is a list"},
      {"transports/1", R"({"clear_faults":true,"server":77})", "no such server"},
      {"transports/1", R"({"clear_faults":true,"resend":77})", "is gone"},
      {"transports/1", R"({"clear_faults":true,"hold":true})", "needs \"server\""},
      {"transports/1", R"({"clear_faults":true,"body":"{}"})", "needs \"resend\""},
      {"transports/1", R"({"clear_faults":true,"clear":true})", "\"clear\" is unknown here"},
      {"transports/nim2", R"({"forget":true,"faults":[{"kind":"x"}]})", "\"kind\" must be"},
      {"streams", R"({"service_code":3000,"error_code":1006})", "takes one of"},
      {"streams", R"({"service_code":4294967297})", "is not a code"},
      {"streams", R"({"frame":"x","message":"y"})", "needs \"service_code\""},
      {"clock", R"({"advance":60,"run":true})", "one command"},
      {"clock", R"({"advance":60,"speed":2})", "\"speed\" is unknown here"},
      {"clock", R"({"run":"yes"})", "\"run\" must be true or false"},
      {"clock", R"({"run":false})", "the clock takes"},
      {"reset", R"({"seed":7})", "\"seed\" is unknown here"},
      {"people", R"({"first_name":"A","last_name":"B","sex":3})", "\"sex\" must be"},
      {"people", R"({"first_name":"A","last_name":"B","language":"fr"})", "\"language\" must be"},
      {"chats", R"({"owner":1,"title":"T","members":[2,-99]})", "no member -99"},
      {"chats", R"({"owner":1,"members":[2]})", "\"title\" must be"},
      {"events", R"({"group":1,"type":"t","transports":["longpoll"]})", "\"transports\" is a list"},
      {"events", R"({"group":1,"type":"t","transports":"long_poll"})", "\"transports\" is a list"},
      {"people/2/send_file?kind=doc&title=a", "x", "send_file takes"},
      {"people/2/send_file?to=bot", "x", "\"to\" must be"},
      {"people/2/send_file?text=a", "x", "needs \"to\""},
      {"accounts", R"([{"login":"new"},{"login":"other","pasword":"x"}])", "unknown member"},
      {"procedures", R"([{"name":"a","code":"return 1;"},{"name":"b"}])", "\"code\" is missing"},
      {"faults", R"(["error=9:messages.send","nonsense:*"])", ""},
  };
  for (const auto& each : calls) {
    SCOPED_TRACE(std::string{each.path} + " " + each.body);
    const auto reply = tell(each.path, each.body);
    EXPECT_EQ(reply.status, 400U) << reply.body;
    const auto said = boost::json::parse(reply.body).at("error").as_string();
    EXPECT_NE(said.find(each.reason), std::string_view::npos) << said;
    EXPECT_EQ(state(), before);
  }
}

TEST_F(ControlRefusals, OfWhatIsDoneTogether) {
  ASSERT_EQ(tell("transports/1", R"({"faults":[{"kind":"cut"}]})").status, 200U);
  const auto reply = tell("transports/1", R"({"clear_faults":true,"faults":[{"kind":"delay"}]})");
  EXPECT_EQ(reply.status, 200U);
  const auto shown = boost::json::parse(send("GET", "/_emulator/transports/1").body);
  ASSERT_EQ(shown.at("long_poll").at("faults").as_array().size(), 1U);
  EXPECT_EQ(shown.at("long_poll").at("faults").at(0).at("kind"), "delay");
}

// A community that may not be invited, and one that is named twice.
TEST_F(ControlRefusals, OfAChatComeBeforeIt) {
  EXPECT_EQ(tell("chats", R"({"owner":1,"title":"T","members":[2,-1,-1,1]})").status, 200U);
  const auto seen = boost::json::parse(send("GET", "/_emulator/people/2/conversations").body);
  std::vector<boost::json::value> sizes;
  for (const auto& item : seen.at("items").as_array()) {
    const auto& conversation = item.at("conversation");
    const auto* settings = conversation.as_object().if_contains("chat_settings");
    if (settings != nullptr && settings->at("title") == "T")
      sizes.push_back(settings->at("members_count"));
  }
  EXPECT_EQ(sizes, std::vector<boost::json::value>{3});
}

}  // namespace
}  // namespace vkxx::emulation
