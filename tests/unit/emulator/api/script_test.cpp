#include "emulator/execute/script.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

namespace json = boost::json;

struct called {
  std::string method;
  std::string parameters;
};

class ScriptRun : public testing::Test {
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
  argument_list arguments{{{"name", "Args are here"}}};
  std::vector<called> calls;
};

TEST_F(ScriptRun, ReturnsLiterals) {
  EXPECT_EQ(run("return 1;"), "1");
  EXPECT_EQ(run("return -9223372036854775808;"), "-9223372036854775808");
  EXPECT_EQ(run("return 'a\\'b' ;"), R"("a'b")");
  EXPECT_EQ(run("return [true, false, null, 1.5,];"), "[true,false,null,1.5E0]");
  EXPECT_EQ(run("return {a: 1, \"b c\": {'d': [2]}, 7: 3};"), R"({"a":1,"b c":{"d":[2]},"7":3})");
  EXPECT_EQ(run("return;"), "null");
  EXPECT_EQ(run("return 1"), "1");
}

TEST_F(ScriptRun, ReadsTheEscapesOfJson) {
  EXPECT_EQ(run(R"(return "\u0416\n\t\\\"\/\ud83d\ude00";)"), "\"Ж\\n\\t\\\\\\\"/😀\"");
}

TEST_F(ScriptRun, CallsMethodsInOrderWithNestedParameters) {
  EXPECT_EQ(run(R"(return [API.users.get({"ids": [1, 2], o: {"a": "b"}}), API.getServerTime()];)"),
            R"([{"n":1},{"n":2}])");
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].method, "users.get");
  EXPECT_EQ(calls[0].parameters, R"({"ids":[1,2],"o":{"a":"b"}})");
  EXPECT_EQ(calls[1].method, "getServerTime");
  EXPECT_EQ(calls[1].parameters, "{}");
}

TEST_F(ScriptRun, KeepsVariablesAndReadsMembers) {
  EXPECT_EQ(
      run("var a = API.x.y(); // once\nvar b = [a, a.n]; /* two */ return {s: b[0].n, t: b[1], "
          "u: b[5], l: b.length, m: a['n'], w: a.none, q: nobody};"),
      R"({"s":1,"t":1,"u":null,"l":2,"m":1,"w":null,"q":null})");
  EXPECT_EQ(calls.size(), 1U);
}

TEST_F(ScriptRun, KeepsCountsOfAnswersWhole) {
  // `n` is unsigned, as the counts of lists are.
  EXPECT_EQ(run("var n = API.x.y().n; return [n - 1, n + 1, n * 2, n % 2, [5, 6][n], n - null];"),
            "[0,2,2,1,6,1]");
}

TEST_F(ScriptRun, SeesTheArgumentsOfTheRequest) {
  EXPECT_EQ(run("return [Args.name, Args.none, Args];"),
            R"(["Args are here",null,{"name":"Args are here"}])");
}

TEST_F(ScriptRun, Allows25CallsAndNoMore) {
  std::string code = "return [";
  for (int i = 0; i < 25; ++i) code += "API.a.b(),";
  EXPECT_NO_THROW(run(code + "];"));
  calls.clear();
  EXPECT_THROW(run(code + "API.a.b()];"), script_runtime_error);
  EXPECT_EQ(calls.size(), 25U);
}

TEST_F(ScriptRun, StopsValuesThatGrowWithoutEnd) {
  std::string code = "var a = [1,1,1,1,1,1,1,1,1,1];";
  for (int i = 0; i < 12; ++i) code += "var a = [a,a,a,a,a,a,a,a,a,a];";
  EXPECT_THROW(run(code + "return a;"), script_runtime_error);
}

class ScriptRefused : public ScriptRun, public testing::WithParamInterface<const char*> {};

