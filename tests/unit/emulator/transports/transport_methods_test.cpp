// The methods of long poll, callbacks and streams, and the control API of transports.
#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

class TransportMethods : public service_fixture {
 protected:
  json::value group_call(const std::string& method, const std::string& form = {}) {
    return call(method, form, tokens.community);
  }
  std::string get(const std::string& target) { return send("GET", target).body; }
  std::string control(const std::string& path, const std::string& body) {
    return send("POST", "/_emulator/" + path, body, {{"X-Vkxx-Control", "1"}}).body;
  }
  std::string poll_of(const json::value& server, const std::string& ts) {
    const auto address = string_at(server.as_object(), "server");
    const auto path = address.substr(address.find('/', 8));
    return get(path + "?act=a_check&wait=0&key=" + string_at(server.as_object(), "key") +
               "&ts=" + ts);
  }
};

TEST_F(TransportMethods, ServerOfTheCommunity) {
  const auto server = group_call("groups.getLongPollServer", "group_id=1").as_object();
  EXPECT_EQ(server.at("server"), "http://emulator/whp/1");
  EXPECT_EQ(server.at("ts"), "0");
  EXPECT_EQ(call("groups.getLongPollServer", "group_id=1"), json::value(server));
  EXPECT_EQ(error("groups.getLongPollServer", "group_id=4").at("error_code"), 15);
  EXPECT_EQ(error("groups.getLongPollServer", "group_id=2", tokens.community).at("error_code"), 15);
  EXPECT_EQ(error("groups.getLongPollServer", "group_id=99").at("error_code"), 100);
}

TEST_F(TransportMethods, SettingsOfLongPoll) {
  auto settings = group_call("groups.getLongPollSettings", "group_id=1").as_object();
  EXPECT_EQ(settings.at("api_version"), "5.199");
  EXPECT_EQ(settings.at("is_enabled"), true);
  EXPECT_EQ(settings.at("events").as_object().size(), 56U);
  EXPECT_EQ(settings.at("events").at("market_order_new"), 0) << "callbacks only";
  EXPECT_EQ(settings.at("events").at("message_event"), 1);
  EXPECT_EQ(group_call("groups.setLongPollSettings",
                       "group_id=1&api_version=5.103&message_new=0&enabled=0"),
            1);
  settings = group_call("groups.getLongPollSettings", "group_id=1").as_object();
  EXPECT_EQ(settings.at("api_version"), "5.103");
  EXPECT_EQ(settings.at("is_enabled"), false);
  EXPECT_EQ(settings.at("events").at("message_new"), 0);
  EXPECT_EQ(settings.at("events").at("message_reply"), 1);
  const auto off = error("groups.getLongPollServer", "group_id=1", tokens.community);
  EXPECT_TRUE(string_at(off, "error_msg").ends_with("longpoll for this group is not enabled"));
  for (const auto* wrong : {"5.200", "6.1", "x"})
    EXPECT_EQ(error("groups.setLongPollSettings", "group_id=1&api_version=" + std::string{wrong},
                    tokens.community)
                  .at("error_code"),
              100)
        << wrong;
}

TEST_F(TransportMethods, PollGivesEventsByGetAndPost) {
  const auto server = group_call("groups.getLongPollServer", "group_id=1");
  call("messages.send", "peer_id=-1&random_id=1&message=hello");
  const auto answer = json::parse(poll_of(server, "0")).as_object();
  EXPECT_EQ(answer.at("ts"), "2");
  EXPECT_EQ(answer.at("updates").at(1).at("type"), "message_new");
  const auto body = "act=a_check&ts=0&wait=0&rps_delay=0&mode=2&version=3&key=" +
                    string_at(server.as_object(), "key");
  EXPECT_EQ(send("POST", "/whp/1", body).body, json::serialize(answer));
  EXPECT_EQ(get("/whp/1?key=wrong&ts=0&wait=0"), R"({"failed":2})");
  EXPECT_EQ(get("/whp/99?key=wrong&ts=0&wait=0"), R"({"failed":2})");
  EXPECT_EQ(poll_of(server, "2"), R"({"ts":"2","updates":[]})");
}

