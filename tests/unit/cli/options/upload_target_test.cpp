// What KIND and PLACE of `vkxx upload` mean.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "command_line/usage_failure.hpp"
#include "options/upload_target.hpp"

namespace vkxx::cli {
namespace {

using parameters = std::vector<std::pair<std::string, std::string>>;

TEST(UploadTarget, FollowsFromKindAndPlace) {
  EXPECT_EQ(target_of("photo", "").kind, upload_kind::message_photo);
  EXPECT_EQ(target_of("photo", "wall").kind, upload_kind::wall_photo);
  EXPECT_EQ(target_of("photo", "wall:5").parameters, (parameters{{"group_id", "5"}}));
  EXPECT_EQ(target_of("photo", "wall:-5").parameters, (parameters{{"group_id", "5"}}));
  EXPECT_EQ(target_of("photo", "album:-7").kind, upload_kind::album_photo);
  EXPECT_EQ(target_of("photo", "album:-7").parameters, (parameters{{"album_id", "-7"}}));
  EXPECT_EQ(target_of("photo", "-5").parameters, (parameters{{"peer_id", "-5"}}));
  EXPECT_EQ(target_of("document", "chat:3").kind, upload_kind::message_document);
  EXPECT_EQ(target_of("document", "chat:3").parameters, (parameters{{"peer_id", "2000000003"}}));
  EXPECT_EQ(target_of("document", "").kind, upload_kind::document);
  EXPECT_EQ(target_of("document", "community:3").parameters, (parameters{{"group_id", "3"}}));
  EXPECT_EQ(target_of("chat_photo", "chat:3").parameters, (parameters{{"chat_id", "3"}}));
  EXPECT_EQ(target_of("voice", "peer:2").kind, upload_kind::audio_message);
}

TEST(UploadTarget, AcceptsEveryWordThatItOffers) {
  for (const auto& word : upload_kind_words())
    EXPECT_NO_THROW(static_cast<void>(target_of(word.word, "")));
  EXPECT_EQ(upload_kind_words().size(), upload_kind_count - 1 + 4);
}

TEST(UploadTarget, RefusesTheRest) {
  for (const char* const place :
       {"moon", "wall:", "wall:x", "wall:0", "album", "0", ":", "5x", "99999999999999999999",
        "wall:-9223372036854775808", "chat:9223372036854775807", "chat:-3"}) {
    EXPECT_THROW(static_cast<void>(target_of("photo", place)), usage_failure) << place;
  }
  EXPECT_THROW(static_cast<void>(target_of("nothing", "")), usage_failure);
  EXPECT_THROW(static_cast<void>(target_of("poll_photo", "album:1")), usage_failure);
}

}  // namespace
}  // namespace vkxx::cli
