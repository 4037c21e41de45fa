/// @file
/// A bot in a world of its own, for tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot/bot.hpp>
#include <vkxx/bot_testing/person.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/emulator.hpp>

namespace vkxx::bot_testing {

/// An emulator, a bot, and users who talk to it, with a clock that only the test moves.
///
/// ```cpp
/// TEST(Shop, SellsTea) {
///   vkxx::bot_testing::bot_fixture world;
///   set_up(world.bot());
///   auto anna = world.person("Anna");
///   anna.says("/start");
///   anna.presses("Tea");
///   EXPECT_EQ(anna.snackbar(), "One Tea!");
///   EXPECT_EQ(anna.last().text(), "On its way: Tea");
/// }
/// ```
///
/// Everything of the bot runs in the thread of the test, inside of the functions below. What users
/// do returns when the world is *quiet*: the bot has got every event, no handler runs, no call is
/// under way. While a handler waits for the clock (a limit, a retry), the clock is moved. What does
/// not become quiet within a minute of real time throws std::runtime_error, which says what is
/// under way.
///
/// Thread safety: none.
class bot_fixture {
 public:
  /// A bot that the test sets up by `bot()`.
  bot_fixture();
  /// A bot that `set_up` sets up, again after each `restart`.
  explicit bot_fixture(std::function<void(vkxx::bot&)> set_up);
  bot_fixture(const bot_fixture&) = delete;
  bot_fixture& operator=(const bot_fixture&) = delete;
  ~bot_fixture();

  /// The bot. It starts with the first action of the world. Throws std::runtime_error after `kill`.
  [[nodiscard]] vkxx::bot& bot();
  /// The community of the bot.
  [[nodiscard]] group_id community() const noexcept;
  /// The emulator: faults, recorded requests, executed writes.
  [[nodiscard]] vkxx::emulator& emulator() noexcept;
  /// Settings of a client for the same emulator, with the token of the community.
  [[nodiscard]] config settings() const;

  /// Makes a user.
  [[nodiscard]] bot_testing::person person(std::string_view first_name);
  /// Makes a chat of users, in which the bot is. Returns its number for those users.
  [[nodiscard]] peer_id chat(std::string_view title,
                             const std::vector<bot_testing::person>& members);
  /// An event of any type, with the JSON of its object.
  void happens(std::string_view type, std::string_view object);

  /// From the next start of the bot on, dialogues run again at each question
  /// (`bot::replay_always`), so that whatever they do differently the second time is found.
  /// Transcripts stay the same.
  void replay_always(bool on = true);

  /// Starts the bot, if it does not run, and waits until it is quiet. After `kill` or `stop` there
  /// is nothing to wait for.
  void settle();
  /// Runs the bot until `enough` is true, whether the world is quiet or not: for a kill in the
  /// middle of a handler. The clock stands still. Throws std::runtime_error after a minute of real
  /// time.
  void run_until(const std::function<bool()>& enough);
  /// Moves the clock, through everything that is due, in order.
  void pass(duration time);
  /// Ends the bot as SIGKILL does: without a word, in whatever it does. What its store holds stays.
  /// Until `restart`, the clock moves and users act without it.
  void kill();
  /// Ends the bot as SIGTERM does.
  drain_report stop();
  /// Starts another bot over the same store, after `kill` or `stop`; kills the running one. Without
  /// a function in the constructor, the test sets up `bot()` once more.
  void restart();
  /// Injects a fault, such as `error=9:messages.send*2` (`emulation::parse_fault`).
  void faults(std::string_view text);
  /// The lines that the bot logged so far, of all levels.
  [[nodiscard]] const std::vector<std::string>& log() const noexcept;

  /// A request to the control API: the JSON of the answer. Throws std::runtime_error for a refusal.
  std::string control(std::string_view method, std::string_view path, const std::string& body = {});

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace vkxx::bot_testing
