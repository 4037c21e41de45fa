// Pages of HTML, as they come: any order, any quoting, any nesting.
#include "auth/html/html_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string here = "https://m.vk.ru/login?act=authcheck";

html_page read(const std::string& html, const std::string& url = here) {
  auto page = read_html_page(html, url);
  EXPECT_TRUE(page) << page.error();
  return page ? std::move(*page) : html_page{};
}

TEST(HtmlPage, TakesAttributesInAnyOrderQuotingAndCase) {
  for (
      const auto* html :
      {R"(<form method="post" action="https://a.ru/x?b=1"><input type="hidden" name="n" value="v"></form>)",
       R"(<form action='https://a.ru/x?b=1'><input value='v' name='n' type='hidden'/></form>)",
       R"(<FORM ACTION=https://a.ru/x?b=1 class=q><INPUT NAME=n VALUE=v TYPE=hidden></FORM>)",
       "<form\n data-x='>'\n action\n=\n\"https://a.ru/x?b=1\"><p><input "
       "name=n\tvalue=v></form>"}) {
    const auto page = read(html);
    ASSERT_EQ(page.forms.size(), 1U) << html;
    EXPECT_EQ(page.forms.front().action, "https://a.ru/x?b=1") << html;
    EXPECT_THAT(page.forms.front().fields, ElementsAre(form_field{"n", "v"})) << html;
  }
}

TEST(HtmlPage, DecodesEntities) {
  const auto page = read(
      R"(<form action="/a?b=1&amp;c=2&#38;d=&quot;"><input name="n" value="&lt;&#x41;&amp;amp;"></form>)");
  EXPECT_EQ(page.forms.front().action, "https://m.vk.ru/a?b=1&c=2&d=%22");
  EXPECT_THAT(page.forms.front().fields, ElementsAre(form_field{"n", "<A&amp;"}));
}

TEST(HtmlPage, ResolvesAddressesAgainstThePage) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"/login?act=x", "https://m.vk.ru/login?act=x"},
      {"?act=x", "https://m.vk.ru/login?act=x"},
      {"sub/y", "https://m.vk.ru/sub/y"},
      {"../../y", "https://m.vk.ru/y"},
      {"//login.vk.ru/?a", "https://login.vk.ru/?a"},
      {"https://login.vk.ru", "https://login.vk.ru/"},
      {"  /a b?c=\xD0\xB9  ", "https://m.vk.ru/a%20b?c=%D0%B9"},
      {"/100%", "https://m.vk.ru/100%25"},
      {"javascript:alert(1)", ""},
      {"https://user:password@a.ru/", ""},
      {"", ""},
  };
  for (const auto& [action, expected] : rows) {
    EXPECT_EQ(read("<form action=\"" + action + "\">").forms.front().action, expected) << action;
  }
  EXPECT_EQ(read("<form method=post><input name=pass></form>").forms.front().action, "");
  EXPECT_EQ(read("<base href='https://login.vk.ru/x/'><form action='y'>").forms.front().action,
            "https://login.vk.ru/x/y");
}

TEST(HtmlPage, KeepsTheFormsOfAPageApart) {
  const auto page = read(R"(
    <form action="/search"><input name="q" value="cats"></form>
    <input name="stray" value="1">
    <table><form action="/login"><tr><td><input name="email" value="">
      <tr><td><input type=password name=pass></form></table>
    <form action="/language"><input name="lang" value="3"></form>)");
  ASSERT_EQ(page.forms.size(), 3U);
  EXPECT_THAT(page.forms[0].fields, ElementsAre(form_field{"q", "cats"}));
  EXPECT_EQ(page.form_with("pass"), &page.forms[1]);
  EXPECT_TRUE(page.forms[1].has("email"));
  EXPECT_THAT(page.forms[2].fields, ElementsAre(form_field{"lang", "3"}));
  EXPECT_EQ(page.form_with("nothing"), nullptr);
}

TEST(HtmlPage, SendsWhatABrowserWouldSend) {
  const auto page = read(R"(<form action="/x">
    <input type=hidden name=empty value=""><input name=none>
    <input type=checkbox name=no value=1><input type=checkbox name=yes checked>
    <input type=radio name=way value=a><input type=radio name=way value=b checked>
    <input type=submit name=go value=Go><input type=IMAGE name=pic><input value=nameless>
    <input name=off value=1 disabled></form>)");
  EXPECT_THAT(page.forms.front().fields,
              ElementsAre(form_field{"empty", ""}, form_field{"none", ""}, form_field{"yes", "on"},
                          form_field{"way", "b"}));
}