TEST_F(TransportMethods, MailboxServerAndHistory) {
  const auto server =
      call("messages.getLongPollServer", "need_pts=1&lp_version=3", tokens.other_user).as_object();
  EXPECT_EQ(server.at("server"), "http://emulator/nim2");
  ASSERT_TRUE(server.at("ts").is_int64());
  const auto pts = std::to_string(server.at("pts").as_int64());
  const auto ts = std::to_string(server.at("ts").as_int64());
  call("messages.send", "peer_id=2&random_id=1&message=hello");
  const auto answer = json::parse(poll_of(server, ts)).as_object();
  EXPECT_EQ(answer.at("updates").at(0).at(0), 4);
  EXPECT_EQ(answer.at("updates").at(0).at(5), "hello");
  for (const auto& where : {"pts=" + pts, "ts=" + ts}) {
    const auto history =
        call("messages.getLongPollHistory", where + "&lp_version=3", tokens.other_user).as_object();
    EXPECT_EQ(text(history.at("history")), "[[4,1,1,1]]") << where;
    EXPECT_EQ(history.at("messages").at("count"), 1);
    EXPECT_EQ(history.at("messages").at("items").at(0).at("text"), "hello");
    EXPECT_EQ(history.at("conversations").at(0).at("peer").at("id"), 1);
    EXPECT_EQ(history.at("new_pts").as_int64(), server.at("pts").as_int64() + 1);
    EXPECT_FALSE(history.contains("more"));
  }
  EXPECT_EQ(error("messages.getLongPollHistory", "pts=1", tokens.other_user).at("error_code"), 908);
  EXPECT_EQ(
      error("messages.getLongPollHistory", "pts=99999999", tokens.other_user).at("error_code"),
      907);
}

TEST_F(TransportMethods, HistoryComesInPages) {
  const auto server = call("messages.getLongPollServer", "need_pts=1", tokens.other_user);
  const auto pts = server.at("pts").as_int64();
  for (int i = 1; i <= 250; ++i)
    call("messages.send", "peer_id=2&message=x&random_id=" + std::to_string(i));
  const auto first =
      call("messages.getLongPollHistory", "pts=" + std::to_string(pts), tokens.other_user);
  EXPECT_EQ(first.at("more"), true);
  EXPECT_EQ(first.at("messages").at("count"), 200);
  const auto next = std::to_string(first.at("new_pts").as_int64());
  const auto second = call("messages.getLongPollHistory", "pts=" + next, tokens.other_user);
  EXPECT_EQ(second.at("messages").at("count"), 50);
  EXPECT_FALSE(second.as_object().contains("more"));
}

TEST_F(TransportMethods, CallbackServers) {
  const auto code =
      string_at(group_call("groups.getCallbackConfirmationCode", "group_id=1").as_object(), "code");
  EXPECT_EQ(code.size(), 8U);
  const std::string facts = "group_id=1&url=http://127.0.0.1:9/&title=bot&secret_key=s";
  const auto id =
      std::to_string(group_call("groups.addCallbackServer", facts).at("server_id").as_int64());
  const auto shown = group_call("groups.getCallbackServers", "group_id=1").as_object();
  EXPECT_EQ(shown.at("count"), 1);
  EXPECT_EQ(shown.at("items").at(0).at("status"), "unconfigured");
  EXPECT_EQ(shown.at("items").at(0).at("secret_key"), "s");
  EXPECT_EQ(group_call("groups.setCallbackSettings",
                       "group_id=1&api_version=5.131&like_add=0&server_id=" + id),
            1);
  const auto settings =
      group_call("groups.getCallbackSettings", "group_id=1&server_id=" + id).as_object();
  EXPECT_EQ(settings.at("api_version"), "5.131");
  EXPECT_EQ(settings.at("events").at("like_add"), 0);
  EXPECT_EQ(settings.at("events").at("market_order_new"), 1);
  EXPECT_EQ(group_call("groups.editCallbackServer",
                       "group_id=1&url=http://127.0.0.1:9/b&title=b&server_id=" + id),
            1);
  const auto edited = group_call("groups.getCallbackServers", "group_id=1&server_ids=" + id);
  EXPECT_EQ(edited.at("items").at(0).at("url"), "http://127.0.0.1:9/b");
  EXPECT_EQ(group_call("groups.deleteCallbackServer", "group_id=1&server_id=" + id), 1);
  EXPECT_EQ(error("groups.deleteCallbackServer", "group_id=1&server_id=" + id, tokens.community)
                .at("error_code"),
            100);
  for (const auto* wrong : {"ftp://x/", "x", "http://"})
    EXPECT_EQ(error("groups.addCallbackServer", "group_id=1&title=bot&url=" + std::string{wrong},
                    tokens.community)
                  .at("error_code"),
              100)
        << wrong;
  for (int i = 0; i < 10; ++i) group_call("groups.addCallbackServer", facts);
  EXPECT_EQ(error("groups.addCallbackServer", facts, tokens.community).at("error_code"), 2000);
}

