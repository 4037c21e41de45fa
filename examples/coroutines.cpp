// Several calls at the same time on the program's own event loop; an expected refusal without an
// exception.
//
//   VK_ACCESS_TOKEN=… coroutines [EMULATOR-ADDRESS]
#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <vkxx/client.hpp>

namespace asio = boost::asio;

asio::awaitable<void> greet(vkxx::client vk) {
  using namespace asio::experimental::awaitable_operators;

  auto [person, community] =
      co_await (vk.call(vkxx::request{"users.get"}.set("user_ids", "durov")) &&
                vk.call(vkxx::request{"groups.getById"}.set("group_ids", 1)));
  std::cout << "Hello, " << person.json().at(0).at("first_name").as_string().c_str() << "!\n";
  const auto& group = community.json().at("groups").at(0);
  std::cout << "Community 1 is called " << group.at("name").as_string().c_str() << ".\n";

  auto refused = co_await vk.try_call(vkxx::request{"users.get"}.access_token("mistyped"));
  if (!refused && refused.error() == vkxx::api_errc::authorization_failed) {
    std::cout << "VK does not accept that token.\n";
  }
}

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);

  asio::io_context loop;
  int status = 0;
  asio::co_spawn(loop, greet(vkxx::client{loop.get_executor(), settings}),
                 [&status](std::exception_ptr failure) {
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
