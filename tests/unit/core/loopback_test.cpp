#include "core/text/loopback.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vkxx::detail {
namespace {

TEST(Loopback, KnowsTheNamesAndAddressesOfThisMachine) {
  for (const auto* const host :
       {"localhost", "LocalHost", "localhost.", "a.localhost", "a.b.localhost.", "127.0.0.1",
        "127.0.0.0", "127.255.255.255", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::0001",
        "::ffff:127.0.0.1", "[::ffff:7f01:203]"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
}

TEST(Loopback, KnowsOthersFromIt) {
  for (const auto* const host : {"",
                                 ".",
                                 "vk.ru",
                                 "localhost.example.org",
                                 "notlocalhost",
                                 ".localhost",
                                 "localhost..",
                                 "127.example.org",
                                 "127.0.0.1.example.org",
                                 "127.0.0.1.",
                                 "127.1",
                                 "127",
                                 "127.0.0.256",
                                 "127.0.0.01x",
                                 "128.0.0.1",
                                 "126.255.255.255",
                                 "0.0.0.0",
                                 "::",
                                 "::2",
                                 "[::1",
                                 "::1]",
                                 "[127.0.0.1]",
                                 "[localhost]",
                                 "::1%lo",
                                 "::ffff:128.0.0.1",
                                 "127.0.0.1:80",
                                 "[::1]:80"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace vkxx::detail