TEST_F(TransportMethods, TimeOutOfACallbackEndsTheWaitForAttempts) {
  for (const bool by_control : {false, true}) {
    const auto id = std::to_string(
        group_call("groups.addCallbackServer", "group_id=1&url=http://127.0.0.1:9/&title=bot")
            .at("server_id")
            .as_int64());
    const auto attempt = vk.take_callbacks().requests.at(0).attempt;
    detail::http_message message;
    message.method = "GET";
    message.target =
        "/_emulator/transports/1/callbacks?wait=25&since=" + std::to_string(attempt - 1);
    auto outcome = vk.accept(message);
    auto waiting = std::move(std::get<std::unique_ptr<detail::suspended_request>>(outcome));
    std::optional<detail::wake_cause> woken;
    waiting->registered.attach([&woken](detail::wake_cause cause) { woken = cause; });
    if (by_control) {
      control("clock", R"({"advance":10})");
    } else {
      time->advance(std::chrono::seconds{10});
      static_cast<void>(vk.take_callbacks());
    }
    ASSERT_EQ(woken, detail::wake_cause::event);
    const auto reply = vk.resume(std::move(waiting), *woken);
    const auto items = json::parse(std::get<detail::answer>(reply).body).at("items");
    EXPECT_EQ(items.at(0).at("failure"), "no answer in time");
    group_call("groups.deleteCallbackServer", "group_id=1&server_id=" + id);
  }
}

TEST_F(TransportMethods, ResetEndsStreams) {
  const auto key = string_at(call("streaming.getServerUrl", {}, tokens.service).as_object(), "key");
  detail::http_message message;
  message.method = "GET";
  message.target = "/stream?key=" + key;
  message.headers = {{"Upgrade", "websocket"}};
  std::shared_ptr<detail::stream_queue> opened;
  ASSERT_FALSE(vk.refuse_stream(message, opened));
  vk.reset();
  EXPECT_TRUE(opened->closed());
}

TEST_F(TransportMethods, ControlSwitchesOfLongPoll) {
  const auto server = group_call("groups.getLongPollServer", "group_id=1");
  EXPECT_EQ(control("transports/1", R"({"expire_key":true})"), "{\"ok\":true}\n");
  EXPECT_EQ(poll_of(server, "0"), R"({"failed":2})");
  const auto fresh = group_call("groups.getLongPollServer", "group_id=1");
  EXPECT_EQ(control("transports/1", R"({"lose_history":true})"), "{\"ok\":true}\n");
  EXPECT_EQ(poll_of(fresh, "0"), R"({"failed":1,"ts":1})");
  EXPECT_EQ(control("transports/1", R"({"faults":[{"kind":"bad_gateway"}]})"), "{\"ok\":true}\n");
  EXPECT_NE(poll_of(fresh, "1").find("502 Bad Gateway"), std::string::npos);
  EXPECT_EQ(control("transports/1", R"({"forget":true})"), "{\"ok\":true}\n");
  EXPECT_EQ(poll_of(fresh, "1"), R"({"failed":3})");
  const auto shown = json::parse(get("/_emulator/transports/1"));
  EXPECT_EQ(shown.at("long_poll").at("ts"), 2);
  EXPECT_EQ(send("GET", "/_emulator/transports/77").status, 404U);
  EXPECT_NE(control("transports/1", R"({"faults":[{"kind":"x"}]})").find("error"),
            std::string::npos);
  EXPECT_NE(control("transports/1", "[").find("error"), std::string::npos);
  // A mistyped switch must not pass for one that was set.
  for (const auto* place : {"transports/1", "transports/nim2", "streams"})
    EXPECT_NE(control(place, R"({"expire_keys":true})").find("is unknown here"), std::string::npos);
}

