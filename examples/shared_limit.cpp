// Several processes share the rate limit of one token.
//
//   VK_ACCESS_TOKEN=… REDIS_URL=redis://:password@host shared_limit [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>

#include <boost/json.hpp>

#include <vkxx/blocking_client.hpp>
#include <vkxx/redis.hpp>

int main(int argc, char** argv) try {
  const char* const url = std::getenv("REDIS_URL");
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);

  const vkxx::redis::options server{url != nullptr ? url : "redis://127.0.0.1"};
  const auto shared = vkxx::redis::make_shared_limit(server);
  settings.limits(vkxx::limits{}.share(shared).processes(4));

  vkxx::blocking_client vk{settings};
  const auto reply = vk.call(vkxx::request{"users.get"}.set("user_ids", 1));
  std::cout << reply.json().at(0).at("last_name").as_string().c_str() << '\n';
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
