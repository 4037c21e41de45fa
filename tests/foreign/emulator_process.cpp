// The emulator as a process of its own, for clients in other languages: prints its address, then
// the tokens, one NAME=VALUE a line, and runs until standard input ends. Arguments:
// --strict-limits, --tls, --captcha-text=DIGITS, faults in their text form.
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <vkxx/emulator.hpp>

int main(int argc, char** argv) {
  try {
    vkxx::emulator_options options;
    for (int i = 1; i < argc; ++i) {
      const std::string_view argument{argv[i]};
      constexpr std::string_view captcha_text = "--captcha-text=";
      if (argument == "--strict-limits")
        options.strict_limits();
      else if (argument == "--tls")
        options.tls();
      else if (argument.starts_with(captcha_text))
        options.captcha_text(std::string{argument.substr(captcha_text.size())});
      else
        options.add_fault(vkxx::emulation::parse_fault(argument));
    }
    const vkxx::emulator emulator{options};
    const auto tokens = emulator.tokens();
    std::cout << "URL=" << emulator.url() << "\nUSER=" << tokens.user
              << "\nCOMMUNITY=" << tokens.community << "\nSERVICE=" << tokens.service << "\nREADY=1"
              << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
