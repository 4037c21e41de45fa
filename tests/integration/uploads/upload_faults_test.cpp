// What upload servers and save methods do instead of their work, injected by the emulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "integration/uploads/upload_bench.hpp"

namespace vkxx::test {
namespace {

using emulation::parse_fault;
using ::testing::HasSubstr;

class UploadFault : public ::testing::Test {
 protected:
  result<uploaded> upload(std::vector<std::string> faults, upload_options options = {}) {
    return upload_as(upload_kind::wall_photo, picture(), std::move(faults), std::move(options));
  }
  result<uploaded> upload_as(upload_kind kind, upload_source file, std::vector<std::string> faults,
                             upload_options options = {}) {
    for (const auto& fault : faults) vk->add_fault(parse_fault(fault));
    vk->clear_requests();
    auto outcome =
        upload_by_coroutine(settings_of(vk), kind, one_file(std::move(file)), std::move(options));
    vk->clear_faults();
    return outcome;
  }
  // How many requests were made whose target begins so.
  long made(std::string_view target) {
    const auto requests = vk->requests();
    return std::ranges::count_if(
        requests, [target](const auto& each) { return each.target.starts_with(target); });
  }
  long servers() { return made("/method/photos.getWallUploadServer"); }
  long posts() { return made("/upload/"); }
  long saves() { return made("/method/photos.saveWallPhoto"); }
  long photos() {
    const auto journal = vk->journal();
    return std::ranges::count_if(
        journal, [](const auto& each) { return each.method == "photos.saveWallPhoto"; });
  }

  testing::emulator_fixture vk;
};

// The forms of a refusal: named before the save method is called.
TEST_F(UploadFault, RefusalsAreNamedBeforeTheSave) {
  const std::vector<std::pair<std::string, std::string>> forms{
      {"upload_error=7", "ERR_UPLOAD_BAD_IMAGE_SIZE"},
      {"upload_error_object=8", "ERR_UPLOAD_BAD_IMAGE_SIZE (code 8)"},
      {"upload_errcode=9", "(code 9)"},
      {"upload_empty", "`photo` is empty"},
      {"http_status=413:/upload/*", "HTTP status 413"},
  };
  for (const auto& [fault, words] : forms) {
    const auto outcome = upload({fault});
    ASSERT_FALSE(outcome) << fault;
    EXPECT_EQ(outcome.error(), errc::upload_refused) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::rejected) << fault;
    EXPECT_THAT(outcome.error().message(), HasSubstr(words));
    EXPECT_THAT(outcome.error().message(), HasSubstr("cat.png"));
    EXPECT_EQ(posts(), 1) << fault;
    EXPECT_EQ(saves(), 0) << fault;
  }
}

TEST_F(UploadFault, RefusalsAreApiExceptions) {
  vk->add_fault(parse_fault("upload_error=7"));
  blocking_client client{settings_of(vk)};
  const blocking_uploads up{client};
  EXPECT_THROW(static_cast<void>(up.wall_photo(picture())), api_exception);
}

TEST_F(UploadFault, ThePicturesThatVkRefusesAreRefused) {
  upload_options unchecked;
  unchecked.local_checks(false);
  const auto odd =
      upload_as(upload_kind::wall_photo, memory_source{"a.png", "no picture"}, {}, unchecked);
  EXPECT_EQ(odd.error(), errc::upload_refused) << odd.error();
  const auto small = upload_as(upload_kind::owner_photo, picture("a.png", 10, 10), {}, unchecked);
  EXPECT_EQ(small.error(), errc::upload_refused) << small.error();
  EXPECT_THAT(small.error().message(), HasSubstr("at least 200x200"));
}

TEST_F(UploadFault, WrongTypesOfTheAnswerDoNotMatter) {
  EXPECT_TRUE(upload({"wrong_type:/upload/*"}));
}

// Anything that is no answer of an upload server: another server, once.
TEST_F(UploadFault, AnotherServerHelpsOnce) {
  for (const std::string fault :
       {"http_status=502:/upload/*", "html:/upload/*", "empty:/upload/*", "broken_json:/upload/*",
        "truncated:/upload/*", "closed:/upload/*", "reset:/upload/*", "lost:/upload/*",
        "http_status=404:/upload/*"}) {
    const auto outcome = upload({fault});
    ASSERT_TRUE(outcome) << fault << ": " << outcome.error();
    EXPECT_FALSE(outcome->maybe_doubled()) << fault;
    EXPECT_EQ(servers(), 2) << fault;
    EXPECT_EQ(posts(), 2) << fault;
    EXPECT_EQ(saves(), 1) << fault;
  }
  const auto twice = upload({"http_status=502:/upload/**2"});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error(), errc::http_status) << twice.error();
  EXPECT_EQ(twice.error().http_status(), 502);
  EXPECT_EQ(twice.error().effect(), request_effect::rejected);
  EXPECT_EQ(servers(), 2);
  EXPECT_EQ(saves(), 0);
}

TEST_F(UploadFault, TheFallbackAddressComesFirst) {
  const auto outcome =
      upload({"fallback_url:photos.getWallUploadServer", "http_status=502:/upload/*"});
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(servers(), 1);
  EXPECT_EQ(posts(), 2);
  const auto without =
      upload({"fallback_url:photos.getWallUploadServer*2", "http_status=502:/upload/**3"});
  ASSERT_FALSE(without);
  EXPECT_EQ(servers(), 2);
  EXPECT_EQ(posts(), 3) << "the fallback of the second server is not used";
}

