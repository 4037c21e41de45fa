#include "output/report.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace vkxx::cli {
namespace {

error api_error(int code, std::string message = "Something") {
  api_error_details details;
  details.code = api_errc{code};
  details.message = std::move(message);
  return error{std::move(details)};
}

error other_error(errc code) {
  return error{code, request_effect::unknown, "It broke"};
}

TEST(StatusOf, TellsTheKindsOfApiErrorsApart) {
  for (const int code : {1, 3, 6, 7, 14, 15, 17, 24, 100, 99999}) {
    EXPECT_EQ(status_of(api_error(code)), exit_status::api_error) << code;
  }
  for (const int code : {5, 27, 28, 1114, 1116, 1117}) {
    EXPECT_EQ(status_of(api_error(code)), exit_status::authorization) << code;
  }
}

TEST(StatusOf, TellsTheOtherFailuresApart) {
  const std::pair<errc, exit_status> expected[] = {
      {errc::invalid_argument, exit_status::usage},
      {errc::cancelled, exit_status::interrupted},
      {errc::timeout, exit_status::network},
      {errc::deadline_exceeded, exit_status::network},
      {errc::host_not_found, exit_status::network},
      {errc::connection_refused, exit_status::network},
      {errc::connection_failed, exit_status::network},
      {errc::connection_lost, exit_status::network},
      {errc::tls_failure, exit_status::network},
      {errc::certificate_rejected, exit_status::network},
      {errc::proxy_failure, exit_status::network},
      {errc::http_status, exit_status::network},
      {errc::truncated_answer, exit_status::bad_answer},
      {errc::answer_too_large, exit_status::bad_answer},
      {errc::not_json, exit_status::bad_answer},
      {errc::malformed_answer, exit_status::bad_answer},
      {errc::unexpected_type, exit_status::bad_answer},
      {errc::challenge_refused, exit_status::authorization},
      {errc::authorization_failed, exit_status::authorization},
      {errc::handler_failed, exit_status::failed},
      {errc::body_failed, exit_status::failed},
      {errc::state_failed, exit_status::failed},
      {errc::state_conflict, exit_status::failed},
      {errc::queue_full, exit_status::api_error},
      {errc::method_blocked, exit_status::api_error},
      {errc::endpoint_unavailable, exit_status::network},
      {errc::upload_refused, exit_status::api_error},
  };
  for (const auto& [code, status] : expected) {
    EXPECT_EQ(status_of(other_error(code)), status) << to_string(code);
  }
}

TEST(ErrorJson, IsOneLineWithWhatAProgramNeeds) {
  EXPECT_EQ(
      error_json(api_error(3, "Unknown method\npassed"), token_presence::given),
      R"({"error":{"kind":"api","code":3,"name":"unknown_method","message":"Unknown method passed",)"
      R"("outcome":"rejected","advice":"Check the spelling, letter case included, and the )"
      R"(version `v`.","exit_status":3}})");
  const auto refused = error_json(other_error(errc::connection_refused), token_presence::given);
  EXPECT_TRUE(refused.starts_with(R"({"error":{"kind":"connection_refused",)")) << refused;
  EXPECT_TRUE(refused.ends_with(R"("exit_status":5}})")) << refused;
  EXPECT_EQ(error_json("usage", "a \"b\"", exit_status::usage),
            R"({"error":{"kind":"usage","message":"a \"b\"","exit_status":2}})");
}

TEST(DescriptionOf, HasTheCodeTheTextAndTheAdvice) {
  EXPECT_EQ(description_of(api_error(3, "Unknown method passed"), token_presence::given),
            "3. Unknown method passed. Check the spelling, letter case included, and the version "
            "`v`. (vkxx explain 3)");
}

TEST(DescriptionOf, AsksForATokenWhereThereWasNone) {
  const auto dead = api_error(5, "User authorization failed: no access_token passed.");
  EXPECT_NE(description_of(dead, token_presence::missing).find("VK_ACCESS_TOKEN"),
            std::string::npos);
  EXPECT_EQ(description_of(dead, token_presence::given).find("VK_ACCESS_TOKEN"), std::string::npos);
}

TEST(DescriptionOf, IsOneLineThatNoTerminalObeys) {
  const auto text = description_of(api_error(15, "a\n\x1b[2Jb"), token_presence::given);
  EXPECT_EQ(text.find_first_of("\n\x1b"), std::string::npos) << text;
}

TEST(DescriptionOf, ShowsNoTokenThatAServerRepeats) {
  const std::string token = "vk1.a.0123456789abcdefghijklmnopqrstuvwxyz0123456789";
  api_error_details details;
  details.code = api_errc{5};
  details.message = "bad token " + token;
  details.text = "Плохой ключ " + token;
  const auto text = description_of(error{std::move(details)}, token_presence::given);
  EXPECT_EQ(text.find(token), std::string::npos) << text;
}

TEST(DescriptionOf, NamesTheOptionThatHelps) {
  EXPECT_NE(description_of(other_error(errc::timeout), token_presence::given).find("--timeout"),
            std::string::npos);
  EXPECT_NE(description_of(other_error(errc::certificate_rejected), token_presence::given)
                .find("--ca-file"),
            std::string::npos);
}

}  // namespace
}  // namespace vkxx::cli
