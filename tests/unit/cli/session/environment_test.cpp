#include "session/environment.hpp"

#include <gtest/gtest.h>

#include <map>

namespace vkxx::cli {
namespace {

using variables = std::map<std::string, std::string>;

std::string chosen(const std::string& url, const variables& set) {
  const auto found = proxy_for(url, [&](const std::string& name) -> std::optional<std::string> {
    const auto at = set.find(name);
    return at == set.end() ? std::nullopt : std::optional{at->second};
  });
  return found ? found->variable + "=" + found->url : "none";
}

TEST(ProxyFor, HttpsAddressesHaveTheirOwnAndTheCommonOne) {
  EXPECT_EQ(chosen("https://api.vk.ru", {}), "none");
  EXPECT_EQ(chosen("https://api.vk.ru", {{"HTTPS_PROXY", "http://p:1"}}), "HTTPS_PROXY=http://p:1");
  EXPECT_EQ(chosen("https://api.vk.ru", {{"ALL_PROXY", "socks5h://p"}}), "ALL_PROXY=socks5h://p");
  EXPECT_EQ(chosen("https://api.vk.ru", {{"ALL_PROXY", "a://a"}, {"https_proxy", "b://b"}}),
            "https_proxy=b://b");
  EXPECT_EQ(chosen("https://api.vk.ru", {{"HTTPS_PROXY", "a://a"}, {"https_proxy", "b://b"}}),
            "https_proxy=b://b");
  EXPECT_EQ(chosen("https://api.vk.ru", {{"http_proxy", "a://a"}}), "none");
}

TEST(ProxyFor, HttpAddressesTakeTheSmallLettersOnly) {
  EXPECT_EQ(chosen("http://vk.test", {{"HTTP_PROXY", "http://attacker"}}), "none");
  EXPECT_EQ(chosen("http://vk.test", {{"http_proxy", "http://p"}}), "http_proxy=http://p");
  EXPECT_EQ(chosen("http://vk.test", {{"ALL_PROXY", "http://p"}}), "ALL_PROXY=http://p");
}

TEST(ProxyFor, AnEmptyVariableMeansNone) {
  EXPECT_EQ(chosen("https://api.vk.ru", {{"https_proxy", ""}, {"ALL_PROXY", "http://p"}}), "none");
}

TEST(ProxyFor, AProxyWithoutASchemeSpeaksHttp) {
  EXPECT_EQ(chosen("https://api.vk.ru", {{"HTTPS_PROXY", "p:3128"}}), "HTTPS_PROXY=http://p:3128");
}

TEST(ProxyFor, ThisMachineIsReachedWithout) {
  for (const auto* url : {"http://127.0.0.1:8080", "http://localhost", "https://[::1]:1/",
                          "http://LOCALHOST", "http://127.8.9.1"}) {
    EXPECT_EQ(chosen(url, {{"ALL_PROXY", "http://p"}, {"https_proxy", "http://p"}}), "none") << url;
  }
}

TEST(ProxyFor, ExceptionsAreRespected) {
  struct sample {
    const char* url;
    const char* exceptions;
    bool direct;
  };
  const sample samples[] = {
      {"https://api.vk.ru", "*", true},
      {"https://api.vk.ru", "api.vk.ru", true},
      {"https://api.vk.ru", "vk.ru", true},
      {"https://api.vk.ru", ".vk.ru", true},
      {"https://api.vk.ru", "*.vk.ru", true},
      {"https://API.VK.RU.", "Vk.Ru", true},
      {"https://api.vk.ru", "other, vk.ru", true},
      {"https://api.vk.ru", "other vk.ru", true},
      {"https://api.vk.ru", "vk.ru:443", true},
      {"https://api.vk.ru:8443", "vk.ru:443", false},
      {"https://evilvk.ru", "vk.ru", false},
      {"https://api.vk.ru", "oauth.vk.ru", false},
      {"https://api.vk.ru", "", false},
      {"https://api.vk.ru", ",, .", false},
      {"http://10.1.2.3:8080", "10.0.0.0/8", true},
      {"http://11.1.2.3", "10.0.0.0/8", false},
      {"http://10.1.2.3", "10.1.2.3", true},
      {"http://10.1.2.3", "2.3", false},
      {"http://[fd00::1]", "fd00::/8", true},
      {"http://[fd00::1]", "[fd00::1]", true},
      {"http://[fd00::1]", "fd00::2", false},
      {"http://10.1.2.3", "10.0.0.0/99", false},
  };
  for (const auto& [url, exceptions, direct] : samples) {
    for (const auto* name : {"NO_PROXY", "no_proxy"}) {
      EXPECT_EQ(chosen(url, {{"ALL_PROXY", "http://p"}, {name, exceptions}}),
                direct ? "none" : "ALL_PROXY=http://p")
          << url << " with " << exceptions;
    }
  }
}

}  // namespace
}  // namespace vkxx::cli
