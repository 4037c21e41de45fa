// Handlers of error codes: a value, a failure, the request once more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

TEST(Handler, SeesTheRequestAndTheError) {
  call_bench bench;
  int times_asked = 0;
  bench.settings.on_error(api_errc{9}, [&](request request, error failure) {
    ++times_asked;
    EXPECT_EQ(request.method(), "a.b");
    EXPECT_EQ(request.parameters().find("x"), "1");
    EXPECT_EQ(failure, api_errc{9});
    return handler_action::fail();
  });
  bench.vk->expect(call("a.b")).reply_error(flood);
  EXPECT_EQ(bench.call_once(request{"a.b"}.set("x", 1)).error(), api_errc{9});
  EXPECT_EQ(times_asked, 1);
}

TEST(Handler, MayGiveAValue) {
  call_bench bench;
  bench.settings.on_error(api_errc{9}, [](request, error) {
    return handler_action::succeed(reply{boost::json::value{{"made", "up"}}});
  });
  bench.vk->expect(call("a.b")).reply_error(flood);
  const auto outcome = bench.call_once(request{"a.b"});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->json().at("made"), "up");
}

TEST(Handler, MayFailWithAnotherError) {
  call_bench bench;
  bench.settings.on_error(api_errc{9}, [](request, error) {
    return handler_action::fail(
        error{errc::authorization_failed, request_effect::rejected, "give me a token"});
  });
  bench.vk->expect(call("a.b")).reply_error(flood);
  const auto outcome = bench.call_once(request{"a.b"});
  EXPECT_EQ(outcome.error(), errc::authorization_failed);
  EXPECT_EQ(outcome.error().method(), "a.b");
}

TEST(Handler, MayChangeTheRequestAndRetryIt) {
  call_bench bench;
  bench.settings.on_error(api_errc{9}, [](request request, error) {
    return handler_action::send(std::move(request).set("x", 2).set("y", true));
  });
  bench.vk->expect(call("a.b").with("x", "1")).reply_error(flood);
  bench.vk->expect(call("a.b").with("x", "2").with("y", "1").with("v", "5.199")).reply("7");
  const auto outcome = bench.call_once(request{"a.b"}.set("x", 1));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->json(), 7);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Handler, ABadChangeIsRefused) {
  call_bench bench;
  bench.settings.on_error(api_errc{9}, [](request request, error) {
    return handler_action::send(std::move(request).set("x", "\xFF"));
  });
  bench.vk->expect(call("a.b")).reply_error(flood);
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::invalid_argument);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Handler, IsBounded) {
  for (const int bound : {1, 2, 5}) {
    call_bench bench;
    int times_asked = 0;
    bench.settings.max_sends(bound).on_error(api_errc{9}, [&](request request, error) {
      ++times_asked;
      return handler_action::send(std::move(request));
    });
    bench.vk->expect(call("a.b")).reply_error(flood).times(static_cast<std::size_t>(bound));
    const auto outcome = bench.call_once(request{"a.b"});
    EXPECT_EQ(outcome.error(), api_errc{9});
    EXPECT_EQ(outcome.error().attempts(), bound);
    EXPECT_EQ(times_asked, bound);
    EXPECT_EQ(bench.vk->problems(), "");
  }
}

TEST(Handler, MayBeACoroutineThatCalls) {
  call_bench bench;
  bench.settings.on_error(api_errc{9},
                          [&bench](request call_request, error) -> asio::awaitable<handler_action> {
                            request other{"other.call"};
                            auto asking = bench.face().try_call(std::move(other));
                            const auto answer = co_await std::move(asking);
                            call_request.set("x", answer->json().as_int64());
                            co_return handler_action::send(std::move(call_request));
                          });
  bench.vk->expect(call("a.b")).reply_error(flood);
  bench.vk->expect(call("other.call")).reply("33");
  bench.vk->expect(call("a.b").with("x", "33"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

// Which of the helpers was asked, in short.
std::string asked_about(const char* error_text, bool code, bool hook, bool any) {
  call_bench bench;
  std::string called;
  if (code) {
    const auto handler = [&](request, error) {
      called += "code ";
      return handler_action::fail();
    };
    bench.settings.on_error(api_errc{9}, handler).on_error(api_errc{14}, handler);
  }
  if (hook) {
    bench.settings.on_captcha([&](challenge) {
      called += "hook ";
      return challenge_answer::refused();
    });
  }
  if (any) {
    bench.settings.on_any_error([&](request, error) {
      called += "any ";
      return handler_action::fail();
    });
  }
  bench.vk->expect(call("a.b")).reply_error(error_text);
  EXPECT_FALSE(bench.call_once(request{"a.b"}));
  return called;
}

TEST(Handler, TheOrderOfThoseAsked) {
  EXPECT_EQ(asked_about(captcha, true, true, true), "code ");
  EXPECT_EQ(asked_about(captcha, false, true, true), "hook ");
  EXPECT_EQ(asked_about(captcha, false, false, true), "any ");
  EXPECT_EQ(asked_about(flood, true, true, true), "code ");
  EXPECT_EQ(asked_about(flood, false, true, true), "any ");
  EXPECT_EQ(asked_about(flood, false, true, false), "");
  EXPECT_EQ(asked_about(R"({"error_code":424242})", true, true, true), "any ");
}

TEST(Handler, IsNotAskedAboutWhatIsNotVks) {
  call_bench bench;
  bench.settings.on_any_error([](request, error) {
    ADD_FAILURE() << "asked";
    return handler_action::fail();
  });
  bench.vk->expect(call("a.b")).fail(errc::connection_lost, request_effect::unknown);
  bench.vk->expect(call("a.b")).reply_status(502, "<html>");
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::connection_lost);
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::http_status);
}

TEST(Handler, MakesNoReplyOfWhatJsonCannotSay) {
  const auto infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(reply{boost::json::value(infinity)}, usage_exception);
  EXPECT_THROW(reply{boost::json::value(std::nan(""))}, usage_exception);
  boost::json::value deep = -infinity;
  for (int level = 0; level < 2'000; ++level) {
    boost::json::array list;
    list.push_back(std::move(deep));
    deep = std::move(list);
  }
  EXPECT_THROW((reply{boost::json::value{{"a", 1}, {"b", deep}}}), usage_exception);
  EXPECT_EQ((reply{boost::json::value{{"a", 1.5}}}.text()), R"({"a":1.5E0})");
}

TEST(Handler, CanBeChangedLaterAndTakenAway) {
  call_bench bench;
  bench.vk->expect(call("a.b")).reply_error(flood).times(4);
  const auto gives = [](int number) {
    return [number](request, error) {
      return handler_action::succeed(reply{boost::json::value(number)});
    };
  };
  bench.face().on_any_error(gives(1));
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), 1);
  const client copy = bench.face();
  copy.on_error(api_errc{9}, gives(2));
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), 2) << "copies share their handlers";
  copy.on_error(api_errc{9}, {});
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), 1);
  copy.on_any_error({});
  EXPECT_FALSE(bench.call_once(request{"a.b"}));
}

}  // namespace
}  // namespace vkxx::test
