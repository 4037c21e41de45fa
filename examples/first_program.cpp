// Prints the names of two people.
//
//   VK_ACCESS_TOKEN=… first_program            asks VK
//   VK_ACCESS_TOKEN=… first_program ADDRESS    asks the emulator at that address
#include <cstdlib>
#include <iostream>

#include <boost/json.hpp>

#include <vkxx/blocking_client.hpp>

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);

  vkxx::blocking_client vk{settings};
  const auto reply =
      vk.call(vkxx::request{"users.get"}.set("user_ids", 1, 2).set("fields", "city"));
  for (const auto& user : reply.json().as_array()) {
    std::cout << user.at("first_name").as_string().c_str() << ' '
              << user.at("last_name").as_string().c_str() << '\n';
  }
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
