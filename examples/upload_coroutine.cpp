// An upload by a coroutine: progress, limits, and a store of what was uploaded already.
//
//   VK_ACCESS_TOKEN=… upload_coroutine [EMULATOR-ADDRESS]
#include <boost/asio.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include <vkxx/client.hpp>
#include <vkxx/uploads.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

asio::awaitable<void> send_report(vkxx::client vk, std::shared_ptr<vkxx::attachment_store> store) {
  const vkxx::uploads up{vk};
  vkxx::upload_options options;
  options.silence_limit(20s).store(store);
  options.on_progress([](const vkxx::upload_progress& now) {
    if (now.sent == now.to_send) std::cout << "sent\n";
  });
  // Without a peer: for a document that is sent to many.
  const auto report = co_await up.message_document(
      vkxx::memory_source{"report.csv", "owls;3\ncats;1\n"}, std::nullopt, std::move(options));
  std::cout << (report.from_store() ? "known" : "uploaded") << '\n';

  auto message = vkxx::request{"messages.send"}
                     .set("peer_id", 2)
                     .set("random_id", 1)
                     .set("attachment", report);
  co_await vk.call(std::move(message));
}

asio::awaitable<void> run(vkxx::client vk) {
  const auto store = vkxx::make_memory_attachment_store();
  co_await send_report(vk, store);
  co_await send_report(vk, store);
}

}  // namespace

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  asio::io_context io;
  const vkxx::client vk{io.get_executor(), settings};
  asio::co_spawn(io, run(vk), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