TEST_P(ScriptRefused, BeforeAnythingIsCalled) {
  const auto code = "var first = API.wall.post(); " + std::string{GetParam()};
  EXPECT_THROW(run(code), script_compile_error) << code;
  EXPECT_TRUE(calls.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Script, ScriptRefused,
    testing::Values("", "return [1;", "return {a 1};", "return 'open", "x", "return API.;",
                    "return API.a.b(;", "return \"\\ud800\";", "return 1 2;", "var = 1; return 1;",
                    "for (;;) {} return 1;", "function f() {} return 1;", "return 1 ? 2;",
                    "return 1 = 2;", "return 1 ? 2 : ;", "if 1 return 1;", "while (1 return 1;",
                    "{ return 1;", "1 = 2; return 1;", "delete a; return 1;", "return a.map(1);",
                    "return eval(1);", "return a @ b;", "return /x/;", "a + 1 = 2; return 1;",
                    "return [1,,2];", "return (1;", "/* open", "return #;"));

TEST_F(ScriptRun, RefusesNestingWithoutEnd) {
  EXPECT_THROW(run("return " + std::string(100'000, '[')), script_compile_error);
  std::string chain = "return a";
  for (int i = 0; i < 100'000; ++i) chain += ".a";
  EXPECT_THROW(run(chain + ";"), script_compile_error);
}

TEST_F(ScriptRun, RequiresAnObjectAsParameters) {
  EXPECT_THROW(run("return API.a.b(1);"), script_runtime_error);
}

struct snippet {
  const char* code;
  const char* result;
};

class ScriptValue : public ScriptRun, public testing::WithParamInterface<snippet> {};

TEST_P(ScriptValue, IsAsExpected) {
  EXPECT_EQ(run(GetParam().code), GetParam().result) << GetParam().code;
}

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, ScriptValue,
    testing::Values(snippet{"return 1 + 2 * 3 - 4 / 2;", "5"}, snippet{"return (1 + 2) * 3;", "9"},
                    snippet{"return 7 / 2;", "3.5E0"}, snippet{"return 7 % 4;", "3"},
                    snippet{"return -7 % 4;", "-3"}, snippet{"return 1 / 0;", "null"},
                    snippet{"return 5 % 0;", "null"}, snippet{"return '7' - 2;", "5"},
                    snippet{"return 2 - -3;", "5"}, snippet{"var a = 4; return -a;", "-4"},
                    snippet{"return 'a' * 2;", "null"}, snippet{"return null + 1;", "1"},
                    snippet{"return true + 1;", "2"},
                    snippet{"return 9223372036854775807 + 1;", "9.223372036854776E18"},
                    snippet{"return -9223372036854775808 / -1;", "9.223372036854776E18"},
                    snippet{"return 2000000000 * 2;", "4000000000"},
                    snippet{"return 0.5 + 0.5;", "1E0"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, ScriptValue,
    testing::Values(
        snippet{"return 'a' + 1 + 2;", R"("a12")"}, snippet{"return 1 + 2 + 'a';", R"("3a")"},
        snippet{"return [1, 2] + ',' + [3];", R"("1,2,3")"},
        snippet{"return [1] + [2, 3];", "[1,2,3]"}, snippet{"return 'Жук'.length;", "3"},
        snippet{"return 'Жук'.substr(1);", R"("ук")"},
        snippet{"return 'abcdef'.substr(1, 2);", R"("bc")"},
        snippet{"return 'abcdef'.substr(-2);", R"("ef")"},
        snippet{"return 'abc'.substr(5);", R"("")"},
        snippet{"return 'a,b,,c'.split(',');", R"(["a","b","","c"])"},
        snippet{"return 'Жук'.split('');", R"(["Ж","у","к"])"},
        snippet{"return 'жжук'.indexOf('у');", "2"}, snippet{"return 'a'.indexOf('b');", "-1"},
        snippet{"return parseInt('12px') + parseInt('x') + parseInt(3);", "15"},
        snippet{"return parseDouble('1.5e1 m');", "1.5E1"},
        snippet{"return 1.5 + 'x';", R"("1.5x")"}));

INSTANTIATE_TEST_SUITE_P(
    Logic, ScriptValue,
    testing::Values(snippet{"return [1 < 2, 'a' < 'b', '10' > 9, 10 <= 10, 'b' >= 'c'];",
                            "[true,true,true,true,false]"},
                    snippet{"return ['10' == 10, 1 != 2, null == false, null == null, 'a' == 'a'];",
                            "[true,true,false,true,true]"},
                    snippet{"return [[1] == [1], [1] < 2, 'x' < 1];", "[true,false,false]"},
                    snippet{"return [1 && 2, 0 && 2, 0 || 3, !0, !'a', !!''];",
                            "[2,0,3,true,false,false]"},
                    snippet{"return 1 + 1 == 2 && 2 < 3 || x.y;", "true"},
                    snippet{"return [![], !{}, !null];", "[false,false,true]"}));

INSTANTIATE_TEST_SUITE_P(
    Arrays, ScriptValue,
    testing::Values(
        snippet{"var a = [1]; a.push(2, 3); a.unshift(0); return [a, a.pop(), a.shift(), a];",
                "[[0,1,2,3],3,0,[1,2]]"},
        snippet{"var a = [1,2,3,4,5]; var b = a.splice(1, 2, 'x'); return [a, b, a.slice(1, -1)];",
                R"([[1,"x",4,5],[2,3],["x",4]])"},
        snippet{"var a = [5,6]; return [a.indexOf(6), a.indexOf('7'), a.length, [].pop()];",
                "[1,-1,2,null]"},
        snippet{"var a = {}; a.b.c = 1; a['d'] = [1]; a.d[2] = 3; return a;",
                R"({"b":{"c":1},"d":[1,null,3]})"},
        snippet{"var a = {b: 1, c: 2}; delete a.b; var d = [1,2]; delete d[0]; return [a, d];",
                R"([{"c":2},[2]])"},
        snippet{"var a = [1]; var b = a; b.push(2); return a;", "[1]"},
        snippet{"return [{id: 1}, {id: 2}, {}, 3]@.id;", "[1,2,null,null]"},
        snippet{"var u = [{a: {b: 1}}]; return u@.a@.b;", "[1]"}, snippet{"return 5@.id;", "null"},
        snippet{"return [[1,2],[3]][0][1];", "2"}, snippet{"return {a: 1}['a'];", "1"}));

INSTANTIATE_TEST_SUITE_P(
    Flow, ScriptValue,
    testing::Values(
        snippet{"var i = 0; var s = 0; while (i < 5) { i = i + 1; if (i == 3) { s = s + 10; } "
                "else if (i == 4) s = s + 100; else { s = s + 1; } } return s;",
                "113"},
        snippet{"var a = 1, b = 2; if (a > b) return 'no'; return a + b;", "3"},
        snippet{"while (true) { return 7; } return 8;", "7"},
        snippet{"var i; if (!i) { i = 4; } ; return i;", "4"},
        snippet{"if (0) return 1; if (1) { {return 2} } return 3;", "2"}));

TEST_F(ScriptRun, ComputesParameters) {
  EXPECT_EQ(run("var ids = []; var i = 0; while (i < 3) { ids.push(API.x.y({offset: i * 10}).n); "
                "i = i + 1; } return ids@.length + ids;"),
            "[null,null,null,1,2,3]");
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[2].parameters, R"({"offset":20})");
}

TEST_F(ScriptRun, StopsAfterTooManyOperations) {
  EXPECT_THROW(run("while (1) {} return 1;"), script_runtime_error);
  EXPECT_THROW(run("var i = 0; while (i < 1000000) i = i + 1; return i;"), script_runtime_error);
  EXPECT_EQ(run("var i = 0; while (i < 5000) i = i + 1; return i;"), "5000");
}

TEST_F(ScriptRun, StopsArraysThatGrowWithoutEnd) {
  for (const auto* code :
       {"var a = []; a[99999999] = 1; return a;",
        "var a = []; var i = 0; while (1) { a[i] = []; a[i][90000] = 1; "
        "i = i + 1; } return a;",
        "var a = 'x'; while (1) a = a + a; return a;",
        "var a = [1]; while (1) a.push(a); return a;", "var a = 1; while (1) a = [a]; return a;"})
    EXPECT_THROW(run(code), script_runtime_error) << code;
}

INSTANTIATE_TEST_SUITE_P(
    Choices, ScriptValue,
    testing::Values(snippet{"return 1 ? 2 : 3;", "2"}, snippet{"return 0 ? 2 : 3;", "3"},
                    snippet{"var n = null; return n == null ? 0 : n;", "0"},
                    snippet{"return 0 ? 1 : '' ? 2 : [] ? 3 : 4;", "3"},
                    snippet{"return (1 ? 0 : 1) ? 'a' : {b: 1 < 2 ? 'c' : 'd'};", R"({"b":"c"})"},
                    snippet{"var a = [1]; var b = 0 ? a.push(2) : a.length; return [a, b];",
                            "[[1],1]"}));

INSTANTIATE_TEST_SUITE_P(
    Assignments, ScriptValue,
    testing::Values(snippet{"var a, b; a = b = 3; return [a, b];", "[3,3]"},
                    snippet{"var i = 0, s = 0; while ((i = i + 1) < 4) s = s + i; return s;", "6"},
                    snippet{"var a = {}; var b = a.c[0] = 'x'; return [a, b];",
                            R"([{"c":{"0":"x"}},"x"])"},
                    snippet{"var a = [1]; a = a + [2] + a; return a;", "[1,2,1]"},
                    snippet{"var a = [1]; a = a + [a.push(5)]; return a;", "[1,2]"},
                    snippet{"var a = 'x'; a = a + 1; a = a + [2, 3]; return a;", R"("x12,3")"},
                    snippet{"var a; a = a + 2; return a;", "2"}));

INSTANTIATE_TEST_SUITE_P(
    JoinedObjects, ScriptValue,
    testing::Values(snippet{"return {a: 1, b: 2} + {b: 3, c: 4};", R"({"a":1,"b":3,"c":4})"},
                    snippet{"var a = {a: 1}; a = a + {b: {}}; return a;", R"({"a":1,"b":{}})"},
                    snippet{"return {a: 1} + 1;", "null"}));

INSTANTIATE_TEST_SUITE_P(Searches, ScriptValue,
                         testing::Values(snippet{"return 'abcabcabd'.indexOf('abcabd');", "3"},
                                         snippet{"return 'aaab'.indexOf('aab', 1);", "1"},
                                         snippet{"return 'abc'.indexOf('');", "0"},
                                         snippet{"return 'жаба жаба'.indexOf('ба', 3);", "7"},
                                         snippet{"return 'aXXbXXXc'.split('XX');",
                                                 R"(["a","b","Xc"])"},
                                         snippet{"return 'abc'.split('abcd');", R"(["abc"])"},
                                         snippet{"return ''.split(',');", R"([""])"},
                                         snippet{"return 'abcdef'.slice(1, -1);", R"("bcde")"}));

// The script of vk_api (Python) that its `get_all` sends, as it is.
TEST_F(ScriptRun, RunsThePagingOfVkApi) {
  const std::string code =
      "var params = {\"owner_id\": 1, \"count\": 2},calls = 0,items = [],count = null,offset = 0,"
      "ri;while(calls < 25) {calls = calls + 1;params.offset = offset * 1;var response = "
      "API.wall.get(params),new_count = response.count,count_diff = (count == null ? 0 : new_count "
      "- "
      "count);if (!response) {return {\"_error\": 1};}if (count_diff < 0) {offset = offset + "
      "count_diff;} else {ri = response.items;items = items + ri.slice(count_diff);offset = offset "
      "+ "
      "params.count + count_diff;if (ri.length < params.count) {calls = 99;}}count = new_count;if "
      "(count != null && offset >= count) {calls = 99;}};return {count: count,items: items,offset: "
      "offset,more: calls != 99};";
  const script_caller wall = [](const std::string&, const json::object& parameters) {
    const auto first = parameters.at("offset").as_int64();
    json::array items;
    for (auto at = first; at < 5 && at < first + 2; ++at) items.push_back(at);
    json::object page;
    page["count"] = 5;
    page["items"] = std::move(items);
    return json::value(std::move(page));
  };
  EXPECT_EQ(json::serialize(run_script(code, arguments, wall)),
            R"({"count":5,"items":[0,1,2,3,4],"offset":6,"more":false})");
}

// Twenty-five pages of a thousand objects each, put together as clients do.
TEST_F(ScriptRun, CollectsTheResultsOf25Calls) {
  const script_caller users = [](const std::string&, const json::object&) {
    json::array items;
    for (int at = 0; at < 1000; ++at)
      items.push_back(json::object{{"id", at}, {"first_name", "Anna"}, {"last_name", "Orlova"}});
    return json::value(json::object{{"items", std::move(items)}});
  };
  const auto all = run_script(
      "var all = [], i = 0; while (i < 25) { var page = API.users.search({offset: i * 1000}); "
      "all = all + page.items; i = i + 1; } return all.length;",
      arguments, users);
  EXPECT_EQ(all, 25'000);
}

// Each of these does for one step, by a plain count, what takes as long as its operand.
class ScriptCost : public ScriptRun, public testing::WithParamInterface<const char*> {};

TEST_P(ScriptCost, GrowsWithTheDataOfAnOperation) {
  arguments.set("s", std::string(1'000'000, 'x'));
  arguments.set("n", std::string(300'000, '7'));
  const std::string code =
      "var s = Args.s, n = Args.n, a = [], i = 0; while (i < 2000) { a.push(i); "
      "i = i + 1; } i = 0; while (i < 2000) { i = i + 1; " +
      std::string{GetParam()} + "; } return 1;";
  try {
    run(code);
    FAIL() << "it ran through: " << GetParam();
  } catch (const script_runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "too many operations");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Script, ScriptCost,
    testing::Values("s.indexOf('y')", "s.length", "s.substr(5, 1)", "s.slice(5, 6)", "s.split('y')",
                    "s == s", "s < s", "n + 1 == 2", "-n", "parseInt(n)", "parseDouble(n)", "!n",
                    "s + 'y'", "'y' + s", "Args.s.length", "Args", "[s]", "({s: s})", "({a: s}).a",
                    "a + [1]", "a + ','", "a.indexOf(-1)", "a.slice(0)", "a.unshift(1)",
                    "a.shift(); a.push(1)", "a.splice(0, 1); a.push(1)", "a == a", "a@.b", "a[s]",
                    "delete a[0]; a.push(1)", "a[90000] = 1; a = []", "API.a.b({s: s})",
                    "a.splice(0, 0, s)", "a[0] = s"));

TEST_F(ScriptRun, SearchesInLinearTime) {
  // Quadratic for a plain search: 8e10 comparisons.
  arguments.set("s", std::string(400'000, 'a'));
  arguments.set("w", std::string(200'000, 'a') + "b");
  EXPECT_EQ(run("return Args.s.indexOf(Args.w);"), "-1");
  EXPECT_EQ(run("return Args.s.split(Args.w).length;"), "1");
}

TEST_F(ScriptRun, RefusesScriptsThatAreTooLong) {
  EXPECT_THROW(run("return '" + std::string(1 << 20, 'x') + "';"), script_compile_error);
  std::string many = "return [";
  for (int i = 0; i < 110'000; ++i) many += "1,";
  EXPECT_THROW(run(many + "];"), script_compile_error);
}

TEST_F(ScriptRun, FailsWhenAValueHasNoSuchMethod) {
  EXPECT_THROW(run("var a = 1; a.push(2); return a;"), script_runtime_error);
  EXPECT_THROW(run("return [1].split(',');"), script_runtime_error);
  EXPECT_THROW(run("return 'a'.push(',');"), script_runtime_error);
}

TEST_F(ScriptRun, RefusesExpressionsWithoutEnd) {
  for (const std::string piece : {"1+", "!", "-", "(", "a.b(", "1&&"}) {
    std::string code = "return ";
    for (int i = 0; i < 5'000; ++i) code += piece;
    EXPECT_THROW(run(code + "1;"), script_compile_error) << piece;
  }
  std::string blocks;
  for (int i = 0; i < 5'000; ++i) blocks += "if(1){";
  EXPECT_THROW(run(blocks + "return 1;"), script_compile_error);
}

}  // namespace
}  // namespace vkxx::emulation