TEST(HtmlPage, FindsThePictureOfACaptcha) {
  EXPECT_EQ(read("<img src=/logo.png><img alt=x src='/captcha.php?sid=1&amp;s=1'>").captcha_img,
            "https://m.vk.ru/captcha.php?sid=1&s=1");
  EXPECT_EQ(read("<img src='/pic?1' class='a captcha_img b'>").captcha_img,
            "https://m.vk.ru/pic?1");
  EXPECT_EQ(read("<img id=captcha src=//api.vk.ru/c>").captcha_img, "https://api.vk.ru/c");
  EXPECT_EQ(read("<img src=/logo.png>").captcha_img, "");
}

TEST(HtmlPage, FindsTextsLinksAndWhatScriptsDo) {
  const auto page = read(R"(<div class="x service_msg_warning">Wrong
      <b>password</b> </div><span class=field_prefix>+7</span> <span class=field_prefix> 12</span>
    <div id=activation_wrap><p><a href="/go?a=1&amp;b=2">on</a></div><a href=/elsewhere>no</a>
    <script>var a = 1; location.href = "https:\/\/login.vk.ru\/?act=grant_access\u0026x=1"; location.hrefs="/n"; window.location.href='/b'</script>)");
  EXPECT_EQ(page.error_text, "Wrong password");
  EXPECT_THAT(page.field_prefixes, ElementsAre("+7", "12"));
  EXPECT_EQ(page.activation_link, "https://m.vk.ru/go?a=1&b=2");
  EXPECT_THAT(page.links, ElementsAre("https://m.vk.ru/go?a=1&b=2", "https://m.vk.ru/elsewhere"));
  EXPECT_THAT(page.script_locations,
              ElementsAre("https://login.vk.ru/?act=grant_access&x=1", "https://m.vk.ru/b"));
}

TEST(HtmlPage, ReadsEscapesOfScriptsThatAreAscii) {
  const auto page = read(R"(<script>location.href = "/\x61\u0062?c=\u0441\u00e9\x4\u"</script>)");
  // The letters of other codes stay as they stand: U+0441 is no `A`.
  EXPECT_THAT(page.script_locations, ElementsAre("https://m.vk.ru/ab?c=u0441u00e9x4u"));
}

TEST(HtmlPage, FormsInCommentsScriptsAndTextsAreNone) {
  EXPECT_THAT(read("<!-- <form action=/a> --><script>'<form action=/b>'</script>"
                   "<textarea><form action=/c></textarea><title><form action=/d></title>")
                  .forms,
              IsEmpty());
}

TEST(HtmlPage, OfAnyBytesIsRead) {
  EXPECT_THAT(read("").forms, IsEmpty());
  EXPECT_THAT(read(std::string{"\0<form\0action=/a>\xFF\xFE", 20}).links, IsEmpty());
  EXPECT_THAT(read("{\"error\":\"no page\"}").forms, IsEmpty());
}

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i != times; ++i) result += text;
  return result;
}

TEST(HtmlPage, NestedAsDeepAsMayBeIsRead) {
  const auto page = read(repeated("<div>", 19'000) + "<form action=/x>");
  EXPECT_EQ(page.forms.size(), 1U);
}

TEST(HtmlPage, MadeToBeCostlyIsRefused) {
  const auto refused = [](const std::string& html) {
    const auto page = read_html_page(html, here + "&secret=1");
    EXPECT_FALSE(page);
    if (page) return std::string{};
    EXPECT_THAT(page.error().message(), ::testing::Not(HasSubstr("secret")));
    return std::string{to_string(*page.error().code())};
  };
  EXPECT_EQ(refused(std::string(largest_page + 1, 'x')), "answer too large");
  EXPECT_EQ(refused(repeated("<p>", 30'000)), "malformed answer");
  std::string many = "<a ";
  for (int i = 0; i != 100'000; ++i) many += "a" + std::to_string(i) + "=1 ";
  EXPECT_EQ(refused(many + ">"), "malformed answer");
  // Each paragraph opens all the marks before it again.
  std::string growing;
  for (int i = 0; i != 6'000; ++i) growing += "<b class=c" + std::to_string(i) + "><p>";
  EXPECT_EQ(refused(growing), "malformed answer");
}

}  // namespace
}  // namespace vkxx::auth
