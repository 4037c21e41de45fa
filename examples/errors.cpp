// The parts of an error, and what a program can do about it.
//
//   VK_ACCESS_TOKEN=… errors [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>

#include <vkxx/blocking_client.hpp>

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::blocking_client vk{settings};

  auto answer = vk.try_call(vkxx::request{"users.fly"}.set("height", 3));
  if (answer) return 1;
  const vkxx::error& failure = answer.error();
  if (failure == vkxx::api_errc::unknown_method) {
    std::cout << "VK has no such method\n";
  }
  std::cout << "reported by " << to_string(failure.origin()) << ", outcome "
            << to_string(failure.effect()) << '\n';
  std::cout << failure.to_string() << '\n';

  // The same as an exception.
  try {
    vk.call(vkxx::request{"users.get"}.access_token("mistyped"));
  } catch (const vkxx::auth_exception& refused) {
    std::cout << "a new token is needed: " << std::boolalpha << refused.error().token_is_dead()
              << '\n';
  }
  return 0;
}
