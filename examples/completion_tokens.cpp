// Calls without coroutines: a callback, and a future that another thread waits for.
//
//   VK_ACCESS_TOKEN=… completion_tokens [EMULATOR-ADDRESS]
#include <cstdlib>
#include <future>
#include <iostream>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>

#include <vkxx/client.hpp>

namespace asio = boost::asio;

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);

  asio::io_context loop;
  const vkxx::client vk{loop.get_executor(), settings};

  vk.async_call(vkxx::request{"users.get"}.set("user_ids", "durov"), {},
                [](vkxx::result<vkxx::reply> users) {
                  if (!users) {
                    std::cerr << users.error().to_string() << '\n';
                    return;
                  }
                  const auto& user = users->json().at(0);
                  std::cout << "Hello, " << user.at("first_name").as_string().c_str() << "!\n";
                });
  loop.run();

  loop.restart();
  auto work = asio::make_work_guard(loop);
  std::jthread network{[&loop] { loop.run(); }};
  std::future<vkxx::result<vkxx::reply>> groups =
      vk.async_call(vkxx::request{"groups.getById"}.set("group_ids", 1), {}, asio::use_future);
  const auto reply = groups.get().value();
  std::cout << "Community 1 is called "
            << reply.json().at("groups").at(0).at("name").as_string().c_str() << ".\n";
  work.reset();
}
