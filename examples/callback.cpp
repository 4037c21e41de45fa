// Receives what happens in a community by the Callback API.
//
//   VK_ACCESS_TOKEN=… callback [EMULATOR-ADDRESS]
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <vkxx/client.hpp>
#include <vkxx/updates.hpp>

namespace asio = boost::asio;

asio::awaitable<void> serve(vkxx::callback_server& server) {
  auto end = co_await server.run();
  if (!end) std::cerr << end.error() << '\n';
}

asio::awaitable<void> receive(vkxx::client vk, vkxx::callback_receiver& updates,
                              vkxx::callback_server& server) {
  const auto address = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  auto wanted = vkxx::callback_setup_options{address}.add_event("wall_post_new");
  auto ready = co_await vkxx::set_up_callback(vk, updates, vkxx::group_id{1}, wanted);
  ready.value();
  co_await vk.call(vkxx::request{"wall.post"}.set("owner_id", -1).set("message", "Hello!"));

  while (auto batch = co_await updates.next()) {
    for (const auto& update : *batch) {
      std::cout << update.type() << " of community " << update.group()->value() << '\n';
    }
    updates.commit(batch->cursor());  // VK gets the answer "ok"
    server.stop();
    updates.stop();
  }
}

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  if (argc > 1) settings.emulator(argv[1]);

  asio::io_context loop;
  const vkxx::client vk{loop.get_executor(), settings};
  auto community = vkxx::callback_community{vkxx::group_id{1}};
  community.secret_key(vkxx::secret{"only VK knows this"});
  vkxx::callback_receiver updates{vkxx::callback_options{}.add_community(community)};
  vkxx::callback_server server{loop.get_executor(), updates, vkxx::callback_server_options{}};

  int status = 0;
  asio::co_spawn(loop, serve(server), asio::detached);
  asio::co_spawn(loop, receive(vk, updates, server), [&status](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
      status = 1;
    }
  });
  loop.run();
  return status;
}
