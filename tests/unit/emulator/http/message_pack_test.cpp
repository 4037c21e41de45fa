// MessagePack by the examples of its specification.
#include "emulator/encoding/message_pack.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

std::string packed(const std::string& json) {
  std::string hex;
  for (const char unit : to_message_pack(boost::json::parse(json))) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(unit);
    hex += digits[byte >> 4U];
    hex += digits[byte & 0xFU];
  }
  return hex;
}

TEST(MessagePack, WritesNumbersInTheirShortestForm) {
  EXPECT_EQ(packed("[0,127,128,255,256,65535,65536,4294967295,4294967296]"),
            "99007fcc80ccffcd0100cdffffce00010000ceffffffffcf0000000100000000");
  EXPECT_EQ(packed("[-1,-32,-33,-128,-129,-32768,-32769,-2147483649]"),
            "98ffe0d0dfd080d1ff7fd18000d2ffff7fffd3ffffffff7fffffff");
  EXPECT_EQ(packed("18446744073709551615"), "cfffffffffffffffff");
  EXPECT_EQ(packed("1.5"), "cb3ff8000000000000");
}

TEST(MessagePack, WritesTextsAndContainers) {
  EXPECT_EQ(packed(R"([null,true,false,"","a"])"), "95c0c3c2a0a161");
  EXPECT_EQ(packed(R"({"compact":true,"schema":0})"), "82a7636f6d70616374c3a6736368656d6100");
  EXPECT_EQ(packed(R"({"7":1,"-40":1,"07":1})"), "830701d0d801a2303701");
  EXPECT_EQ(packed('"' + std::string(31, 'x') + '"').substr(0, 4), "bf78");
  EXPECT_EQ(packed('"' + std::string(32, 'x') + '"').substr(0, 6), "d92078");
  EXPECT_EQ(packed('"' + std::string(256, 'x') + '"').substr(0, 8), "da010078");
  EXPECT_EQ(packed('"' + std::string(65536, 'x') + '"').substr(0, 12), "db0001000078");
  std::string sixteen = "[0";
  for (int i = 1; i < 16; ++i) sixteen += ",0";
  EXPECT_EQ(packed(sixteen + "]").substr(0, 8), "dc001000");
}

}  // namespace
}  // namespace vkxx::emulation
