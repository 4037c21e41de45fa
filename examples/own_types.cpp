// An answer as a type of the program.
//
//   VK_ACCESS_TOKEN=… own_types [EMULATOR-ADDRESS]
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include <vkxx/blocking_client.hpp>

// Fields that it lacks are skipped; a field that VK may leave out is a std::optional.
struct person {
  std::int64_t id = 0;
  std::string first_name;
  std::optional<std::string> domain;
};
BOOST_DESCRIBE_STRUCT(person, (), (id, first_name, domain))

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::blocking_client vk{settings};

  const auto reply =
      vk.call(vkxx::request{"users.get"}.set("user_ids", "durov").set("fields", "domain"));
  for (const auto& user : reply.as<std::vector<person>>()) {
    std::cout << user.id << ": " << user.first_name << ' ' << user.domain.value_or("") << '\n';
  }
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
