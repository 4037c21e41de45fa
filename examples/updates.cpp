// Reads what happens in a community by long poll, and continues where it ended.
//
//   VK_ACCESS_TOKEN=… updates [EMULATOR-ADDRESS]
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe.hpp>

#include <vkxx/client.hpp>
#include <vkxx/updates.hpp>

namespace asio = boost::asio;

struct wall_post {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(wall_post, (), (text))

// Something to report.
asio::awaitable<void> publish(vkxx::client vk, std::string text) {
  co_await vk.call(vkxx::request{"wall.post"}.set("owner_id", -1).set("message", text));
}

asio::awaitable<void> listen(vkxx::client vk, vkxx::update_cursor saved) {
  vkxx::bots_long_poll events{vk, vkxx::group_id{1}, vkxx::long_poll_options{}.cursor(saved)};
  bool published = false;
  while (auto batch = co_await events.next()) {
    for (const auto& loss : batch->losses()) {
      std::cout << "updates are missing: " << to_string(loss.reason) << '\n';
    }
    for (const auto& update : *batch) {
      std::cout << update.type();
      if (auto post = update.as<wall_post>()) std::cout << ": " << post->text;
      std::cout << '\n';
      if (update.type() == "wall_post_new") events.stop();
    }
    saved = batch->cursor();  // store it together with what the updates have changed
    events.commit(batch->cursor());
    if (!published) co_await publish(vk, "Hello!");
    published = true;
  }
}

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  if (argc > 1) settings.emulator(argv[1]);

  asio::io_context loop;
  int status = 0;
  const vkxx::client vk{loop.get_executor(), settings};
  asio::co_spawn(loop, listen(vk, vkxx::update_cursor{}), [&status](std::exception_ptr failure) {
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
