// Percent-encoding, hexadecimal, base64url, HTML, numbers, digests.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "core/crypto/digest.hpp"
#include "core/encoding/base64url.hpp"
#include "core/encoding/hex.hpp"
#include "core/text/html.hpp"
#include "core/text/number.hpp"
#include "core/encoding/percent.hpp"

namespace vkxx::detail {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i != 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

TEST(PercentEncoding, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encoded("AZaz09-_.~"), "AZaz09-_.~");
  EXPECT_EQ(percent_encoded("a b+c&d=%/?#\xD0\xB6"), "a%20b%2Bc%26d%3D%25%2F%3F%23%D0%B6");
  EXPECT_EQ(percent_encoded(std::string("\0\x7F\n", 3)), "%00%7F%0A");
  EXPECT_EQ(percent_encoded(""), "");
  std::string form = "x=";
  append_percent_encoded(form, "a b+c", space_as::plus);
  EXPECT_EQ(form, "x=a+b%2Bc");
}

TEST(PercentEncoding, IsDecodedStrictly) {
  EXPECT_EQ(percent_decoded("a%20b+c%2b%2B", space_as::percent), "a b+c++");
  EXPECT_EQ(percent_decoded("a%20b+c%2b%2B", space_as::plus), "a b c++");
  EXPECT_EQ(percent_decoded("a=&b", space_as::plus), "a=&b");
  EXPECT_EQ(percent_decoded("%00", space_as::plus), std::string(1, '\0'));
  EXPECT_EQ(percent_decoded("", space_as::plus), "");
  for (const auto* const broken :
       {"%", "%4", "%%", "%4g", "%g4", "a%", "a%4", "%+1", "% 1", "%-1", "%0x", "%41%"}) {
    EXPECT_EQ(percent_decoded(broken, space_as::plus), std::nullopt) << broken;
  }
  for (const auto space : {space_as::plus, space_as::percent}) {
    std::string encoded;
    append_percent_encoded(encoded, all_bytes(), space);
    EXPECT_EQ(percent_decoded(encoded, space), all_bytes());
  }
}

TEST(PercentEncoding, FindsEscapes) {
  EXPECT_TRUE(is_percent_escape("%41", 0));
  EXPECT_TRUE(is_percent_escape("x%aF", 1));
  EXPECT_FALSE(is_percent_escape("x%aF", 0));
  EXPECT_FALSE(is_percent_escape("%4", 0));
  EXPECT_FALSE(is_percent_escape("%", 0));
  EXPECT_FALSE(is_percent_escape("%4g", 0));
  EXPECT_FALSE(is_percent_escape("", 0));
  EXPECT_FALSE(is_percent_escape("%41", 99));
}

TEST(Hexadecimal, IsWrittenAndReadBack) {
  EXPECT_EQ(to_hex(std::string("\0\x0F\xF0\xFF", 4)), "000ff0ff");
  EXPECT_EQ(from_hex("000fF0Ff"), std::string("\0\x0F\xF0\xFF", 4));
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(from_hex(""), "");
  EXPECT_EQ(from_hex(to_hex(all_bytes())), all_bytes());
  for (const auto* const broken : {"0", "000", "0g", "g0", "0x", "-1", "+1", " 1", "1 "}) {
    EXPECT_EQ(from_hex(broken), std::nullopt) << broken;
  }
  for (int c = 0; c != 256; ++c) {
    const auto letter = static_cast<char>(c);
    const bool digit = std::string{"0123456789abcdefABCDEF"}.find(letter) != std::string::npos;
    EXPECT_EQ(is_hex_digit(letter), digit) << c;
  }
}

TEST(Base64url, IsWrittenAndReadBack) {
  // RFC 4648, 10.
  const std::string word = "foobar";
  const char* const encoded[] = {"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
  for (std::size_t size = 0; size <= word.size(); ++size) {
    EXPECT_EQ(base64url(word.substr(0, size)), encoded[size]);
    EXPECT_EQ(from_base64url(encoded[size]), word.substr(0, size));
  }
  EXPECT_EQ(base64url("\xFB\xFF\xBF"), "-_-_");
  for (std::size_t size = 0; size != 256; ++size) {
    EXPECT_EQ(from_base64url(base64url(all_bytes().substr(0, size))), all_bytes().substr(0, size));
  }
}

TEST(Base64url, IsReadStrictly) {
  for (const auto* const broken :
       {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm9vY", "Zm9v\n", " Zm9v", "+/+/", "Zm9v=", "Zm\0v"}) {
    EXPECT_EQ(from_base64url(broken), std::nullopt) << broken;
  }
}

TEST(Html, IsEscapedForTextsAndAttributes) {
  EXPECT_EQ(html_escaped("a<b>&\"'c"), "a&lt;b&gt;&amp;&quot;&#39;c");
  EXPECT_EQ(html_escaped("&amp;"), "&amp;amp;");
  EXPECT_EQ(html_escaped(""), "");
  EXPECT_EQ(html_document("<T>", "<p>x</p>"),
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<title>&lt;T&gt;</title></head>\n<body>\n<h1>&lt;T&gt;</h1>\n<p>x</p>"
            "</body></html>\n");
}

TEST(Numbers, AreTheWholeText) {
  EXPECT_EQ(parse_number<std::int64_t>("-9223372036854775808"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_number<int>("007"), 7);
  EXPECT_EQ(parse_number<int>("-0"), 0);
  EXPECT_EQ(parse_number<unsigned>("fF", 16), 255U);
  EXPECT_EQ(parse_number<double>("-1.5e3"), -1500.0);
  for (const auto* const text : {"", " 1", "1 ", "+1", "1.", "1.0", "0x1", "--1", "-", "1e3",
                                 "2147483648", "-2147483649", "\xD9\xA1"}) {
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_number<unsigned>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<unsigned char>("256"), std::nullopt);
  EXPECT_EQ(parse_number<std::int64_t>("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parse_number<double>("1x"), std::nullopt);
  EXPECT_EQ(parse_number<double>("1e999"), std::nullopt);
}

TEST(Digests, AreTheKnownOnes) {
  EXPECT_EQ(to_hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2.
  EXPECT_EQ(to_hex(hmac_sha256(secret{"Jefe"}, "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digests, RandomBytesAreAsManyAsAskedAndDiffer) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(33).size(), 33U);
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

TEST(Digests, TextsAreComparedAsTheyAre) {
  EXPECT_TRUE(same_in_constant_time("", ""));
  EXPECT_TRUE(same_in_constant_time("ab", "ab"));
  EXPECT_FALSE(same_in_constant_time("ab", "ac"));
  EXPECT_FALSE(same_in_constant_time("ab", "abc"));
}

}  // namespace
}  // namespace vkxx::detail