TEST_F(TransportMethods, ControlSwitchesOfMailboxes) {
  const auto server_of = [this] {
    return call("messages.getLongPollServer", {}, tokens.other_user);
  };
  const auto ts_of = [](const json::value& server) {
    return std::to_string(server.at("ts").as_int64());
  };
  auto server = server_of();
  EXPECT_EQ(control("transports/nim2", R"({"expire_key":true})"), "{\"ok\":true}\n");
  EXPECT_EQ(poll_of(server, ts_of(server)), R"({"failed":2})");
  server = server_of();
  control("transports/nim2", R"({"lose_history":true})");
  const auto ts = ts_of(server_of());
  EXPECT_EQ(poll_of(server, ts_of(server)), R"({"failed":1,"ts":)" + ts + "}");
  control("transports/nim2", R"({"faults":[{"kind":"bad_gateway"}]})");
  EXPECT_NE(poll_of(server, ts).find("502 Bad Gateway"), std::string::npos);
  control("transports/nim2", R"({"forget":true})");
  EXPECT_EQ(poll_of(server, ts), R"({"failed":3})");
  EXPECT_NE(control("transports/nim999", "{}").find("error"), std::string::npos);
}

TEST_F(TransportMethods, FaultsOfTheFaultEngineHitPolls) {
  const auto server = group_call("groups.getLongPollServer", "group_id=1");
  control("faults", R"("html:/whp/1?act=a_check")");
  const auto key = string_at(server.as_object(), "key");
  const auto reply = send("GET", "/whp/1?act=a_check&ts=0&wait=0&key=" + key);
  EXPECT_TRUE(reply.content_type.starts_with("text/html"));
}

TEST_F(TransportMethods, StreamsAndTheirRules) {
  const auto server = call("streaming.getServerUrl", {}, tokens.service).as_object();
  EXPECT_EQ(server.at("endpoint"), "emulator");
  const auto path = "/rules?key=" + string_at(server, "key");
  const detail::name_value as_json{"content-type", "application/json"};
  EXPECT_EQ(get(path), R"({"code":200,"rules":null})");
  const auto change = [&](const char* method, std::string body) {
    detail::http_message message;
    message.method = method;
    message.target = path;
    message.headers = {as_json};
    message.body = std::move(body);
    return vk.handle(message);
  };
  EXPECT_EQ(change("POST", R"({"rule":{"value":"cat","tag":"t"}})").body, R"({"code":200})");
  const auto twice = change("POST", R"({"rule":{"value":"cat","tag":"t"}})");
  EXPECT_EQ(twice.status, 400U);
  EXPECT_EQ(json::parse(twice.body).at("error").at("error_code"), 2001);
  EXPECT_EQ(get("/rules/?key=" + string_at(server, "key")),
            R"({"code":200,"rules":[{"tag":"t","value":"cat"}]})");
  EXPECT_EQ(change("DELETE", R"({"tag":"t"})").body, R"({"code":200})");
  EXPECT_EQ(json::parse(change("DELETE", R"({"tag":"t"})").body).at("error").at("error_code"),
            2002);
  EXPECT_EQ(json::parse(change("POST", "{").body).at("error").at("error_code"), 2000);
  EXPECT_EQ(json::parse(change("PUT", "{}").body).at("error").at("error_code"), 1001);
  EXPECT_EQ(json::parse(send("POST", path, "{}").body).at("error").at("error_code"), 1002);
  EXPECT_EQ(json::parse(get("/rules")).at("error").at("error_code"), 1003);
  EXPECT_EQ(json::parse(get("/rules?key=x")).at("error").at("error_code"), 1004);
}

}  // namespace
}  // namespace vkxx::emulation
