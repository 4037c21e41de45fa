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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class WebSession : public ::testing::Test {
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
