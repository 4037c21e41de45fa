/// @file
/// A browser without sockets for the emulator's plain pages: cookies, redirects, forms.
#pragma once

#include <map>
#include <regex>
#include <string>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {

class page_visitor : public service_fixture {
 protected:
  using values = std::map<std::string, std::string>;
  using service_fixture::service_fixture;

  static std::string encoded(const std::string& text) {
    std::string result;
    for (const char letter : text) {
      const auto c = static_cast<unsigned char>(letter);
      char escape[4];
      std::snprintf(escape, sizeof escape, "%%%02X", c);
      result += std::isalnum(c) != 0 ? std::string(1, letter) : escape;
    }
    return result;
  }

  /// Opens an address of the emulator and follows redirects, but not to the blank page.
  void visit(std::string address, std::string method = "GET", std::string body = {}) {
    const std::string home = "http://emulator";
    for (int step = 0; step < 10; ++step) {
      if (address.starts_with('/')) address.insert(0, home);
      url = address;
      ASSERT_EQ(address.substr(0, home.size()), home);
      if (address.find("/blank.html") != std::string::npos) return;
      std::string jar;
      for (const auto& [name, value] : cookies)
        jar += (jar.empty() ? "" : "; ") + name + "=" + value;
      const auto target = address.substr(home.size(), address.find('#') - home.size());
      const auto reply = send(method, target, body, {{"Cookie", jar}});
      keep_cookies(reply);
      status = reply.status;
      html = reply.body;
      if (status != 302) return;
      for (const auto& [name, value] : reply.headers)
        if (name == "Location") address = value;
      method = "GET";
      body.clear();
    }
    FAIL() << "too many redirects";
  }

  /// The first group of the first match on the page; empty when there is none.
  [[nodiscard]] std::string find(const std::string& pattern) const {
    std::smatch found;
    return std::regex_search(html, found, std::regex{pattern}) ? found[1].str() : std::string{};
  }

  /// Sends the page's form: its hidden fields, and what the person types.
  void submit(const values& typed) {
    auto fields = typed;
    const std::regex hidden{R"x(<input type="hidden" name="([^"]*)" value="([^"]*)">)x"};
    for (std::sregex_iterator at{html.begin(), html.end(), hidden}, end; at != end; ++at)
      fields.emplace((*at)[1], (*at)[2]);
    std::string body;
    for (const auto& [name, value] : fields) body += name + "=" + encoded(value) + "&";
    auto action = find(R"x(<form method="post" action="([^"]*)")x");
    ASSERT_FALSE(action.empty()) << url << html;
    visit(action, "POST", body);
  }

  void follow(const std::string& id) {
    const auto target = find("<a id=\"" + id + "\" href=\"([^\"]*)\"");
    ASSERT_FALSE(target.empty()) << html;
    visit(target);
  }

  void log_in(const std::string& name, const std::string& word = "emulator-password") {
    submit({{"email", name + "@emulator.test"}, {"pass", word}});
  }

  [[nodiscard]] std::string captcha_key() const {
    return vk.captcha_answer(find(R"x(name="captcha_sid" value="(\d+)")x"));
  }

  /// A parameter of the address's fragment.
  [[nodiscard]] std::string in_fragment(const std::string& name) const {
    std::smatch found;
    const std::regex pattern{"[#&]" + name + "=([^&]*)"};
    return std::regex_search(url, found, pattern) ? found[1].str() : std::string{};
  }

  std::string url;
  unsigned status = 0;
  std::string html;
  std::map<std::string, std::string> cookies;

 private:
  void keep_cookies(const detail::answer& reply) {
    for (const auto& [name, value] : reply.headers) {
      const auto equals = value.find('=');
      if (name == "Set-Cookie")
        cookies[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
  }
};

}  // namespace vkxx::emulation
