// One of several processes of the same bot: they share the inbox through Redis.
//
//   VK_ACCESS_TOKEN=… REDIS_URL=rediss://bot:password@host processes [EMULATOR-ADDRESS]
//
// With sentinels REDIS_URL names the primary server, as in redis://bot:password@mymaster, and
// REDIS_SENTINELS their URLs, separated by spaces.
//
// Updates come by the Callback API. In place of a web server the example hands requests of VK to
// the receiver.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include <boost/asio.hpp>

#include <vkxx/dispatch.hpp>
#include <vkxx/redis.hpp>
#include <vkxx/updates.hpp>

namespace asio = boost::asio;

vkxx::redis::sentinel_list read_sentinels(const char* text) {
  vkxx::redis::sentinel_list sentinels;
  std::istringstream urls{text != nullptr ? text : ""};
  for (std::string url; urls >> url;) sentinels.add(url);
  return sentinels;
}

asio::awaitable<void> count_messages(vkxx::update_context context) {
  const auto key = "count/" + context.lane();
  auto reading = context.read(key);
  const auto before = (co_await std::move(reading)).value().value_or("0");
  const auto count = std::to_string(std::stoi(before) + 1);

  auto answer = vkxx::request{"messages.send"}.set("peer_id", 1).set("message", "Message " + count);
  auto sending = context.vk().call(std::move(answer));
  co_await std::move(sending);

  context.write(key, count);
  std::cout << context.lane() << ": " << count << '\n';
}

asio::awaitable<void> pretend_to_be_vk(std::shared_ptr<vkxx::callback_receiver> receiver,
                                       vkxx::dispatcher& updates) {
  for (const auto* number : {"1", "2"}) {
    vkxx::callback_request request;
    request.body = std::string{R"({"type":"message_new","group_id":123,"event_id":"ab)"} + number +
                   R"(","v":"5.199","object":{"message":{"peer_id":1,"conversation_message_id":)" +
                   number + R"(,"text":"Hello"}}})";
    auto handling = receiver->handle(std::move(request));
    static_cast<void>(co_await std::move(handling));
  }
  asio::steady_timer timer{co_await asio::this_coro::executor};
  while (updates.metrics().handled < 2) {
    timer.expires_after(std::chrono::milliseconds{10});
    co_await timer.async_wait(asio::use_awaitable);
  }
  updates.stop();
}

int main(int argc, char** argv) try {
  const char* const url = std::getenv("REDIS_URL");
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  if (argc > 1) settings.emulator(argv[1]);

  asio::io_context io;
  vkxx::redis::options server{url != nullptr ? url : "redis://127.0.0.1"};
  server.sentinels(read_sentinels(std::getenv("REDIS_SENTINELS")));
  auto store = vkxx::redis::shared_state::open(server).value();
  settings.limits(vkxx::limits{}.share(vkxx::redis::make_shared_limit(server)));
  const vkxx::client vk{io.get_executor(), settings};
  vkxx::dispatcher updates{io.get_executor(), store, vkxx::dispatcher_options{}.client(vk)};

  const auto receiver = std::make_shared<vkxx::callback_receiver>(
      vkxx::callback_options{}.add_community(vkxx::callback_community{vkxx::group_id{123}}));
  updates.add(receiver);
  updates.on_update(count_messages);

  asio::co_spawn(io, pretend_to_be_vk(receiver, updates), asio::detached);
  asio::co_spawn(io, updates.run(), [](const std::exception_ptr&, const auto& report) {
    std::cout << "handled " << report.value().handled << ", left " << report.value().left << '\n';
  });
  io.run();
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
