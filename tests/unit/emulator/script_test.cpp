#include "emulator/execute/script.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

struct called {
  std::string method;
  std::string parameters;
};

class script_run : public testing::Test {
 protected:
  std::string run(std::string_view code) {
    const script_caller caller = [this](const std::string& method, const json::object& parameters) {
      calls.push_back({method, json::serialize(parameters)});
      json::object result;
      result["n"] = calls.size();
      return json::value(std::move(result));
    };
    return json::serialize(run_script(code, arguments, caller));
  }
  argument_list arguments{{{"name", "Args are here"}, {"code", "…"}, {"v", "5.199"}}};
  std::vector<called> calls;
};

TEST_F(script_run, returns_literals) {
  EXPECT_EQ(run("return 1;"), "1");
  EXPECT_EQ(run("return -9223372036854775808;"), "-9223372036854775808");
  EXPECT_EQ(run("return 'a\\'b' ;"), R"("a'b")");
  EXPECT_EQ(run("return [true, false, null, 1.5,];"), "[true,false,null,1.5E0]");
  EXPECT_EQ(run("return {a: 1, \"b c\": {'d': [2]}, 7: 3};"), R"({"a":1,"b c":{"d":[2]},"7":3})");
  EXPECT_EQ(run("return;"), "null");
  EXPECT_EQ(run("return 1"), "1");
}

TEST_F(script_run, reads_the_escapes_of_json) {
  EXPECT_EQ(run(R"(return "\u0416\n\t\\\"\/\ud83d\ude00";)"), "\"Ж\\n\\t\\\\\\\"/😀\"");
}

TEST_F(script_run, calls_methods_in_order_with_nested_parameters) {
  EXPECT_EQ(run(R"(return [API.users.get({"ids": [1, 2], o: {"a": "b"}}), API.getServerTime()];)"),
            R"([{"n":1},{"n":2}])");
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].method, "users.get");
  EXPECT_EQ(calls[0].parameters, R"({"ids":[1,2],"o":{"a":"b"}})");
  EXPECT_EQ(calls[1].method, "getServerTime");
  EXPECT_EQ(calls[1].parameters, "{}");
}

TEST_F(script_run, keeps_variables_and_reads_members) {
  EXPECT_EQ(
      run("var a = API.x.y(); // once\nvar b = [a, a.n]; /* two */ return {s: b[0].n, t: b[1], "
          "u: b[5], l: b.length, m: a['n'], w: a.none, q: nobody};"),
      R"({"s":1,"t":1,"u":null,"l":2,"m":1,"w":null,"q":null})");
  EXPECT_EQ(calls.size(), 1U);
}

TEST_F(script_run, sees_the_arguments_of_the_request) {
  EXPECT_EQ(run("return [Args.name, Args.code, Args.v, Args];"),
            R"(["Args are here",null,null,{"name":"Args are here"}])");
}

TEST_F(script_run, allows_25_calls_and_no_more) {
  std::string code = "return [";
  for (int i = 0; i < 25; ++i) code += "API.a.b(),";
  EXPECT_NO_THROW(run(code + "];"));
  calls.clear();
  EXPECT_THROW(run(code + "API.a.b()];"), script_runtime_error);
  EXPECT_EQ(calls.size(), 25U);
}

TEST_F(script_run, stops_values_that_grow_without_end) {
  std::string code = "var a = [1,1,1,1,1,1,1,1,1,1];";
  for (int i = 0; i < 12; ++i) code += "var a = [a,a,a,a,a,a,a,a,a,a];";
  EXPECT_THROW(run(code + "return a;"), script_runtime_error);
}

class script_refused : public script_run, public testing::WithParamInterface<const char*> {};

TEST_P(script_refused, before_anything_is_called) {
  const auto code = "var first = API.wall.post(); " + std::string{GetParam()};
  EXPECT_THROW(run(code), script_compile_error) << code;
  EXPECT_TRUE(calls.empty());
}

INSTANTIATE_TEST_SUITE_P(script, script_refused,
                         testing::Values("", "return [1;", "return {a 1};", "return 'open", "x",
                                         "return API.;", "return API.a.b(;", "return \"\\ud800\";",
                                         "return 1 2;", "var = 1; return 1;", "return [1,,2];",
                                         "return (1;", "/* open", "return #;", "return -a;"));

TEST_F(script_run, refuses_nesting_without_end) {
  EXPECT_THROW(run("return " + std::string(100'000, '[')), script_compile_error);
  std::string chain = "return a";
  for (int i = 0; i < 100'000; ++i) chain += ".a";
  EXPECT_THROW(run(chain + ";"), script_compile_error);
}

TEST_F(script_run, wants_an_object_as_parameters) {
  EXPECT_THROW(run("return API.a.b(1);"), script_runtime_error);
}

}  // namespace
}  // namespace vkxx::emulation
