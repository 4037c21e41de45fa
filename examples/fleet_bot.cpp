// One program for many communities.
//
//   fleet_bot FILE [EMULATOR-ADDRESS], with a line `COMMUNITY TOKEN` for each
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include <vkxx/bot.hpp>

void set_up(vkxx::fleet& bots) {
  bots.on_command("start", [] { return "What can I do for you?"; });
  bots.on_text([](const vkxx::incoming_message& m) { return "You said: " + m.text(); });
  bots.on_change([](const vkxx::fleet_community& some) {
    std::cerr << some.id.value() << ": " << to_string(some.state) << ' ' << some.problem << '\n';
  });
}

void add_all(vkxx::fleet& bots, std::istream& lines) {
  std::int64_t community = 0;
  std::string token;
  while (lines >> community >> token) bots.add(vkxx::group_id{community}, vkxx::secret{token});
}

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "fleet_bot FILE [EMULATOR-ADDRESS]: a line for each community, with its number "
                 "and its token\n";
    return EXIT_FAILURE;
  }
  vkxx::config settings;
  if (argc > 2) settings.emulator(argv[2]);
  vkxx::fleet bots{settings};
  set_up(bots);
  std::ifstream lines{argv[1]};
  add_all(bots, lines);
  return bots.run();
}
