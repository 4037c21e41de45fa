// A bot that loses no update: it counts the messages of each conversation, and answers.
//
//   VK_ACCESS_TOKEN=… inbox [EMULATOR-ADDRESS]
//
// Updates come by the Callback API. In place of a web server the example hands a request of VK to
// the receiver, twice, as VK does when an answer was lost.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio.hpp>

#include <vkxx/dispatch.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include <vkxx/updates.hpp>

namespace asio = boost::asio;

asio::awaitable<void> count_messages(vkxx::update_context context) {
  auto reading = context.read("count/" + context.lane());
  const auto before = (co_await std::move(reading)).value().value_or("0");
  const auto count = std::to_string(std::stoi(before) + 1);

  auto answer = vkxx::request{"messages.send"}.set("peer_id", 1).set("message", "Message " + count);
  auto sending = context.vk().call(std::move(answer));
  co_await std::move(sending);

  context.write("count/" + context.lane(), count);
  std::cout << context.lane() << ": " << count << '\n';
}

asio::awaitable<void> pretend_to_be_vk(std::shared_ptr<vkxx::callback_receiver> receiver) {
  for (int delivery = 1; delivery <= 2; ++delivery) {
    vkxx::callback_request request;
    request.body =
        R"({"type":"message_new","group_id":123,"event_id":"ab12","v":"5.199",)"
        R"("object":{"message":{"peer_id":1,"conversation_message_id":1,"text":"Hello"}}})";
    auto handling = receiver->handle(std::move(request));
    const auto answer = co_await std::move(handling);
    if (answer.body != "ok") throw std::runtime_error{"delivery refused: " + answer.body};
  }
  receiver->stop();  // the dispatcher ends when the inbox is empty
}

void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  if (argc > 1) settings.emulator(argv[1]);
  const auto file = std::filesystem::temp_directory_path() /
                    ("vkxx-example-" + std::to_string(::getpid()) + ".db");

  asio::io_context io;
  const vkxx::client vk{io.get_executor(), settings};
  auto store = vkxx::sqlite_state::open(file).value();
  vkxx::dispatcher updates{io.get_executor(), store, vkxx::dispatcher_options{}.client(vk)};

  const auto receiver = std::make_shared<vkxx::callback_receiver>(
      vkxx::callback_options{}.add_community(vkxx::callback_community{vkxx::group_id{123}}));
  updates.add(receiver);
  updates.on_update(count_messages);

  asio::co_spawn(io, pretend_to_be_vk(receiver), rethrow);
  asio::co_spawn(io, updates.run(), [](const std::exception_ptr&, const auto& report) {
    std::cout << "handled " << report.value().handled << ", left " << report.value().left << '\n';
  });
  io.run();

  std::filesystem::remove(file);
  std::filesystem::remove(file.string() + "-wal");
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
