// The answer as types of the program's own.
//
//   VK_ACCESS_TOKEN=… own_types [EMULATOR-ADDRESS]
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include <vkxx/blocking_client.hpp>

struct person {
  std::int64_t id = 0;
  std::string first_name;
  std::string last_name;
};

// Other fields of the answer are left alone.
person tag_invoke(boost::json::value_to_tag<person>, const boost::json::value& from) {
  return {from.at("id").to_number<std::int64_t>(),
          boost::json::value_to<std::string>(from.at("first_name")),
          boost::json::value_to<std::string>(from.at("last_name"))};
}

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::blocking_client vk{settings};

  const auto reply = vk.call(vkxx::request{"users.get"}.set("user_ids", "durov"));
  for (const auto& who : reply.as<std::vector<person>>()) {
    std::cout << who.id << ": " << who.first_name << ' ' << who.last_name << '\n';
  }
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
