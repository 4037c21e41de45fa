// The cookies of one login, by RFC 6265.
#include "auth/web_login/cookie_jar.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

class CookieJar : public ::testing::Test {
 protected:
  void set(const std::string& url, const std::string& cookie) {
    jar_.take(*read_web_address(url), {{"set-COOKIE", cookie}});
  }
  [[nodiscard]] std::string sent_to(const std::string& url) const {
    return jar_.header_for(*read_web_address(url)).expose();
  }

  cookie_jar jar_;
};

TEST_F(CookieJar, SendsCookiesToTheirHostOrDomain) {
  set("https://login.vk.ru/x", "own=1");
  set("https://login.vk.ru/x", "all=2; Domain=.vk.ru; Path=/");
  set("https://login.vk.ru/x", "foreign=3; Domain=example.org");
  set("https://login.vk.ru/x", "top=4; domain=ru");
  EXPECT_EQ(sent_to("https://login.vk.ru/"), "own=1; all=2");
  EXPECT_EQ(sent_to("https://m.vk.ru/"), "all=2");
  EXPECT_EQ(sent_to("https://vk.ru/"), "all=2");
  EXPECT_EQ(sent_to("https://evilvk.ru/"), "");
  set("http://127.0.0.1:80/", "local=5; Domain=127.0.0.1");
  EXPECT_EQ(sent_to("http://127.0.0.1:99/"), "local=5");
}

TEST_F(CookieJar, SendsSecureCookiesByHttpsOnly) {
  set("https://vk.ru/", "s=1; secure");
  set("http://vk.ru/", "t=1; secure");
  EXPECT_EQ(sent_to("https://vk.ru/"), "s=1");
  EXPECT_EQ(sent_to("http://vk.ru/"), "");
}

TEST_F(CookieJar, SendsCookiesToTheirPath) {
  set("https://vk.ru/a/b", "p=1");
  set("https://vk.ru/a/b", "q=2; path=/c");
  EXPECT_EQ(sent_to("https://vk.ru/a"), "p=1");
  EXPECT_EQ(sent_to("https://vk.ru/a/x"), "p=1");
  EXPECT_EQ(sent_to("https://vk.ru/ab"), "");
  EXPECT_EQ(sent_to("https://vk.ru/c/d"), "q=2");
}

