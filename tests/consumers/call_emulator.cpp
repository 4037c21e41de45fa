// A foreign program with the client and the emulator: one calls the other.
#include <cstdio>

#include <boost/json.hpp>

#include <vkxx/blocking_client.hpp>
#include <vkxx/emulator.hpp>
#include <vkxx/api/users.hpp>

int main() {
  vkxx::emulator vk_here;
  vkxx::config settings;
  settings.emulator(vk_here.url()).access_token(vk_here.tokens().user);
  vkxx::blocking_client vk{settings};
  const auto answer = vk.call(vkxx::request{"users.get"}.set("user_ids", "durov"));
  const auto id = answer.json().at(0).at("id").as_int64();
  const auto typed = vk.call(vkxx::api::users::get{}.user_ids("durov"));
  std::printf("durov has the id %lld, %s\n", static_cast<long long>(id),
              typed.at(0).first_name.c_str());
  return id == 1 && typed.at(0).id == 1 ? 0 : 1;
}
