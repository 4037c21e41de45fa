// A foreign program without the types: the client, the testing kit and its emulator.
#include <cstdio>

#include <boost/json.hpp>

#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing.hpp>

int main() {
  const vkxx::testing::emulator_fixture vk_here;
  vkxx::config settings;
  settings.emulator(vk_here.url()).access_token(vk_here.token());
  vkxx::blocking_client vk{settings};
  const auto answer = vk.call(vkxx::request{"users.get"}.set("user_ids", "durov"));
  const auto id = answer.json().at(0).at("id").as_int64();
  std::printf("durov has the id %lld\n", static_cast<long long>(id));
  return id == 1 ? 0 : 1;
}
