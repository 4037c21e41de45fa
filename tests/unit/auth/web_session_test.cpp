// Addresses, cookies and redirects, as far as a login needs them.
#include "auth/web_login/web_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/flows/phone_number.hpp"
#include "support/scripted_site.hpp"

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

using test::html;
using test::redirect;
using test::scripted_site;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class WebSession : public testing::Test {
 protected:
  result<web_page> get(const std::string& url) {
    return site_->run<result<web_page>>([&] { return session().get(url); });
  }
  result<web_page> post(const std::string& url) {
    return site_->run<result<web_page>>([&] {
      std::vector<form_field> fields{{"pass", "p w"}};
      return session().post(url, std::move(fields));
    });
  }
  web_session& session() {
    if (!session_) session_.emplace(site_->environment(), "https://app.example/done");
    return *session_;
  }

  std::shared_ptr<scripted_site> site_ = std::make_shared<scripted_site>();
  std::optional<web_session> session_;
};

TEST_F(WebSession, FollowsRedirectsAsBrowsersDo) {
  site_->on("https://a.ru/1", redirect("/2?x=1", 302));
  site_->on("https://a.ru/2?x=1", redirect("//b.ru/3", 301));
  site_->on("https://b.ru/3", redirect("4", 303));
  site_->on("https://b.ru/4", html("end"));
  const auto page = post("https://a.ru/1");
  ASSERT_TRUE(page) << page.error();
  EXPECT_EQ(page->url, "https://b.ru/4");
  EXPECT_EQ(page->body, "end");
  EXPECT_THAT(site_->lines(), ElementsAre("POST https://a.ru/1 pass=p+w", "GET https://a.ru/2?x=1",
                                          "GET https://b.ru/3", "GET https://b.ru/4"));
}

TEST_F(WebSession, SendsAFormOnOnlyWithinItsHost) {
  site_->on("https://a.ru/1", redirect("/2", 307));
  site_->on("https://a.ru/2", redirect("https://evil.example/3", 308));
  const auto page = post("https://a.ru/1");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error(), errc::insecure_redirect);
  EXPECT_THAT(site_->lines(),
              ElementsAre("POST https://a.ru/1 pass=p+w", "POST https://a.ru/2 pass=p+w"));
}

TEST_F(WebSession, NeverGoesFromHttpsToHttp) {
  site_->on("https://a.ru/1", redirect("http://a.ru/2", 302));
  site_->on("https://a.ru/good", html("x"));
  EXPECT_EQ(get("https://a.ru/1").error(), errc::insecure_redirect);
  ASSERT_TRUE(get("https://a.ru/good"));
  // Nor by a form.
  EXPECT_EQ(post("http://a.ru/2").error(), errc::insecure_redirect);
  EXPECT_EQ(site_->lines().size(), 2U);
}

TEST_F(WebSession, EndsRedirectsWithoutEnd) {
  site_->on("https://a.ru/1", redirect("/1", 302));
  const auto page = get("https://a.ru/1");
  EXPECT_EQ(page.error(), errc::too_many_redirects);
  EXPECT_EQ(site_->lines().size(), 21U);
}

TEST_F(WebSession, IsToldWhenARedirectLeadsNowhere) {
  http::response nowhere;
  nowhere.status = 302;
  site_->on("https://a.ru/1", nowhere);
  site_->on("https://a.ru/2", redirect("mailto:a@b.c", 302));
  EXPECT_EQ(get("https://a.ru/1").error(), errc::malformed_answer);
  EXPECT_EQ(get("https://a.ru/2").error(), errc::malformed_answer);
}

TEST_F(WebSession, StopsWhereLoginsEndAndKeepsTheFragment) {
  site_->on("https://a.ru/2", redirect("https://app.example/done#x=1", 302));
  site_->on("https://a.ru/3", redirect("/4#f=1", 302));
  site_->on("https://a.ru/4", redirect("/5", 302));
  site_->on("https://a.ru/5", html("x"));
  EXPECT_EQ(get("https://a.ru/2")->url, "https://app.example/done#x=1");
  // A fragment lives on through redirects that have none (RFC 9110, 10.2.2).
  EXPECT_EQ(get("https://a.ru/3")->url, "https://a.ru/5#f=1");
  for (const auto& line : site_->lines()) EXPECT_THAT(line, Not(HasSubstr("app.example")));
}

