// What can be said of a request before anything is done with it.
#include "http/request_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace vkxx::http {
namespace {

using namespace vkxx::http::detail;

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

std::string refusal_of(const request& message) {
  const auto fault = fault_of(message);
  if (!fault) return "no fault";
  EXPECT_EQ(fault->code(), errc::invalid_argument);
  EXPECT_EQ(fault->effect(), request_effect::not_sent);
  return fault->message();
}

std::string refusal_of_url(std::string url) {
  return refusal_of(request{"POST", std::move(url)});
}

TEST(RequestCheck, AcceptsWhatCanBeSent) {
  auto message = request{"POST", "https://api.vk.ru/method/users.get?a=%20b"};
  message.add_header("X-One", "any value\twith\xd0\xb6").bearer_token(secret{"vk1.a.token"});
  message.timeout(1ms);
  EXPECT_FALSE(fault_of(message));
  EXPECT_FALSE(fault_of(request{"GET", "HTTP://[::1]:8080/"}));
  EXPECT_FALSE(fault_of(request{"GET", "http://h/a@b"})) << "an @ after the host is no user";
}

TEST(RequestCheck, Url) {
  for (const auto* const url : {"", "api.vk.ru", "ftp://h/", "file:///etc/passwd", "http:/h"}) {
    EXPECT_THAT(refusal_of_url(url), HasSubstr("url: it does not begin with http://")) << url;
  }
  for (const auto& url : {"http://h/a b"s, "http://h/\n"s, "http://h/\0x"s, "http://h/\x7f"s}) {
    EXPECT_THAT(refusal_of_url(url), HasSubstr("url: it holds a space or a control character"));
  }
  for (const auto* const url :
       {"http://", "https:///path", "http://:80/", "http://?q", "http://#f"}) {
    EXPECT_THAT(refusal_of_url(url), HasSubstr("url: the host is missing")) << url;
  }
  EXPECT_THAT(refusal_of_url("http://ann:hidden-word@h/"),
              AllOf(HasSubstr("user or password before the host"), Not(HasSubstr("hidden-word"))));
}

TEST(RequestCheck, Method) {
  for (const auto& method : {""s, "PO ST"s, "GET\r\n"s, "G(T"s, "\xd0\x96"s}) {
    EXPECT_THAT(refusal_of(request{method, "http://h/"}), HasSubstr("method:")) << method;
  }
}

TEST(RequestCheck, HeadersCannotSmuggleOthersIn) {
  for (const auto& name : {""s, "X A"s, "X:A"s, "X-A\r\nEvil"s, "X-\0"s}) {
    auto message = request{"GET", "http://h/"};
    message.add_header(name, "v");
    EXPECT_THAT(refusal_of(message), HasSubstr("headers: a name")) << name;
  }
  for (const auto& value : {"a\nb"s, "a\rb"s, "a\0b"s}) {
    auto message = request{"GET", "http://h/"};
    message.add_header("X-A", value);
    EXPECT_THAT(refusal_of(message), HasSubstr("headers: the value of `X-A`"));
  }
}

TEST(RequestCheck, TokenIsNotRepeatedInTheRefusal) {
  for (const auto& token : {"hidden-word\n"s, "hidden-word\r"s, "hidden-word\0"s}) {
    auto message = request{"GET", "http://h/"};
    message.bearer_token(secret{token});
    EXPECT_THAT(refusal_of(message),
                AllOf(HasSubstr("bearer_token:"), Not(HasSubstr("hidden-word"))));
  }
}

TEST(RequestCheck, Timeout) {
  auto message = request{"GET", "http://h/"};
  for (const duration wrong : {duration{0}, duration{999us}, duration{-1s}}) {
    message.timeout(wrong);
    EXPECT_THAT(refusal_of(message), HasSubstr("timeout: it is shorter than 1 ms"));
  }
}

TEST(RequestCheck, LimitsOfStreams) {
  auto message = request{"GET", "http://h/"};
  for (const duration wrong : {duration{999us}, duration{-1s}, duration{24h + 1ms}}) {
    message.silence_limit(wrong);
    EXPECT_THAT(refusal_of(message), HasSubstr("silence_limit: expected 1 ms to 24 h"));
  }
  message.silence_limit(1ms);
  for (const std::size_t wrong : {1UL, 1023UL, (1UL << 20U) + 1}) {
    message.receive_buffer(wrong);
    EXPECT_THAT(refusal_of(message), HasSubstr("receive_buffer: expected 1 KiB to 1 MiB"));
  }
  for (const std::size_t right : {0UL, 1024UL, 1UL << 20U}) {
    message.receive_buffer(right);
    EXPECT_FALSE(fault_of(message));
  }
}

TEST(RequestCheck, HeadHasNoBodies) {
  auto message = request{"HEAD", "http://h/"};
  message.sink(make_file_sink("/dev/null").value());
  EXPECT_THAT(refusal_of(message), HasSubstr("so it has no sink"));
  message.sink(nullptr).body(make_bytes_source("x"), "text/plain");
  EXPECT_THAT(refusal_of(message), HasSubstr("so it has no source"));
}

TEST(RequestCheck, HostOf) {
  EXPECT_EQ(host_of("https://api.vk.ru/method/x?access_token=1"), "api.vk.ru");
  EXPECT_EQ(host_of("http://[::1]:80"), "[::1]:80");
  EXPECT_EQ(host_of("http://ann:pass@h:1?q"), "h:1");
  EXPECT_EQ(host_of("nonsense"), "");
}

TEST(RequestCheck, IsHttps) {
  EXPECT_TRUE(is_https("HttpS://h"));
  EXPECT_FALSE(is_https("http://https:"));
  EXPECT_FALSE(is_https("https"));
}

}  // namespace
}  // namespace vkxx::http
