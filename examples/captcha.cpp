// A captcha, shown to the person at the terminal.
//
//   VK_ACCESS_TOKEN=… captcha [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>
#include <string>

#include <boost/json.hpp>

#include <vkxx/blocking_client.hpp>

vkxx::challenge_answer ask_person(const vkxx::challenge& challenge) {
  std::string answer;
  if (challenge.wants_success_token()) {
    std::cout << "Open " << challenge.redirect_uri() << "\nIts success_token: " << std::flush;
    if (!std::getline(std::cin, answer)) return vkxx::challenge_answer::refused();
    return vkxx::challenge_answer::success_token(answer);
  }
  std::cout << "What does the picture show? " << std::flush;
  if (!std::getline(std::cin, answer)) return vkxx::challenge_answer::refused();
  return vkxx::challenge_answer::captcha_key(answer);
}

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).on_captcha(ask_person);
  if (argc > 1) settings.emulator(argv[1]);

  vkxx::blocking_client vk{settings};
  // VK answers this method with a captcha; it exists for tests.
  vk.call(vkxx::request{"captcha.force"});
  std::cout << "passed\n";
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
