// A community and its latest posts in one request; a third call fails.
//
//   VK_ACCESS_TOKEN=… community_digest [EMULATOR-ADDRESS]
#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <vkxx/api/groups.hpp>
#include <vkxx/api/users.hpp>
#include <vkxx/api/wall.hpp>
#include <vkxx/client.hpp>

namespace api = vkxx::api;
namespace asio = boost::asio;

asio::awaitable<void> digest(vkxx::client vk) {
  auto [groups, news, nobody] = co_await vk.execute(
      api::groups::getById{}.group_ids(1), api::wall::get{}.owner_id(vkxx::group_id{1}).count(2),
      api::wall::get{}.owner_id(-404));
  if (groups) std::cout << groups->groups.at(0).name.value_or("?") << '\n';
  if (news) {
    for (const auto& post : news->items) std::cout << "- " << post.text << '\n';
  }
  if (!nobody) std::cout << "The third call: " << nobody.error().message() << '\n';
}

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  asio::io_context io;
  int status = 0;
  asio::co_spawn(io, digest(vkxx::client{io.get_executor(), settings}),
                 [&](const std::exception_ptr& failure) {
                   if (failure) status = 1;
                   io.stop();
                 });
  io.run();
  return status;
}