TEST_F(CookieJar, ReplacesCookiesAndTakesThemBack) {
  set("https://vk.ru/", "a=1");
  set("https://vk.ru/", "a=2");
  EXPECT_EQ(sent_to("https://vk.ru/"), "a=2");
  set("https://vk.ru/", "b=1; expires=Fri, 01-Jan-2038 00:00:00 GMT");
  set("https://vk.ru/", "c=1; Max-Age=3600; expires=Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(sent_to("https://vk.ru/"), "a=2; b=1; c=1");
  set("https://vk.ru/", "a=DELETED; expires=Thu, 01 Jan 1970 00:00:01 GMT");
  set("https://vk.ru/", "b=; Max-Age=0");
  EXPECT_EQ(sent_to("https://vk.ru/"), "c=1");
  EXPECT_FALSE(jar_.has("a"));
  EXPECT_TRUE(jar_.has("c"));
}

TEST_F(CookieJar, TakesAllCookiesOfAnAnswerAndNoOtherHeader) {
  jar_.take(*read_web_address("https://vk.ru/"), {{"Set-Cookie", "a=1"},
                                                  {"content-type", "text/html"},
                                                  {"X-Set-Cookie", "x=1"},
                                                  {"SET-COOKIE", "b=2"}});
  EXPECT_EQ(sent_to("https://vk.ru/"), "a=1; b=2");
}

TEST_F(CookieJar, ReadsThePairAsItStands) {
  set("https://vk.ru/", "  a = \"1\" x=y ;secure");
  EXPECT_EQ(sent_to("https://vk.ru/"), "a=\"1\" x=y");
  set("https://vk.ru/", "a=");
  EXPECT_EQ(sent_to("https://vk.ru/"), "a=");
}

TEST_F(CookieJar, SendsSecureCookiesByHttpToThisMachineAlone) {
  for (const auto* const host : {"localhost", "sub.localhost", "127.0.0.1", "127.9.9.9", "[::1]"}) {
    SCOPED_TRACE(host);
    cookie_jar jar;
    const auto address = *read_web_address("http://" + std::string{host} + ":80/");
    jar.take(address, {{"set-cookie", "s=1; Secure"}});
    EXPECT_EQ(jar.header_for(address).expose(), "s=1");
  }
  for (const auto* const host : {"127.example.org", "127.0.0.1.example.org", "notlocalhost"}) {
    SCOPED_TRACE(host);
    cookie_jar jar;
    const auto address = *read_web_address("http://" + std::string{host} + ":80/");
    jar.take(address, {{"set-cookie", "s=1; Secure"}});
    EXPECT_EQ(jar.header_for(address).expose(), "");
  }
}

TEST_F(CookieJar, SendsTheCookieOfTheLongestPathFirst) {
  set("https://vk.ru/", "a=1; path=/");
  set("https://vk.ru/", "a=2; path=/x/y");
  set("https://vk.ru/", "b=3; path=/x");
  set("https://vk.ru/", "c=4; path=/x");
  EXPECT_EQ(sent_to("https://vk.ru/x/y"), "a=2; b=3; c=4; a=1");
  set("https://vk.ru/", "b=5; path=/x");
  EXPECT_EQ(sent_to("https://vk.ru/x/y"), "a=2; b=5; c=4; a=1") << "a cookie keeps its place";
}

TEST_F(CookieJar, SendsNoNameOfATopLevelDomainAndNoNumberToOthers) {
  set("https://ru/", "whole=1; Domain=ru");
  EXPECT_EQ(sent_to("https://ru/"), "whole=1") << "its own host, whatever it is";
  set("http://10.0.0.1/", "address=1; Domain=0.0.1");
  EXPECT_FALSE(jar_.has("address"));
  set("https://vk.ru/", "below=1; Domain=login.vk.ru");
  EXPECT_FALSE(jar_.has("below"));
  set("https://vk.ru/", "empty=1; Domain=");
  EXPECT_EQ(sent_to("https://login.vk.ru/"), "");
  EXPECT_EQ(sent_to("https://vk.ru/"), "empty=1");
}

TEST_F(CookieJar, ReadsExpiriesInAllTheirForms) {
  for (const auto* const past :
       {"Thu, 01 Jan 1970 00:00:01 GMT", "Thu, 01-Jan-1970 00:00:01 GMT",
        "Thursday, 01-Jan-70 00:00:01 GMT", "Thu Jan  1 00:00:01 1970", "1-Jan-2001"}) {
    SCOPED_TRACE(past);
    set("https://vk.ru/", "a=1");
    set("https://vk.ru/", std::string{"a=2; Expires="} + past);
    EXPECT_FALSE(jar_.has("a"));
  }
  for (const auto* const future :
       {"Fri, 01 Jan 2038 00:00:00 GMT", "Friday, 01-Jan-38 00:00:00 GMT",
        "Fri Jan  1 00:00:00 2038", "Fri, 31 Dec 9999 23:59:59 GMT", "never", "", "1970"}) {
    SCOPED_TRACE(future);
    set("https://vk.ru/", "a=1");
    set("https://vk.ru/", std::string{"a=2; Expires="} + future);
    EXPECT_EQ(sent_to("https://vk.ru/"), "a=2");
  }
}

TEST_F(CookieJar, ReadsAgesAndLeavesOutThoseThatAreNone) {
  for (const auto* const over : {"0", "00", "-1", "-99999999999999999999"}) {
    SCOPED_TRACE(over);
    set("https://vk.ru/", "a=1");
    set("https://vk.ru/", std::string{"a=2; Max-Age="} + over);
    EXPECT_FALSE(jar_.has("a"));
  }
  for (const auto* const good : {"1", "3600", "99999999999999999999"}) {
    SCOPED_TRACE(good);
    set("https://vk.ru/",
        std::string{"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age="} + good);
    EXPECT_EQ(sent_to("https://vk.ru/"), "a=1");
  }
  for (const auto* const none : {"", "soon", "+1", "1h", "-", "-x"}) {
    SCOPED_TRACE(none);
    set("https://vk.ru/", "a=1");
    set("https://vk.ru/",
        std::string{"a=2; Max-Age="} + none + "; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_FALSE(jar_.has("a"));
  }
}

TEST_F(CookieJar, LeavesOutWhatIsNoCookie) {
  for (const std::string& line :
       std::vector<std::string>{"", ";", "=nameless", "nothing", "; a=1", "a=1\r\nX: y",
                                std::string("a=1\0b", 5), "a\x7f=1"}) {
    SCOPED_TRACE(line);
    set("https://vk.ru/", line);
    EXPECT_EQ(sent_to("https://vk.ru/"), "");
  }
}

TEST_F(CookieJar, HoldsSoManyCookiesOfSuchALength) {
  const std::string fits(cookie_jar::longest_cookie - 2, 'x');
  set("https://vk.ru/", "a=" + fits);
  set("https://vk.ru/", "b=" + fits + "x");
  EXPECT_TRUE(jar_.has("a"));
  EXPECT_FALSE(jar_.has("b"));
  for (std::size_t i = 1; i != cookie_jar::most_cookies + 1; ++i) {
    set("https://vk.ru/", "n" + std::to_string(i) + "=1");
  }
  EXPECT_TRUE(jar_.has("n" + std::to_string(cookie_jar::most_cookies - 1)));
  EXPECT_FALSE(jar_.has("n" + std::to_string(cookie_jar::most_cookies)));
  set("https://vk.ru/", "n1=2");
  EXPECT_NE(sent_to("https://vk.ru/").find("n1=2"), std::string::npos) << "a full jar replaces";
  set("https://vk.ru/", "n1=; Max-Age=0");
  set("https://vk.ru/", "late=1");
  EXPECT_TRUE(jar_.has("late")) << "there is space again";
}

TEST_F(CookieJar, KnowsNamesExactly) {
  set("https://vk.ru/", "a=1");
  EXPECT_TRUE(jar_.has("a"));
  EXPECT_FALSE(jar_.has("A"));
  EXPECT_FALSE(jar_.has(""));
}

}  // namespace
}  // namespace vkxx::auth
