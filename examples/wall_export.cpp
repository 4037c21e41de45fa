// All posts of a wall with their attachments, however many there are.
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
    for (const auto& attachment : post.attachments) {
      std::cout << "  " << attachment.type.text();
      if (attachment.photo) std::cout << ' ' << attachment.photo->id;
      if (attachment.link) std::cout << ' ' << attachment.link->url;
      std::cout << '\n';
    }
  }
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