TEST_F(WebSession, AsksForSmallPagesAndInTime) {
  site_->on("https://a.ru/1", html("x"));
  ASSERT_TRUE(get("https://a.ru/1"));
  EXPECT_EQ(site_->requests().front().max_answer_size(), std::size_t{1} << 20U);
  EXPECT_EQ(site_->requests().front().timeout(), site_->environment().timeout);
}

class Cookies : public testing::Test {
 protected:
  void set(const std::string& url, const std::string& cookie) {
    jar_.take(*read_web_address(url), {{"set-COOKIE", cookie}});
  }
  [[nodiscard]] std::string sent_to(const std::string& url) const {
    return jar_.header_for(*read_web_address(url)).expose();
  }

  cookie_jar jar_;
};

TEST_F(Cookies, GoToTheirHostOrDomain) {
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

TEST_F(Cookies, GoByHttpsOnlyIfTheyAreSecure) {
  set("https://vk.ru/", "s=1; secure");
  set("http://vk.ru/", "t=1; secure");
  EXPECT_EQ(sent_to("https://vk.ru/"), "s=1");
  EXPECT_EQ(sent_to("http://vk.ru/"), "");
}

TEST_F(Cookies, KeepToTheirPath) {
  set("https://vk.ru/a/b", "p=1");
  set("https://vk.ru/a/b", "q=2; path=/c");
  EXPECT_EQ(sent_to("https://vk.ru/a"), "p=1");
  EXPECT_EQ(sent_to("https://vk.ru/a/x"), "p=1");
  EXPECT_EQ(sent_to("https://vk.ru/ab"), "");
  EXPECT_EQ(sent_to("https://vk.ru/c/d"), "q=2");
}

TEST_F(Cookies, AreReplacedAndTakenBack) {
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

TEST_F(Cookies, AreBounded) {
  for (int i = 0; i != 1000; ++i) set("https://vk.ru/", "n" + std::to_string(i) + "=1");
  set("https://vk.ru/", "long=" + std::string(10'000, 'x'));
  set("https://vk.ru/", "=nameless");
  set("https://vk.ru/", "nothing");
  const auto sent = sent_to("https://vk.ru/");
  EXPECT_LT(sent.size(), 1000U);
  EXPECT_FALSE(jar_.has("long"));
}

TEST(WebAddress, ReadsWhatLeadsSomewhereOnTheWeb) {
  EXPECT_EQ(read_web_address("HTTPS://VK.RU:443/A?b#c")->text(), "https://vk.ru:443/A?b#c");
  EXPECT_EQ(read_web_address("http://[::1]:80")->text(), "http://[::1]:80/");
  EXPECT_EQ(read_web_address("https://vk.ru/a?b=1#access_token=x")->shown(), "https://vk.ru/a");
  for (const auto* text :
       {"", "/a", "vk.ru", "ftp://vk.ru/", "https://", "https:///x", "https://u:p@vk.ru/",
        "data:text/html,x", "https://vk.ru:x:y:/", "https://vk%2Eru/", "https://[v1.a]/"}) {
    EXPECT_FALSE(read_web_address(text)) << text;
  }
  EXPECT_EQ(read_web_address("https://vk.ru/?act=a&act=b#act=c")->field("act"), "a");
  EXPECT_EQ(read_web_address("https://vk.ru/?b=1#act=c&d")->field("act"), "c");
  EXPECT_EQ(read_web_address("https://vk.ru/?sid=#a")->field("sid"), "");
  EXPECT_EQ(percent_decoded("a%2Bb+c&d%26"), "a+b+c&d&");
  EXPECT_EQ(percent_decoded("%x"), std::nullopt);
}

TEST(PhoneNumber, GivesTheDigitsThatAreNotShown) {
  phone_fields shown;
  shown.prefix = "+7";
  shown.suffix = "12";
  EXPECT_EQ(missing_digits("+7 (900) 123-45-12", shown), "90012345");
  EXPECT_EQ(missing_digits("0079001234512", shown), "90012345");
  EXPECT_EQ(missing_digits("79001234512", shown), "90012345");
  EXPECT_EQ(missing_digits("79001234513", shown), std::nullopt);
  EXPECT_EQ(missing_digits("89001234512", shown), std::nullopt);
  EXPECT_EQ(missing_digits("712", shown), std::nullopt);
  EXPECT_EQ(missing_digits("7900@12", shown), std::nullopt);
  EXPECT_EQ(missing_digits("", shown), std::nullopt);
}

}  // namespace
}  // namespace vkxx::auth
