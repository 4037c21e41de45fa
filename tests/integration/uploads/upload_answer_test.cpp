// The answers of upload servers, and what the save methods return, as texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "uploads/machine/base64.hpp"
#include "uploads/machine/upload_answer.hpp"
#include "uploads/machine/uploaded_builder.hpp"

namespace vkxx::detail {
namespace {

using ::testing::HasSubstr;
using values = std::vector<std::pair<std::string, std::string>>;

upload_answer read(upload_kind kind, std::string_view body, int status = 200) {
  return read_upload_answer(facts_of(kind), status, body);
}

TEST(UploadAnswer, GivesTheSaveMethodItsValuesUnchanged) {
  const auto answer =
      read(upload_kind::wall_photo,
           R"({"server":858212,"photo":"[{\"kid\":\"\u0439\\/\"}]","hash":"a\/b"})");
  EXPECT_EQ(answer.verdict, answer_verdict::accepted);
  EXPECT_EQ(
      answer.values,
      (values{{"server", "858212"}, {"photo", "[{\"kid\":\"\xD0\xB9\\/\"}]"}, {"hash", "a/b"}}));
  // A text where others have a number, and a number with more digits than 64 bits have.
  EXPECT_EQ(read(upload_kind::cover_photo, R"({"hash":123456789012345678901234567890,"photo":"x"})")
                .values,
            (values{{"hash", "123456789012345678901234567890"}, {"photo", "x"}}));
  EXPECT_EQ(
      read(upload_kind::wall_photo, R"({"server":"0","photo":"x","hash":"y"})").values.front(),
      (std::pair<std::string, std::string>{"server", "0"}));
}

// Servers repeat the address in their pages and words; whoever has it may upload.
TEST(UploadAnswer, ShowsNothingOfTheAddress) {
  const std::string target = "/up.php?act=do_add&mid=17&rhash=9f8e7d";
  const auto hidden = secrets_of_address("https://pu.vk.ru/c1" + target);
  for (const std::string body :
       {"<title>No https://pu.vk.ru/c1/up.php?act=do_add&amp;mid=17&amp;rhash=9f8e7d</title>",
        "Cannot POST /c1/up.php?act=do_add&mid=17&rhash=9f8e7d",
        R"({"error":"bad query: act=do_add&mid=17&rhash=9f8e7d"})",
        R"({"error":{"type":"gone: \/c1\/up.php?act=do_add&mid=17&rhash=9f8e7d"}})"}) {
    const auto answer = read_upload_answer(facts_of(upload_kind::wall_photo), 404, body, hidden);
    EXPECT_FALSE(answer.reason.empty());
    EXPECT_EQ(answer.reason.find("9f8e7d"), std::string::npos) << answer.reason;
    EXPECT_EQ(answer.reason.find("mid="), std::string::npos) << answer.reason;
  }
  EXPECT_EQ(secrets_of_address("https://pu.vk.ru/").size(), 1U);
  EXPECT_EQ(secrets_of_address("https://pu.vk.ru").size(), 1U);
  EXPECT_EQ(secrets_of_address("https://pu.vk.ru?a=1").size(), 3U);
}

TEST(UploadAnswer, HasTheFormsOfTheKinds) {
  EXPECT_EQ(read(upload_kind::chat_photo, R"({"response":"opaque"})").values,
            (values{{"file", "opaque"}}));
  EXPECT_EQ(
      read(upload_kind::story_photo, R"({"response":{"upload_result":"r","_sig":"s"}})").values,
      (values{{"upload_results", "r"}}));
  EXPECT_EQ(read(upload_kind::story_photo, R"({"upload_result":"r","_sig":"s"})").values,
            (values{{"upload_results", "r"}}));
  const std::string whole = " {\"hash\": \"x\",\n \"list\": [1]} ";
  EXPECT_EQ(read(upload_kind::product_photo, whole).values, (values{{"upload_response", whole}}));
  EXPECT_EQ(read(upload_kind::app_widget_image, R"({"sha":"1","hash":"2"})").values,
            (values{{"image", base64(R"({"sha":"1","hash":"2"})")}}));
  EXPECT_EQ(read(upload_kind::app_widget_image, R"({"image":"i","hash":"h"})").values,
            (values{{"image", "i"}, {"hash", "h"}}));
  EXPECT_EQ(
      read(upload_kind::skill_picture, R"({"server":1,"photo":{"a":[1, 2]},"hash":"h"})").values,
      (values{{"server", "1"}, {"photo", R"({"a":[1, 2]})"}, {"hash", "h"}}));
  EXPECT_EQ(
      read(upload_kind::market_photo, R"({"server":1,"photo":"p","hash":"h","crop_data":"c"})")
          .values,
      (values{{"photo", "p"}, {"server", "1"}, {"hash", "h"}, {"crop_data", "c"}}));
  EXPECT_EQ(read(upload_kind::video, R"({"size":1,"video_id":2})").verdict,
            answer_verdict::accepted);
  EXPECT_EQ(read(upload_kind::video_link, R"({"response":1})").verdict, answer_verdict::accepted);
  EXPECT_EQ(read(upload_kind::ads_photo, R"({"photo":"size:m|x"})").values,
            (values{{"photo", "size:m|x"}}));
  EXPECT_EQ(read(upload_kind::document, "\xEF\xBB\xBF{\"file\":\"1|2\"}").values,
            (values{{"file", "1|2"}}));
  // The name of a file in another encoding.
  EXPECT_EQ(read(upload_kind::document, "{\"file\":\"1|\xCF\xF0.txt\"}").values,
            (values{{"file", "1|\xCF\xF0.txt"}}));
}

TEST(UploadAnswer, NamesEveryFormOfARefusal) {
  const std::vector<std::pair<std::string, std::string>> refusals{
      {R"({"error":"ERR_UPLOAD_BAD_IMAGE_SIZE: too small","error_code":2})",
       "ERR_UPLOAD_BAD_IMAGE_SIZE: too small (code 2)"},
      {R"({"error":"bad","error_descr":"very bad","error_is_logged":true})", "bad; very bad"},
      {R"({"error":{"error_code":3,"type":"ERR_STORY"}})", "ERR_STORY (code 3)"},
      {R"({"errcode":7})", "it gave no reason (code 7)"},
      {R"({"errcode":4,"bwact":"x"})", "it gave no reason (code 4)"},
      {R"({"errcode":-2})", "it gave no reason (code -2)"},
      {R"({"response":{"error":"inside"}})", "inside"},
  };
  for (const auto& [body, words] : refusals) {
    const auto answer = read(upload_kind::wall_photo, body);
    EXPECT_EQ(answer.verdict, answer_verdict::refused) << body;
    EXPECT_EQ(answer.reason, words) << body;
  }
  EXPECT_EQ(read(upload_kind::wall_photo, R"({"error":"","errcode":0,"server":1,"photo":"p",)"
                                          R"("hash":"h"})")
                .verdict,
            answer_verdict::accepted);
}

TEST(UploadAnswer, KnowsTheEmptyAnswersOfRefusedFiles) {
  const std::vector<std::pair<upload_kind, std::string>> empty{
      {upload_kind::wall_photo, R"({"server":1,"photo":"[]","hash":"h"})"},
      {upload_kind::wall_photo, R"({"server":1,"photo":"","hash":"h"})"},
      {upload_kind::wall_photo, R"({"server":1,"photo":[],"hash":"h"})"},
      {upload_kind::album_photo, R"({"server":1,"photos_list":"[]","aid":1,"hash":"h"})"},
      {upload_kind::document, R"({"file":""})"},
      {upload_kind::chat_photo, R"({"response":""})"},
      {upload_kind::story_photo, R"({"response":{"upload_result":""}})"},
      {upload_kind::product_photo, "{}"},
      {upload_kind::app_widget_image, R"({"image":"","hash":"h"})"},
      {upload_kind::skill_picture, R"({"server":1,"photo":{},"hash":"h"})"},
  };
  for (const auto& [kind, body] : empty) {
    const auto answer = read(kind, body);
    EXPECT_EQ(answer.verdict, answer_verdict::refused) << body;
    EXPECT_THAT(answer.reason, HasSubstr("is empty")) << body;
  }
}

TEST(UploadAnswer, ShowsTheTitleOfAPage) {
  const std::string page = "<html><head><TITLE>413 Request\r\n Entity Too Large</title></head>";
  const auto large = read(upload_kind::document, page, 413);
  EXPECT_EQ(large.verdict, answer_verdict::refused);
  EXPECT_THAT(large.reason, HasSubstr("413 Request"));
  EXPECT_THAT(large.reason, HasSubstr("Entity Too Large\""));
  EXPECT_EQ(large.reason.find('\n'), std::string::npos);
  const auto gateway = read(upload_kind::document, "<title>504 Gateway Time-out</title>", 504);
  EXPECT_EQ(gateway.verdict, answer_verdict::unreachable);
  EXPECT_EQ(gateway.reason, "HTTP status 504: a page with the title \"504 Gateway Time-out\"");
  EXPECT_EQ(read(upload_kind::document, "<html><title>Login</title>", 200).verdict,
            answer_verdict::unreachable);
}

TEST(UploadAnswer, TakesNothingElseForAnAnswer) {
  for (const std::string_view body :
       {"", " ", "null", "[]", "1", "\"text\"", R"({"server":1,"photo":"p")", "{}",
        R"({"server":1,"hash":"h"})", R"({"server":1,"photo":{"a":1},"hash":"h"})",
        R"({"server":1,"photo":"p","hash":null})"}) {
    EXPECT_EQ(read(upload_kind::wall_photo, body).verdict, answer_verdict::unreachable) << body;
  }
  EXPECT_EQ(read(upload_kind::document, R"({"file":"x"})", 404).verdict,
            answer_verdict::unreachable);
  EXPECT_EQ(read(upload_kind::document, R"({"error":"x"})", 500).verdict,
            answer_verdict::unreachable);
  EXPECT_EQ(read(upload_kind::document, R"({"error":"x"})", 400).verdict, answer_verdict::refused);
  const std::string deep(100'000, '[');
  EXPECT_EQ(read(upload_kind::document, "{\"file\":" + deep).verdict, answer_verdict::unreachable);
}

TEST(UploadAnswer, NoBeginningOfAnAnswerIsOne) {
  const std::string whole = R"({"server":1,"photo":"[{\"a\":\"b\"}]","hash":"0123456789abcdef"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(read(upload_kind::wall_photo, whole.substr(0, size)).verdict,
              answer_verdict::unreachable)
        << size;
  }
}

result<uploaded> built(upload_kind kind, std::string_view saved, std::size_t files = 1,
                       std::string_view server = {}, std::string_view answer = {}) {
  return uploaded_builder::build(facts_of(kind), {server, answer, saved, files}, {});
}

TEST(Uploaded, PrintsAsAttachments) {
  EXPECT_EQ(
      built(upload_kind::wall_photo, R"([{"id":2,"owner_id":1,"access_key":"key"}])")->to_string(),
      "photo1_2_key");
  EXPECT_EQ(built(upload_kind::album_photo,
                  R"([{"id":2,"owner_id":-1},{"id":"3","owner_id":"-1","access_key":""}])", 2)
                ->to_string(),
            "photo-1_2,photo-1_3");
  EXPECT_EQ(
      built(upload_kind::document, R"({"type":"doc","doc":{"id":5,"owner_id":7}})")->to_string(),
      "doc7_5");
  EXPECT_EQ(built(upload_kind::audio_message,
                  R"({"type":"audio_message","audio_message":{"id":5,"owner_id":7}})")
                ->to_string(),
            "audio_message7_5");
  EXPECT_EQ(built(upload_kind::video, {}, 1, R"({"video_id":5,"owner_id":7,"access_key":"k"})")
                ->to_string(),
            "video7_5_k");
  EXPECT_EQ(built(upload_kind::story_photo, R"({"count":1,"items":[{"id":5,"owner_id":7}]})")
                ->to_string(),
            "story7_5");
  EXPECT_EQ(built(upload_kind::product_photo, R"({"photo_id":5,"photo":{"id":5,"owner_id":-7}})")
                ->to_string(),
            "photo-7_5");
  EXPECT_EQ(built(upload_kind::owner_photo, R"({"photo_hash":"abc","saved":1})")->to_string(),
            "abc");
  EXPECT_EQ(vk_parameter(*built(upload_kind::audio, R"({"id":5,"owner_id":7})")), "audio7_5");
}

TEST(Uploaded, IsNeverGuessed) {
  const std::vector<std::pair<upload_kind, std::string>> odd{
      {upload_kind::wall_photo, "[]"},
      {upload_kind::wall_photo, "1"},
      {upload_kind::wall_photo, R"([{"id":2}])"},
      {upload_kind::wall_photo, R"([{"id":0,"owner_id":1}])"},
      {upload_kind::wall_photo, R"([{"id":"2x","owner_id":1}])"},
      {upload_kind::wall_photo, R"([{"id":2,"owner_id":1},{"id":3,"owner_id":1}])"},
      {upload_kind::document, R"({"type":"doc","graffiti":{"id":5,"owner_id":7}})"},
      {upload_kind::document, R"({"doc":{"id":5,"owner_id":7}})"},
      {upload_kind::story_photo, R"({"count":0,"items":[]})"},
      {upload_kind::owner_photo, R"({"saved":1})"},
  };
  for (const auto& [kind, saved] : odd) {
    const auto outcome = built(kind, saved);
    ASSERT_FALSE(outcome) << saved;
    EXPECT_EQ(outcome.error(), errc::unexpected_type) << saved;
    EXPECT_EQ(outcome.error().effect(), request_effect::executed) << saved;
  }
  EXPECT_FALSE(built(upload_kind::video, {}, 1, R"({"video_id":5,"owner_id":7})",
                     R"({"size":1,"video_id":6})"));
}

TEST(Uploaded, CountsThePhotosThatVkLeftOut) {
  EXPECT_EQ(built(upload_kind::album_photo, R"([{"id":2,"owner_id":1}])", 3)->missing(), 2U);
}

TEST(Uploaded, IsRestoredFromItsText) {
  for (const std::string_view text : {"photo1_2", "photo-1_2_key", "doc1_2,doc1_3_k"}) {
    const auto restored = uploaded_builder::restored(upload_kind::wall_photo, text);
    ASSERT_TRUE(restored) << text;
    EXPECT_EQ(restored->to_string(), text);
    EXPECT_TRUE(restored->from_store());
  }
  for (const std::string_view text : {"", "photo", "1_2", "photo1", "photo1_", "photo_2",
                                      "photo0_2", "photo1_2x", "photo1_2,", "photo1_2,x"}) {
    const auto restored = uploaded_builder::restored(upload_kind::wall_photo, text);
    EXPECT_TRUE(!restored || restored->to_string() != text) << text;
  }
}

TEST(Base64, IsThatOfTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xFF\xFE\xFD\xFC"), "//79/A==");
}

}  // namespace
}  // namespace vkxx::detail
