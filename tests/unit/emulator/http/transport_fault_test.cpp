// What a fault makes of an answer, before the sockets play it.
#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class TransportFault : public service_fixture {
 protected:
  answer with(const char* fault_text, const std::string& method = "status.set") {
    vk.clear_faults();
    vk.add_fault(parse_fault(fault_text));
    return send("POST", "/method/" + method, "text=changed&v=5.199&access_token=" + tokens.user);
  }
  bool executed() { return vk.requests().back().executed; }
};

TEST_F(TransportFault, SomeFaultsReplaceTheCall) {
  EXPECT_EQ(with("http_status=502,body=<b>no</b>").status, 502U);
  EXPECT_EQ(with("http_status=502,body=<b>no</b>").body, "<b>no</b>");
  EXPECT_EQ(with("html").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(with("html").status, 200U);
  EXPECT_EQ(with("empty").body, "");
  EXPECT_EQ(with("no_envelope").body, R"({"status":"ok"})");
  EXPECT_THROW(boost::json::parse(with("broken_json").body), boost::system::system_error);
  EXPECT_FALSE(executed());
  EXPECT_EQ(with("closed").end, ending::closed);
  EXPECT_EQ(with("reset").end, ending::reset);
  EXPECT_EQ(with("silent").end, ending::silent);
  EXPECT_FALSE(executed());
  EXPECT_EQ(vk.requests().back().fault, "silent");
  EXPECT_EQ(call("status.get").at("text"), "道德經");
}

TEST_F(TransportFault, SomeFaultsSpoilTheAnswerOfAnExecutedCall) {
  EXPECT_EQ(with("lost").end, ending::closed);
  EXPECT_TRUE(executed());
  EXPECT_EQ(call("status.get").at("text"), "changed");
  EXPECT_EQ(with("truncated").end, ending::truncated);
  EXPECT_TRUE(executed());
  EXPECT_EQ(with("slow=250").delay, std::chrono::milliseconds{250});
  EXPECT_EQ(with("dribble=5").dribble, std::chrono::milliseconds{5});
  EXPECT_EQ(with("wrong_type").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(with("wrong_type").body, R"({"response":1})");
}

TEST_F(TransportFault, HttpStatusCanHaveRetryAfter) {
  const auto header_of = [](const answer& reply) {
    for (const auto& [name, value] : reply.headers)
      if (name == "Retry-After") return value;
    return std::string{"none"};
  };
  EXPECT_EQ(header_of(with("http_status=503,retry_after=7")), "7");
  EXPECT_EQ(header_of(with("http_status=503,retry_after=Sun\\, 06 Nov 1994 08:49:37 GMT")),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(header_of(with("http_status=503")), "none");
}

TEST_F(TransportFault, TrailingErrorRepeatsTheLastErrorOfAScript) {
  vk.add_fault(parse_fault("trailing_error"));
  EXPECT_EQ(call("users.get").at(0).at("id"), 1) << "no script";
  const auto script = [&] {
    return send("POST", "/method/execute",
                "code=return%20[API.wall.getById(),API.storage.get()];&v=5.199&access_token=" +
                    tokens.user);
  };
  const auto spoilt = boost::json::parse(script().body);
  const auto right = boost::json::parse(script().body);
  EXPECT_EQ(spoilt.at("response"), right.at("response"));
  const auto& errors = spoilt.at("execute_errors").as_array();
  ASSERT_EQ(errors.size(), 3U);
  ASSERT_EQ(right.at("execute_errors").as_array().size(), 2U);
  EXPECT_EQ(errors[0].at("method"), "wall.getById");
  EXPECT_EQ(errors[1].at("method"), "storage.get");
  EXPECT_EQ(errors[2].at("method"), "execute");
  EXPECT_EQ(errors[2].at("error_code"), errors[1].at("error_code"));
  EXPECT_EQ(errors[2].at("error_msg"), errors[1].at("error_msg"));
}

TEST_F(TransportFault, HugeAnswersAreCorrect) {
  const auto whole = boost::json::parse(with("huge=100000").body);
  EXPECT_EQ(whole.at("response"), 1);
  EXPECT_EQ(whole.at("ballast").as_string().size(), 100'000U);
}

TEST_F(TransportFault, LooseAnswersHaveTheSameValuesInOtherTypes) {
  const auto whole = boost::json::parse(with("loose", "users.get").body);
  const auto& who = whole.at("response").at(0).as_object();
  EXPECT_EQ(who.at("id"), "1");
  EXPECT_EQ(who.at("is_closed"), 0);
  EXPECT_EQ(who.at("can_access_closed"), 1);
  EXPECT_EQ(who.at("first_name"), "Павел");
  EXPECT_TRUE(who.contains("emulator_unknown_field"));
}

TEST_F(TransportFault, ADomainChallengeLastsUntilItsSolutionComes) {
  const auto reply = with("domain_challenge");
  EXPECT_EQ(reply.status, 403U);
  EXPECT_EQ(reply.headers.at(0), (name_value{"X-Challenge", "required"}));
  EXPECT_EQ(reply.headers.at(1), (name_value{"X-Challenge-Url", "/challenge.html"}));
  const auto shown = send("GET", "/challenge.html").body;
  const std::string mark = "id=\"solution\">";
  const auto at = shown.find(mark) + mark.size();
  const auto solution = shown.substr(at, shown.find('<', at) - at);
  const auto form = "v=5.199&access_token=" + tokens.user;
  EXPECT_EQ(send("POST", "/method/users.get", form, {{"X-Challenge-Solution", "no"}}).status, 403U);
  EXPECT_EQ(send("POST", "/method/users.get", form, {{"X-Challenge-Solution", solution}}).status,
            200U);
  EXPECT_EQ(send("POST", "/method/users.get", form).status, 200U);
}

TEST_F(TransportFault, FaultsReachCallsInsideOfExecute) {
  vk.add_fault(fault{fault_kind::error, 15}.method("wall.get").message("Closed"));
  const auto whole = envelope("execute", "code=return [API.wall.get(), API.wall.get().count];");
  EXPECT_EQ(text(whole.at("response")), "[false,3]");
  EXPECT_EQ(whole.at("execute_errors").at(0).at("error_msg"), "Closed");
}

TEST_F(TransportFault, AnErrorHasEveryConfiguredMember) {
  vk.add_fault(parse_fault("error=100:users.get,message=m,text=for people,subcode=1105"));
  const auto failure = error("users.get");
  EXPECT_EQ(failure.at("error_code"), 100);
  EXPECT_EQ(failure.at("error_msg"), "m");
  EXPECT_EQ(failure.at("error_text"), "for people");
  EXPECT_EQ(failure.at("error_subcode"), 1105);
  EXPECT_NO_THROW(call("users.get"));
}

class Compression : public TransportFault,
                    public testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(Compression, FollowsAcceptEncoding) {
  const auto [accepted, expected] = GetParam();
  const auto reply = send("POST", "/method/users.get", "v=5.199&access_token=" + tokens.user,
                          {{"Accept-Encoding", accepted}});
  std::string coding;
  for (const auto& [name, value] : reply.headers)
    if (name == "Content-Encoding") coding = value;
  EXPECT_EQ(coding, expected);
  if (coding == "gzip") {
    EXPECT_EQ(reply.body.substr(0, 2), "\x1f\x8b");
  }
  if (coding == "zstd") {
    EXPECT_EQ(reply.body.substr(0, 4), "\x28\xb5\x2f\xfd");
  }
}

TEST(AnswerHead, AValueBeginsNoOtherHeader) {
  answer value;
  value.headers.emplace_back("Location", "https://app.example/\r\nX-Other: 1\ta");
  EXPECT_NE(head_text(value, true).find("\r\nLocation: https://app.example/X-Other: 1\ta\r\n"),
            std::string::npos);
}

// vk-io sends a picture on whose length it knows from Content-Length.
TEST_F(TransportFault, PicturesAreNotCompressed) {
  const auto reply = send("GET", "/sample/picture.png", {}, {{"Accept-Encoding", "gzip, zstd"}});
  EXPECT_EQ(reply.content_type, "image/png");
  EXPECT_EQ(reply.body.substr(1, 3), "PNG");
}

INSTANTIATE_TEST_SUITE_P(AcceptEncoding, Compression,
                         testing::Values(std::pair{"gzip", "gzip"}, std::pair{"zstd", "zstd"},
                                         std::pair{"gzip, deflate, br", "gzip"},
                                         std::pair{"gzip;q=1.0, zstd;q=0.5", "gzip"},
                                         std::pair{"gzip, zstd", "zstd"}, std::pair{"gzip;q=0", ""},
                                         std::pair{"identity", ""}, std::pair{"", ""}));

}  // namespace
}  // namespace vkxx::emulation