TEST_F(UploadFault, TheServerMethodsErrorsAreReturned) {
  const auto outcome = upload({"error=703:photos.getWallUploadServer"});
  EXPECT_EQ(outcome.error().api_code(), static_cast<api_errc>(703));
  EXPECT_EQ(posts(), 0);
  const auto no_address = upload({"no_envelope:photos.getWallUploadServer"});
  EXPECT_FALSE(no_address);
}

// The answer of the upload server is still good.
TEST_F(UploadFault, TheSaveIsRepeatedAlone) {
  for (const std::string code : {"1", "6", "10"}) {
    const auto outcome = upload({"error=" + code + ":photos.saveWallPhoto*2"});
    ASSERT_TRUE(outcome) << code << ": " << outcome.error();
    EXPECT_EQ(posts(), 1) << code;
    EXPECT_EQ(saves(), 3) << code;
  }
  upload_options once;
  once.each_call(call_options{}.retry(false));
  EXPECT_FALSE(upload({"error=10:photos.saveWallPhoto"}, once));
  EXPECT_EQ(saves(), 1);
}

TEST_F(UploadFault, ALostAnswerOfTheSaveMayDouble) {
  const auto before = photos();
  const auto outcome = upload({"lost:photos.saveWallPhoto"});
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_TRUE(outcome->maybe_doubled());
  EXPECT_EQ(photos() - before, 2);
}

TEST_F(UploadFault, AFailureAfterALostAnswerSaysThatTheOutcomeIsUnknown) {
  const auto outcome = upload({"lost:photos.saveWallPhoto", "error=7:photos.saveWallPhoto*2"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().api_code(), static_cast<api_errc>(7));
  EXPECT_EQ(outcome.error().effect(), request_effect::unknown) << outcome.error();
  EXPECT_EQ(outcome.error().attempts(), saves()) << outcome.error();
}

// VK says that the upload is no longer good.
TEST_F(UploadFault, SomeCodesOfTheSaveNeedAnotherUpload) {
  for (const int code : {22, 100, 114, 118, 121, 122, 125, 129}) {
    const auto fault = "error=" + std::to_string(code) + ":photos.saveWallPhoto";
    const auto outcome = upload({fault});
    ASSERT_TRUE(outcome) << code << ": " << outcome.error();
    EXPECT_EQ(servers(), 2) << code;
    EXPECT_EQ(posts(), 2) << code;
    EXPECT_FALSE(upload({fault + "*2"})) << code;
    EXPECT_EQ(saves(), 2) << code;
  }
  const auto denied = upload({"error=7:photos.saveWallPhoto"});
  EXPECT_EQ(denied.error().api_code(), static_cast<api_errc>(7));
  EXPECT_EQ(posts(), 1);
}

TEST_F(UploadFault, AnUnusableResultOfTheSaveIsAnError) {
  for (const std::string body :
       {R"({"response":[]})", R"({"response":1})", R"({"response":[{}]})",
        // Would be two attachments.
        R"({"response":[{"id":5\,"owner_id":1\,"access_key":"a\,photo9_9"}]})"}) {
    // `html` answers with 200 and this body.
    const auto outcome = upload({"html:photos.saveWallPhoto,body=" + body});
    ASSERT_FALSE(outcome) << body;
    EXPECT_EQ(outcome.error(), errc::unexpected_type) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::executed);
    EXPECT_THAT(outcome.error().message(), HasSubstr("photos.saveWallPhoto"));
  }
}

TEST_F(UploadFault, LooseTypesAreRead) {
  EXPECT_TRUE(upload({"loose:photos.*"}));
}

TEST_F(UploadFault, OldWidgetImagesAreSaved) {
  vk->add_fault(parse_fault("old_format"));
  const auto outcome =
      upload_by_coroutine(settings_of(vk, vk->tokens().community), upload_kind::group_widget_image,
                          one_file(picture()), upload_options{}.set("image_type", "50x50"));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_FALSE(outcome->value().empty());
}

TEST_F(UploadFault, ASecondVideoIsReported) {
  const auto film = memory_source{"film.mp4", "\x1A\x45\xDF\xA3 a film"};
  const auto outcome = upload_as(upload_kind::video, film, {"http_status=502:/upload/*"});
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_TRUE(outcome->maybe_doubled());
}

// The first server may have taken the film.
TEST_F(UploadFault, ALostAnswerWithoutASaveLeavesTheOutcomeUnknown) {
  const auto film = memory_source{"film.mp4", "\x1A\x45\xDF\xA3 a film"};
  const auto outcome =
      upload_as(upload_kind::video, film, {"lost:/upload/*", "upload_error=7:/upload/*"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::upload_refused) << outcome.error();
  EXPECT_EQ(outcome.error().effect(), request_effect::unknown) << outcome.error();
  EXPECT_EQ(posts(), 2);
}

// No error, no log line has the address of an upload server.
TEST_F(UploadFault, ShowsNoAddressOfAnUploadServer) {
  for (const std::string fault : {"http_status=502:/upload/**2", "reset:/upload/**2",
                                  "upload_error=2", "silent:/upload/**2"}) {
    upload_options options;
    options.silence_limit(std::chrono::milliseconds{50});
    const auto outcome = upload({fault}, options);
    ASSERT_FALSE(outcome) << fault;
    EXPECT_EQ(outcome.error().to_string().find("/upload/"), std::string::npos) << outcome.error();
    EXPECT_EQ(outcome.error().to_string().find("act="), std::string::npos) << outcome.error();
  }
}

}  // namespace
}  // namespace vkxx::test
