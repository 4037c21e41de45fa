// Addresses of proxies, as a person writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/http/proxy.hpp>

namespace vkxx::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal_of(std::string_view text) {
  const auto outcome = proxy::parse(text);
  if (outcome) return "accepted as " + outcome->to_string();
  EXPECT_EQ(outcome.error().code(), errc::invalid_argument) << text;
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent) << text;
  EXPECT_THAT(outcome.error().message(),
              HasSubstr("expected scheme://host[:port], with user:password@ before the host"));
  return outcome.error().message();
}

TEST(ProxyAddress, EachSchemeHasItsPort) {
  const std::pair<const char*, std::uint16_t> expected[] = {
      {"http", 3128}, {"https", 443}, {"socks5", 1080}, {"socks5h", 1080}};
  for (const auto& [scheme, port] : expected) {
    const auto through = proxy::parse(std::string{scheme} + "://proxy.example");
    ASSERT_TRUE(through) << through.error();
    EXPECT_EQ(through->scheme(), scheme);
    EXPECT_EQ(through->host(), "proxy.example");
    EXPECT_EQ(through->port(), port);
    EXPECT_EQ(through->user(), "");
    EXPECT_TRUE(through->password().empty());
  }
}

TEST(ProxyAddress, SchemeInAnyLetterCaseAndASlashAtTheEnd) {
  const auto through = proxy::parse("SOCKS5H://proxy.example:9050/");
  ASSERT_TRUE(through) << through.error();
  EXPECT_EQ(through->to_string(), "socks5h://proxy.example:9050");
}

TEST(ProxyAddress, UserAndPasswordAreDecoded) {
  const auto through = proxy::parse("http://ann%40home:p%3Aa%2Fs%20s%25@10.0.0.1:8080");
  ASSERT_TRUE(through) << through.error();
  EXPECT_EQ(through->user(), "ann@home");
  EXPECT_EQ(through->password().expose(), "p:a/s s%");
  EXPECT_EQ(through->host(), "10.0.0.1");
  EXPECT_EQ(through->port(), 8080);
  EXPECT_EQ(through->to_string(), "http://10.0.0.1:8080");
}

TEST(ProxyAddress, UserWithoutPassword) {
  const auto through = proxy::parse("socks5://ann@proxy.example");
  ASSERT_TRUE(through) << through.error();
  EXPECT_EQ(through->user(), "ann");
  EXPECT_TRUE(through->password().empty());
}

TEST(ProxyAddress, Ipv6KeepsItsBrackets) {
  const auto through = proxy::parse("socks5://[::1]:1081");
  ASSERT_TRUE(through) << through.error();
  EXPECT_EQ(through->host(), "[::1]");
  EXPECT_EQ(through->port(), 1081);
}

TEST(ProxyAddress, BoundsOfThePort) {
  EXPECT_EQ(proxy::parse("http://p:1").value().port(), 1);
  EXPECT_EQ(proxy::parse("http://p:65535").value().port(), 65535);
  for (const auto* const wrong :
       {"http://p:0", "http://p:65536", "http://p:99999", "http://p:99999999999", "http://p:"}) {
    EXPECT_THAT(refusal_of(wrong), HasSubstr("not a number from 1 to 65535"));
  }
}

TEST(ProxyAddress, RefusalsNameWhatIsWrong) {
  EXPECT_THAT(refusal_of(""), HasSubstr("not a well-formed URL"));
  EXPECT_THAT(refusal_of("http://a b"), HasSubstr("not a well-formed URL"));
  EXPECT_THAT(refusal_of("proxy.example:3128"), HasSubstr("the scheme is `proxy.example`"));
  EXPECT_THAT(refusal_of("socks4://p"), HasSubstr("the scheme is `socks4`"));
  EXPECT_THAT(refusal_of("http://"), HasSubstr("the host is missing"));
  EXPECT_THAT(refusal_of("http://:3128"), HasSubstr("the host is missing"));
  EXPECT_THAT(refusal_of("http://p/path"), HasSubstr("something follows"));
  EXPECT_THAT(refusal_of("http://p?q=1"), HasSubstr("something follows"));
  EXPECT_THAT(refusal_of("http://p#f"), HasSubstr("something follows"));
}

TEST(ProxyAddress, UnencodedCharactersOfThePasswordAreNamed) {
  const std::pair<const char*, const char*> expected[] = {
      {"http://ann:hid@den@p:1", "a `@` as it is; write it as `%40`"},
      {"http://ann@home:hidden@p:1", "a `@` as it is; write it as `%40`"},
      {"http://ann:hid#den@p:1", "a `#` as it is; write it as `%23`"},
      {"http://ann:hid/den@p:1", "a `/` as it is; write it as `%2F`"},
      {"http://ann:hid?den@p:1", "a `?` as it is; write it as `%3F`"},
      {"http://ann:hid%zen@p:1", "a `%` as it is; write it as `%25`"},
      {"http://ann:hid%2@p:1", "a `%` as it is; write it as `%25`"},
      {"http://ann:hid[den@p:1", "a `[` as it is; write it as `%5B`"},
      {"http://ann:hid\xd0\xbf@p:1", "beyond ASCII as it is; write the bytes of its UTF-8 as `%D0"},
      {"http://ann:hid den@p:1", "a blank as it is; write it as `%20`"},
  };
  for (const auto& [text, words] : expected) {
    const auto message = refusal_of(text);
    EXPECT_THAT(message, HasSubstr(words)) << text;
    EXPECT_THAT(message, Not(HasSubstr("hid"))) << text;
    EXPECT_THAT(message, Not(HasSubstr("den"))) << text;
  }
  EXPECT_EQ(proxy::parse("http://ann:a:b@p").value().password().expose(), "a:b");
  EXPECT_EQ(proxy::parse("http://ann:%d0%bf@p").value().password().expose(), "\xd0\xbf");
}

TEST(ProxyAddress, RefusalsHideThePassword) {
  for (const auto* const wrong :
       {"http://:hidden-word@p", "http://ann:hidden-word@p/path", "http://ann:hidden-word@p:0",
        "ftp://ann:hidden-word@p", "http://ann:hidden-word%00@p", "http://ann:hidden-word@"}) {
    EXPECT_THAT(refusal_of(wrong), Not(HasSubstr("hidden-word")));
  }
  EXPECT_THAT(refusal_of("http://:hidden-word@p"), HasSubstr("a password is given, but no user"));
  EXPECT_THAT(refusal_of("http://ann:x%00@p"), HasSubstr("zero byte"));
  EXPECT_THAT(refusal_of("http://an%00n@p"), HasSubstr("zero byte"));
}

}  // namespace
}  // namespace vkxx::http
