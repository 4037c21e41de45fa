// All posts of a wall with what is attached to them, however many there are.
//
//   VK_ACCESS_TOKEN=… wall_export [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>

#include <vkxx/api/wall.hpp>
#include <vkxx/blocking_client.hpp>

namespace api = vkxx::api;

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::blocking_client vk{settings};

  for (const auto& post : vk.items(api::wall::get{}.owner_id(-1).count(2))) {
    if (post.id) std::cout << *post.id << ": " << post.text << '\n';
    for (const auto& attached : post.attachments) {
      std::cout << "  " << attached.type.text();
      if (attached.photo) std::cout << ' ' << attached.photo->id;
      if (attached.link) std::cout << ' ' << attached.link->url;
      std::cout << '\n';
    }
  }
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
