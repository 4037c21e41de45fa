// Every kind of upload against the emulator, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "integration/uploads/upload_bench.hpp"

namespace vkxx::test {
namespace {

upload_options parameters_of(upload_kind kind) {
  upload_options options;
  switch (kind) {
    case upload_kind::album_photo:
      return std::move(options.set("album_id", -15));
    case upload_kind::chat_photo:
      return std::move(options.set("chat_id", 1));
    case upload_kind::cover_photo:
    case upload_kind::market_album_photo:
    case upload_kind::product_photo:
    case upload_kind::product_photos:
      return std::move(options.set("group_id", 1));
    case upload_kind::market_photo:
      return std::move(options.set("group_id", 1).set("main_photo", true));
    case upload_kind::video:
      return std::move(options.set("name", "Film"));
    case upload_kind::video_link:
      return std::move(options.set("link", "https://example.com/film"));
    case upload_kind::video_thumb:
      return std::move(options.set("owner_id", 1));
    case upload_kind::story_photo:
    case upload_kind::story_video:
      return std::move(options.set("add_to_news", true));
    case upload_kind::app_widget_image:
    case upload_kind::group_widget_image:
      return std::move(options.set("image_type", "50x50"));
    case upload_kind::ads_photo:
      return std::move(options.set("ad_format", 1));
    case upload_kind::speech:
      return std::move(options.set("model", "neutral"));
    case upload_kind::audio:
      return std::move(options.set("artist", "Owl").set("title", "Hoot"));
    case upload_kind::build:
      return std::move(options.set("product_id", 1));
    default:
      return options;
  }
}

std::vector<upload_source> files_of(const upload_facts& facts) {
  switch (facts.media) {
    case upload_media::nothing:
      return {};
    case upload_media::video:
      return one_file(memory_source{"film", std::string{"\0\0\0\x18"
                                                        "ftypmp42",
                                                        12} +
                                                std::string(5000, 'v')});
    case upload_media::sound:
      return one_file(memory_source{"hoot.ogg", "OggS" + std::string(40'000, 'a')});
    case upload_media::picture:
      return one_file(picture());
    case upload_media::anything:
      return one_file(memory_source{"report.csv", "a;b\n1;2\n"});
  }
  return {};
}

// What `to_string` begins with.
const std::map<std::string_view, std::string_view>& beginnings() {
  static const std::map<std::string_view, std::string_view> known{
      {"album_photo", "photo1_"},
      {"wall_photo", "photo1_"},
      {"message_photo", "photo1_"},
      {"market_photo", "photo-1_"},
      {"product_photo", "photo-1_"},
      {"product_photos", "photo-1_"},
      {"market_album_photo", "photo-1_"},
      {"document", "doc1_"},
      {"wall_document", "doc1_"},
      {"message_document", "doc1_"},
      {"audio_message", "audio_message1_"},
      {"graffiti", "graffiti1_"},
      {"video", "video1_"},
      {"video_link", "video1_"},
      {"story_photo", "story1_"},
      {"story_video", "story1_"},
      {"audio", "audio1_"}};
  return known;
}

TEST(EveryUpload, IsSavedAndNamed) {
  testing::emulator_fixture vk{emulator_options{}.strict_uploads(true)};
  const auto tokens = vk->tokens();
  blocking_client chats{settings_of(vk)};
  chats.call(request{"messages.createChat"}.set("title", "Owls").set("user_ids", 2));
  for (const auto& facts : upload_kinds()) {
    SCOPED_TRACE(facts.name);
    const auto& token = facts.tokens.contains(token_kind::user)        ? tokens.user
                        : facts.tokens.contains(token_kind::community) ? tokens.community
                                                                       : tokens.service;
    const auto outcome = upload_by_thread(settings_of(vk, token), facts.kind, files_of(facts),
                                          parameters_of(facts.kind));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->kind(), facts.kind);
    EXPECT_FALSE(outcome->maybe_doubled());
    EXPECT_FALSE(outcome->json().empty());
    const auto known = beginnings().find(facts.name);
    if (known != beginnings().end()) {
      EXPECT_TRUE(outcome->to_string().starts_with(known->second)) << *outcome;
      EXPECT_EQ(outcome->objects().size(), 1U);
    } else if (!facts.value.empty()) {
      EXPECT_FALSE(outcome->value().empty());
    }
  }
}

TEST(EveryUpload, HasAFunctionOfItsName) {
  testing::emulator_fixture vk;
  const auto tokens = vk->tokens();
  blocking_client user{settings_of(vk)};
  const blocking_uploads up{user};
  EXPECT_TRUE(up.message_photo(picture(), user_id{2}).to_string().starts_with("photo1_"));
  EXPECT_TRUE(up.album_photo(picture(), album_id{-15}).to_string().starts_with("photo1_"));
  EXPECT_TRUE(up.wall_photo(picture()).to_string().starts_with("photo1_"));
  EXPECT_TRUE(up.wall_photo(picture(), group_id{1}).to_string().starts_with("photo-1_"));
  EXPECT_TRUE(up.document(memory_source{"a.txt", "text"}).to_string().starts_with("doc1_"));
  EXPECT_FALSE(up.owner_photo(picture()).value().empty());
  EXPECT_TRUE(up.video_link("https://example.com/film").to_string().starts_with("video1_"));
  EXPECT_FALSE(up.pretty_card_photo(picture()).value().empty());
  blocking_client community{settings_of(vk, tokens.community)};
  const blocking_uploads bot{community};
  const auto photo = bot.message_photo(picture(), user_id{2});
  EXPECT_EQ(photo.objects().front().owner, owner_id{2});
  EXPECT_TRUE(community
                  .call(request{"messages.send"}
                            .set("peer_id", 2)
                            .set("random_id", 1)
                            .set("attachment", photo))
                  .as<int>() > 0);
}

TEST(EveryUpload, TakesFivePhotosInOneRequest) {
  testing::emulator_fixture vk{emulator_options{}.strict_uploads(true)};
  std::vector<upload_source> files;
  for (std::uint32_t i = 0; i < 5; ++i)
    files.push_back(picture("p" + std::to_string(i) + ".png", 100 + i, 100));
  const auto outcome = upload_by_coroutine(settings_of(vk), upload_kind::album_photo, files,
                                           upload_options{}.set("album_id", -15));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->objects().size(), 5U);
  EXPECT_EQ(outcome->missing(), 0U);
  const auto requests = vk->requests();
  EXPECT_EQ(
      std::ranges::count_if(requests, [](const auto& each) { return each.api_method.empty(); }), 1);
  // In the order of the files.
  blocking_client client{settings_of(vk)};
  const auto shown = client.call(
      request{"photos.getById"}.set("photos", to_string(outcome->objects()[3]).substr(5)));
  EXPECT_NE(shown.text().find("\"width\":103"), std::string_view::npos) << shown.text();
}

TEST(EveryUpload, SendsNeitherTokenNorParametersToTheUploadServer) {
  testing::emulator_fixture vk;
  const auto outcome =
      upload_by_coroutine(settings_of(vk), upload_kind::owner_photo, one_file(picture()),
                          upload_options{}.set("_square_crop", "0,0,200"));
  ASSERT_TRUE(outcome) << outcome.error();
  bool found = false;
  for (const auto& request : vk->requests()) {
    if (!request.target.starts_with("/upload/")) continue;
    found = true;
    EXPECT_FALSE(request.bearer);
    EXPECT_EQ(request.token, "");
    ASSERT_EQ(request.parameters.size(), 2U);
    EXPECT_EQ(request.parameters[0],
              (std::pair<std::string, std::string>{"_square_crop", "0,0,200"}));
    EXPECT_EQ(request.parameters[1].first, "photo");
  }
  EXPECT_TRUE(found);
}

TEST(EveryUpload, UsesTheTokenOfItsOptions) {
  testing::emulator_fixture vk;
  upload_options options;
  options.access_token(secret{vk->tokens().community}).set("peer_id", 2);
  const auto outcome = upload_by_thread(settings_of(vk, "wrong"), upload_kind::message_photo,
                                        one_file(picture()), std::move(options));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->objects().front().owner, owner_id{2});
}

}  // namespace
}  // namespace vkxx::test
