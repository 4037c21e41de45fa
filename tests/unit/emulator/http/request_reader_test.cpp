#include <gtest/gtest.h>

#include "emulator/api/api_request.hpp"
#include "emulator/encoding/form_reader.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

using fields = std::vector<name_value>;

http_message post(std::string body, std::string type = "application/x-www-form-urlencoded") {
  return {"POST", "/method/users.get", {{"content-type", std::move(type)}}, std::move(body)};
}

TEST(FormReader, DecodesPlusAndEscapes) {
  EXPECT_EQ(form_decoded("a+b%20c%2B%d0%96"), "a b c+Ж");
}

TEST(FormReader, KeepsMalformedEscapes) {
  EXPECT_EQ(form_decoded("100%"), "100%");
  EXPECT_EQ(form_decoded("%zz%4"), "%zz%4");
  EXPECT_EQ(form_decoded("%%41"), "%A");
}

TEST(FormReader, ReadsRawCharactersThatAStrictReaderWouldRefuse) {
  EXPECT_EQ(read_urlencoded("code=return {\"a\":[1]};&x=\xD0\x96"),
            (fields{{"code", "return {\"a\":[1]};"}, {"x", "Ж"}}));
}

TEST(FormReader, ReadsFieldsWithoutValueAndSkipsThoseWithoutName) {
  EXPECT_EQ(read_urlencoded("a&b=&=c&&d=1=2"), (fields{{"a", ""}, {"b", ""}, {"d", "1=2"}}));
}

TEST(FormReader, StopsAtItsFieldLimit) {
  std::string many;
  for (std::size_t i = 0; i < form_field_limit + 500; ++i) many += "a" + std::to_string(i) + "=1&";
  EXPECT_EQ(read_urlencoded(many).size(), form_field_limit);
}

TEST(FormReader, ReadsMultipartPartsWithTheirBytes) {
  const std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\n5.199\r\n"
      "--XX\r\ncontent-disposition: form-data; name=code; filename=\"a\"\r\n"
      "Content-Type: text/plain\r\n\r\nline\r\nline\r\n"
      "--XX\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--XX--\r\n";
  EXPECT_EQ(read_multipart(body, "XX"),
            (fields{{"v", "5.199"}, {"code", "line\r\nline"}, {"empty", ""}}));
}

TEST(FormReader, ReadsNothingFromATruncatedMultipartBody) {
  EXPECT_TRUE(
      read_multipart("--XX\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\n5", "XX").empty());
  EXPECT_TRUE(read_multipart("--XX", "XX").empty());
  EXPECT_TRUE(read_multipart("", "XX").empty());
  EXPECT_TRUE(read_multipart("--\r\n", "").empty());
}

TEST(FormReader, FindsHeaderParameters) {
  EXPECT_EQ(header_parameter("multipart/form-data; charset=x; boundary=\"a;b\\\"c\"", "boundary"),
            "a;b\"c");
  EXPECT_EQ(header_parameter("multipart/form-data;BOUNDARY= abc ", "boundary"), "abc");
  EXPECT_EQ(header_parameter("multipart/form-data", "boundary"), "");
}

TEST(ApiRequest, MergesQueryAndBodyWithPrecedenceForTheBody) {
  auto message = post("b=2&c=3");
  message.target += "?a=1&b=1";
  const auto request = read_api_request(message);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "users.get");
  EXPECT_EQ(request->arguments.all(), (fields{{"a", "1"}, {"b", "2"}, {"c", "3"}}));
}

TEST(ApiRequest, TakesTheTokenOutOfTheParameters) {
  const auto request = read_api_request(post("access_token=abc&v=5.199"));
  EXPECT_EQ(request->token.expose(), "abc");
  EXPECT_FALSE(request->bearer);
  EXPECT_EQ(request->arguments.all(), (fields{{"v", "5.199"}}));
}

TEST(ApiRequest, TakesTheTokenFromTheHeaderInAnyLetterCase) {
  for (const auto* scheme : {"Bearer ", "bearer ", "BEARER  "}) {
    auto message = post("v=5.199");
    message.headers.emplace_back("authorization", scheme + std::string{"abc"});
    const auto request = read_api_request(message);
    EXPECT_EQ(request->token.expose(), "abc") << scheme;
    EXPECT_TRUE(request->bearer);
  }
  auto basic = post("v=5.199");
  basic.headers.emplace_back("Authorization", "Basic abc");
  EXPECT_TRUE(read_api_request(basic)->token.empty());
}

TEST(ApiRequest, ReadsNoParametersFromJson) {
  EXPECT_TRUE(
      read_api_request(post(R"({"v":"5.199"})", "application/json"))->arguments.all().empty());
}

TEST(ApiRequest, ReadsFormsUnderTheNameThatTheDocumentationMisprints) {
  const auto request =
      read_api_request(post("v=1", "application/x-www-form-encoded; charset=utf-8"));
  EXPECT_EQ(request->arguments.find("v"), "1");
}

// As VK's own PHP SDK sends them.
TEST(ApiRequest, ReadsFormsThatDoNotSayWhatTheyAre) {
  auto message = post("v=5.199&user_ids=1");
  std::erase_if(message.headers, [](const auto& header) { return header.first == "Content-Type"; });
  EXPECT_EQ(read_api_request(message)->arguments.find("user_ids"), "1");
}

TEST(ApiRequest, JoinsAListGivenAsRepeatedNames) {
  EXPECT_EQ(read_api_request(post("user_ids[]=1&user_ids%5B%5D=2"))->arguments.all(),
            (fields{{"user_ids", "1,2"}}));
}

// As PHP's http_build_query and JavaScript's qs write it.
TEST(ApiRequest, JoinsAListGivenWithIndices) {
  EXPECT_EQ(read_api_request(post("user_ids%5B0%5D=5&user_ids[1]=2&v=1"))->arguments.all(),
            (fields{{"user_ids", "5,2"}, {"v", "1"}}));
  EXPECT_EQ(read_api_request(post("a[b]=5&[0]=2&c]=3"))->arguments.all(),
            (fields{{"a[b]", "5"}, {"[0]", "2"}, {"c]", "3"}}));
}

// A thousand ids are the most that users.get takes.
TEST(ApiRequest, ReadsWhatFollowsALongList) {
  std::string form;
  for (int i = 0; i < 1000; ++i) form += "user_ids[]=1&";
  EXPECT_EQ(read_api_request(post(form + "v=5.199"))->arguments.find("v"), "5.199");
}

TEST(ApiRequest, UsesTheLastOfEqualNames) {
  EXPECT_EQ(read_api_request(post("a=1&a=2"))->arguments.all(), (fields{{"a", "2"}}));
}

TEST(ApiRequest, IgnoresPathsOutsideOfMethod) {
  EXPECT_FALSE(read_api_request({"GET", "/methods/users.get", {}, {}}));
}

}  // namespace
}  // namespace vkxx::emulation
