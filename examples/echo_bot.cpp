// A bot that repeats what it is told.
//
//   VK_ACCESS_TOKEN=… echo_bot [EMULATOR-ADDRESS]
#include <cstdlib>

#include <vkxx/bot.hpp>

namespace asio = boost::asio;

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  if (argc > 1) settings.emulator(argv[1]);

  vkxx::bot bot{settings};
  bot.on_text(
      [](vkxx::message_context m) -> asio::awaitable<void> { co_await m.answer(m.text()); });
  return bot.run();
}
