#include "output/redacted_json.hpp"

#include <gtest/gtest.h>

namespace vkxx::cli {
namespace {

TEST(RedactedJson, LeavesWhatIsNoSecretAsItIsWritten) {
  const std::string json =
      R"({"error_code":100,"n":1e400,"error_msg":"a \u0436 \"b\"","request_params":)"
      R"([{"key":"method","value":"users.get"}, {"value":"5.199","key":"v"}]})";
  EXPECT_EQ(redacted_json(json), json);
}

TEST(RedactedJson, StrikesOutSecretsWhereverTheyStand) {
  const std::string token = "vk1.a.0123456789abcdefghijklmnopqrstuvwxyz0123456789";
  for (const auto& json : {
           R"({"error_msg":"bad token )" + token + R"("})",
           R"({"ban_info":{"access_token":")" + token + R"("}})",
           R"({"request_params":[{"key":"x","value":")" + token + R"("}]})",
       }) {
    EXPECT_EQ(redacted_json(json).find(token), std::string::npos) << json;
  }
  EXPECT_EQ(redacted_json(R"([{"key":"captcha_key","value":"pass1"}])").find("pass1"),
            std::string::npos);
  EXPECT_EQ(redacted_json(R"({"access_token" : "short1"})").find("short1"), std::string::npos);
}

TEST(RedactedJson, SurvivesWhatIsNoJson) {
  for (const auto* text : {"", "\"", "\"a", "{\"a\":\"", "\"\\"}) {
    EXPECT_NO_THROW(static_cast<void>(redacted_json(text))) << text;
  }
}

}  // namespace
}  // namespace vkxx::cli
