// Stored procedures: `execute.NAME`.
#include <stdexcept>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

class Procedure : public service_fixture {
 protected:
  Procedure()
      : service_fixture{
            emulator_options{}
                .strict_limits(true)
                .add_procedure(procedure{"feed", "return Args;"})
                .add_procedure(procedure{"feed", "return 2;"}.version(2))
                .add_procedure(procedure{
                    "post", "API.wall.post({message: Args.text}); return API.nope.x();"})} {}
};

TEST_F(Procedure, SeesTheParametersOfTheCallAsItsArgs) {
  EXPECT_EQ(text(call("execute.feed", "count=5&code=9&lang=en&func_v=1&q=a%26b")),
            R"({"count":"5","code":"9","lang":"en","q":"a&b"})");
}

TEST_F(Procedure, IsSelectedByVersion) {
  EXPECT_EQ(text(call("execute.feed", "count=5")), R"({"count":"5"})");
  EXPECT_EQ(call("execute.feed", "func_v=2"), 2);
  EXPECT_EQ(error("execute.feed", "func_v=3").at("error_code"), 3);
  EXPECT_EQ(error("execute.feed", "func_v=99999999999").at("error_code"), 3);
  for (const auto* version : {"0", "-1", "x", ""})
    EXPECT_EQ(error("execute.feed", std::string{"func_v="} + version).at("error_code"), 100);
}

TEST_F(Procedure, IsAnUnknownMethodWhenThereIsNone) {
  for (const auto* method : {"execute.nothing", "execute.", "execute.Feed"}) {
    const auto failure = error(method);
    EXPECT_EQ(failure.at("error_code"), 3) << method;
    EXPECT_EQ(string_at(failure, "error_msg"), "Unknown method passed") << method;
  }
  const auto whole = envelope("execute", "code=return API.execute.feed({a: 1});");
  EXPECT_EQ(whole.at("response"), false);
  EXPECT_EQ(whole.at("execute_errors").at(0).at("error_code"), 3);
}

TEST_F(Procedure, CallsMethodsAndListsTheirErrors) {
  const auto whole = envelope("execute.post", "text=hello");
  EXPECT_EQ(whole.at("response"), false);
  EXPECT_EQ(whole.at("execute_errors").at(0).at("method"), "nope.x");
  const auto journal = vk.journal();
  ASSERT_EQ(journal.size(), 1U);
  EXPECT_EQ(journal[0].method, "wall.post");
  EXPECT_TRUE(journal[0].in_execute);
  EXPECT_EQ(vk.requests().back().api_method, "execute.post");
  EXPECT_TRUE(vk.requests().back().executed);
}

TEST_F(Procedure, PassesTheChecksOfEveryCall) {
  const auto code_of = [this](const std::string& form) {
    const auto reply = send("POST", "/method/execute.feed", form);
    return boost::json::parse(reply.body).at("error").at("error_code").as_int64();
  };
  EXPECT_EQ(code_of("a=1"), 8);
  EXPECT_EQ(code_of("v=5.199"), 5);
  vk.add_fault(parse_fault("error=9:execute.*"));
  EXPECT_EQ(error("execute.feed").at("error_code"), 9);
  call("execute.feed");
  call("execute.feed");
  EXPECT_EQ(error("execute.feed").at("error_code"), 6);
}

TEST_F(Procedure, FailsWith13WhenItFailsAtRunTime) {
  vk.add_procedure(procedure{"endless", "while (true) { var a = 1; } return a;"});
  EXPECT_EQ(error("execute.endless").at("error_code"), 13);
}

TEST_F(Procedure, IsAddedReplacedAndListedByTheControlApi) {
  const auto added = send("POST", "/_emulator/procedures",
                          R"([{"name":"b","code":"return 1;"},)"
                          R"({"name":"feed","code":"return 'new';","version":2}])");
  EXPECT_EQ(added.status, 200U);
  EXPECT_EQ(call("execute.feed", "func_v=2"), "new");
  EXPECT_EQ(call("execute.b"), 1);
  EXPECT_EQ(send("POST", "/_emulator/procedures", R"({"name":"c","code":"return 3;"})").status,
            200U);
  EXPECT_EQ(call("execute.c"), 3);
  const auto listed = boost::json::parse(send("GET", "/_emulator/procedures").body);
  ASSERT_EQ(listed.as_array().size(), 5U);
  EXPECT_EQ(text(listed.at(0)), R"({"name":"b","version":1,"code":"return 1;"})");
  EXPECT_EQ(text(listed.at(3)), R"({"name":"feed","version":2,"code":"return 'new';"})");
  vk.reset();
  time->advance(std::chrono::seconds{1});
  EXPECT_EQ(call("execute.feed", "func_v=2"), 2);
  EXPECT_EQ(error("execute.b").at("error_code"), 3);
}

TEST_F(Procedure, ReportsAnInvalidProcedure) {
  const auto complaint = [this](const std::string& body) {
    const auto reply = send("POST", "/_emulator/procedures", body);
    EXPECT_EQ(reply.status, 400U);
    return string_at(boost::json::parse(reply.body).as_object(), "error");
  };
  EXPECT_EQ(complaint(R"({"name":"a1","code":"return 1;"})"),
            "procedure: a name is 1 to 100 Latin letters, without \"execute.\" before them");
  EXPECT_EQ(complaint(R"({"name":"a","code":"return ["})").find("procedure a does not compile: "),
            0U);
  EXPECT_EQ(complaint(R"({"name":"a","code":"return 1;","version":0})"),
            "procedure a: versions begin with 1");
  EXPECT_EQ(complaint(R"({"name":"a"})"), "procedure: \"code\" is missing");
  EXPECT_EQ(complaint(R"({"name":"a","code":1})"),
            "procedure: \"code\" is unknown or has a wrong type");
  EXPECT_EQ(complaint("7"), "procedure: expected an object");
  EXPECT_EQ(complaint("{").find("procedure: the body is not JSON: "), 0U);
}

TEST(StoredProcedure, RefusesNamesThatVkDoesNotAccept) {
  EXPECT_NO_THROW((procedure{std::string(100, 'a'), "return 1;"}));
  EXPECT_THROW((procedure{std::string(101, 'a'), "return 1;"}), std::invalid_argument);
  EXPECT_THROW((procedure{"", "return 1;"}), std::invalid_argument);
}

}  // namespace
}  // namespace vkxx::emulation
