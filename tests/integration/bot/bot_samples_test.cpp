// The examples: the shop by the kit, the echo as a process with signals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include <vkxx/bot_testing.hpp>
#include <vkxx/emulator.hpp>

#define main shop_main
#include "../../../examples/shop_bot.cpp"
#undef main

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::bot_testing::bot_fixture;

TEST(ShopBot, SellsTea) {
  bot_fixture world;
  set_up(world.bot());
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Tea");
  EXPECT_EQ(anna.snackbar(), "One tea!");
  EXPECT_EQ(anna.last().text(), "On its way: tea");
}

TEST(ShopBot, SellsFromACarousel) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/cups");
  EXPECT_THAT(anna.last().buttons(), ElementsAre("Buy small", "Buy large"));
  anna.presses("Buy large");
  EXPECT_EQ(anna.snackbar(), "One large cup!");
}

TEST(ShopBot, TakesOrdersAndTellsOnlyAdministrators) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("Order 3 tea");
  anna.says("sales");
  anna.says("/help");
  EXPECT_THAT(anna.answers(),
              ElementsAre("3 × tea, coming up", "Try /help", "/start, /cups, or: order 3 tea"));
  vkxx::bot_testing::person owner{world, vkxx::user_id{1}, vkxx::peer_id{world.community()}};
  owner.says("sales");
  EXPECT_EQ(owner.last().text(), "Today: none");
}

#ifdef VKXX_ECHO_BOT

// The program of an example, against an emulator with the real clock.
class bot_process {
 public:
  bot_process(const char* path, const std::string& url, const std::string& token) {
    child_ = fork();
    if (child_ != 0) return;
    setenv("VK_ACCESS_TOKEN", token.c_str(), 1);
    execl(path, path, url.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  bot_process(const bot_process&) = delete;
  bot_process& operator=(const bot_process&) = delete;
  ~bot_process() {
    if (child_ > 0) end(SIGKILL);
  }
  // The exit status; 128 and more: a signal.
  int end(int signal) {
    kill(child_, signal);
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t child_ = 0;
};

TEST(EchoBot, AnswersAndEndsAtSigterm) {
  vkxx::emulator emulator;
  bot_process echo{VKXX_ECHO_BOT, emulator.url(), emulator.tokens().community};
  const auto outcome = emulator.replay(
      R"({"at_ms":0,"who":"user 2","does":"say","to":"community 1","message":"m1","text":"Hello"})"
      "\n"
      R"({"at_ms":9,"who":"community 1","does":"say","to":"user 2","message":"m2","text":"Hello"})"
      "\n");
  EXPECT_TRUE(outcome.same()) << outcome.difference();
  EXPECT_EQ(echo.end(SIGTERM), 0);
}

#endif  // VKXX_ECHO_BOT

TEST(EchoBot, SaysWhyItCannotRun) {
  vkxx::emulator emulator;
  testing::internal::CaptureStderr();
  vkxx::bot bot{vkxx::config{}.emulator(emulator.url()).access_token(emulator.tokens().revoked)};
  EXPECT_EQ(bot.run(), 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("The bot cannot run: "));
}

}  // namespace
