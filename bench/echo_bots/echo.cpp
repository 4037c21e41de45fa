// The bot of examples/echo_bot.cpp without a limit of calls, for bench/bots.
#include <cstdlib>

#include <vkxx/bot.hpp>

namespace asio = boost::asio;

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  vkxx::config settings;
  settings.emulator(argv[1]).access_token(std::getenv("VK_ACCESS_TOKEN"));
  settings.limits(vkxx::limits{}.off());
  vkxx::bot bot{settings};
  bot.on_text(
      [](vkxx::message_context m) -> asio::awaitable<void> { co_await m.answer(m.text()); });
  return bot.run();
}
