// The friends of your friends, and how many of your friends know each.
//
//   VK_ACCESS_TOKEN=… friends_of_friends [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include <vkxx/api/friends.hpp>
#include <vkxx/api/users.hpp>
#include <vkxx/blocking_client.hpp>

namespace api = vkxx::api;

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::blocking_client vk{settings};

  const auto me = vk.call(api::users::get{}).at(0).id;
  std::set<vkxx::user_id> known{me};
  for (const auto friend_id : vk.items(api::friends::get{})) known.insert(friend_id);

  std::cout << "you have " << known.size() - 1 << " friends\n";

  std::map<vkxx::user_id, int> found;
  for (const auto friend_id : known) {
    if (friend_id == me) continue;
    const auto theirs = vk.try_call(api::friends::get{}.user_id(friend_id));
    if (!theirs) {  // a closed or deleted profile: expected, no exception
      std::cout << friend_id << ": error " << static_cast<int>(*theirs.error().api_code()) << '\n';
      continue;
    }
    for (const auto id : theirs->items) ++found[id];
  }
  found.erase(me);
  for (const auto& [id, times] : found) {
    std::cout << id << " is known to " << times << " of them"
              << (known.contains(id) ? ", and to you" : "") << '\n';
  }
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
