// The photo bot of the examples, and what it does with files that are no pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "integration/bot/sample_world.hpp"
#include "integration/bot/whispers.hpp"

#define main photo_main  // NOLINT(cppcoreguidelines-macro-usage): the test has its own
#include "../../../examples/photo_bot.cpp"
#undef main

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::bot_testing::bot_fixture;
using vkxx::bot_testing::person;
using vkxx::bot_testing::transcript_of;
using vkxx::bot_testing::writes_of;

// A message with a photo whose file is at `address`. It has the number of the bot's last message,
// because the bot replies to it.
void sends_photo_at(bot_fixture& world, person& user, const std::string& address) {
  user.says("look");
  const auto number = user.last().number().value();
  const auto id = std::to_string(user.id().value());
  world.happens("message_new",
                R"({"message":{"id":1,"peer_id":)" + id + R"(,"from_id":)" + id +
                    R"(,"conversation_message_id":)" + std::to_string(number) +
                    R"(,"text":"","attachments":[{"type":"photo","photo":{"id":1,"owner_id":1,)" +
                    R"("sizes":[{"type":"m","width":1,"height":1,"url":")" + address +
                    R"("}]}}]}})");
}

TEST(PhotoBot, ReadsTheSizeAndSendsAFrame) {
  bot_fixture world{photo::set_up};
  auto anna = world.person("Anna");
  anna.says("hello");
  EXPECT_EQ(anna.last().text(), "Send me a photo.");
  const auto sent = anna.sends_photo();
  EXPECT_EQ(anna.last().text(), "1 × 1");
  EXPECT_EQ(anna.last().replies_to(), sent);
  EXPECT_THAT(anna.last().attachments(), ElementsAre("photo"));
  EXPECT_THAT(anna.last().json(), HasSubstr("\"width\":240"));
}

TEST(PhotoBot, SaysWhenAPhotoIsNoPicture) {
  bot_fixture world{photo::set_up};
  auto anna = world.person("Anna");
  sends_photo_at(world, anna, world.emulator().url() + "/blank.html");
  EXPECT_EQ(anna.last().text(), "That is no picture that I can read.");
  sends_photo_at(world, anna, world.emulator().url() + "/_files/none.png");
  EXPECT_EQ(anna.last().text(), "I could not load it. Please send it once more.");
}

TEST(PhotoBot, DoesNotLoadAddressesOfThisMachine) {
  bot_fixture world{photo::set_up};
  auto anna = world.person("Anna");
  const auto port = std::to_string(world.emulator().port());
  for (const auto& address :
       {"http://localhost:" + port + "/blank.html", std::string{"file:///etc"}, std::string{}}) {
    sends_photo_at(world, anna, address);
    EXPECT_EQ(anna.last().text(), "I could not load it. Please send it once more.") << address;
  }
}

TEST(PhotoBot, AnswersOnceIfAnUploadFailsOrItIsKilled) {
  bot_fixture world{photo::set_up};
  auto anna = world.person("Anna");
  world.faults("http_status=502:/upload/message_photo*3");
  anna.sends_photo();
  world.pass(1min);
  EXPECT_EQ(anna.last().text(), "1 × 1");
  const auto before = writes_of(world, "photos.saveMessagesPhoto");
  const auto path = "people/" + std::to_string(anna.id().value()) + "/send_file?kind=photo&to=-1";
  world.control("POST", path, photo::frame({30, 20}));
  world.run_until([&] { return writes_of(world, "photos.saveMessagesPhoto") > before; });
  world.kill();
  world.restart();
  world.settle();
  EXPECT_THAT(transcript_of(anna), ElementsAre("", "1 × 1", "", "240 × 160"));
}

TEST(PhotoBot, ReadsSizesOfPicturesOnly) {
  const std::string jpeg{"\xFF\xD8\xFF\xE0\x00\x04\x00\x00\xFF\xC2\x00\x0B\x08\x01\x02\x03\x04",
                         17};
  ASSERT_TRUE(photo::extent_of(jpeg));
  EXPECT_EQ(photo::extent_of(jpeg)->width, 0x304U);
  EXPECT_EQ(photo::extent_of(jpeg)->height, 0x102U);
  for (std::size_t length = 0; length < jpeg.size(); ++length)
    EXPECT_FALSE(photo::extent_of(jpeg.substr(0, length))) << length;
  EXPECT_FALSE(photo::extent_of("GIF89a"));
  EXPECT_FALSE(photo::extent_of(std::string("\xFF\xD8", 2) + std::string(1000, '\xFF')));
  const auto narrow = photo::extent_of(photo::frame({1, 60'000}));
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->width, 12U);
  EXPECT_EQ(narrow->height, 240U);
}

TEST(PhotoBot, LogsNoTextOfAPerson) {
  bot_fixture world{photo::set_up};
  auto anna = world.person("Whisper");
  vkxx::bot_testing::expect_silent_log(world, [&] {
    anna.says("whisper");
    anna.sends_photo("whisper-photo");
  });
}

}  // namespace
