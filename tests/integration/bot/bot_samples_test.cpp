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

// Whatever happens between two messages, and however often functions run again.
class ShopBotLife : public testing::TestWithParam<std::string> {
 protected:
  ShopBotLife() { world_.replay_always(GetParam() == "replay"); }
  void says(const std::string& text) {
    anna_.says(text);
    between();
  }
  void between() {
    if (GetParam() == "kill") world_.kill();
    if (GetParam() == "kill" || GetParam() == "restart") world_.restart();
  }

  bot_fixture world_{set_up};
  vkxx::bot_testing::person anna_ = world_.person("Anna");
};

TEST_P(ShopBotLife, AsksWhereToDeliver) {
  for (const auto* text : {"/where", "/deliver", "home", "Green street 5, Tver", "call me", "back",
                           "Red street 7, Tver", "+7 900 123-45-67", "perhaps"}) {
    says(text);
  }
  anna_.presses("Yes");
  between();
  says("/where");
  EXPECT_THAT(
      anna_.answers(),
      ElementsAre("I do not know: /deliver", "Where to?",
                  "An address, please: street, number and town.", "Your phone number?",
                  "Digits, please, such as +7 900 123-45-67.", "Where to?", "Your phone number?",
                  "To Red street 7, Tver, and we call +7 900 123-45-67?",
                  "One of these, please: Yes, No.", "We know where to go.", "Red street 7, Tver"));
  EXPECT_EQ(world_.bot().dispatch_metrics().dead_letters, 0U);
}

TEST_P(ShopBotLife, LeavesTheQuestionsOnRequest) {
  for (const auto* text : {"/deliver", "Green street 5, Tver", "/help", "cancel", "/where",
                           "/deliver", "Green street 5, Tver", "89001234567", "no", "/where"}) {
    says(text);
  }
  EXPECT_THAT(
      anna_.answers(),
      ElementsAre("Where to?", "Your phone number?", "/start, /cups, /deliver, or: order 3 tea",
                  "Cancelled.", "I do not know: /deliver", "Where to?", "Your phone number?",
                  "To Green street 5, Tver, and we call 89001234567?",
                  "Then not. /deliver begins again.", "I do not know: /deliver"));
}

INSTANTIATE_TEST_SUITE_P(Each, ShopBotLife, testing::Values("same", "restart", "kill", "replay"),
                         [](const auto& tested) { return tested.param; });

TEST(ShopBot, TakesOrdersAndTellsOnlyAdministrators) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("Order 3 tea");
  anna.says("sales");
  anna.says("/help");
  EXPECT_THAT(anna.answers(), ElementsAre("3 × tea, coming up", "Try /help",
                                          "/start, /cups, /deliver, or: order 3 tea"));
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
