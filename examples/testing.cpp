// Two ways to test a program that calls VK: with a scripted transport, and with the emulator.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client.hpp>
#include <vkxx/testing.hpp>

namespace asio = boost::asio;
namespace vk_testing = vkxx::testing;
using namespace std::chrono_literals;

// The function under test: who wrote the newest post of a wall?
asio::awaitable<std::int64_t> newest_author(vkxx::client vk, std::int64_t owner) {
  vkxx::request request{"wall.get"};
  request.set("owner_id", owner).set("count", 1);
  auto calling = vk.call(std::move(request));
  const auto reply = co_await std::move(calling);
  co_return reply.json().at("items").at(0).at("from_id").to_number<std::int64_t>();
}

void test_with_script() {
  asio::io_context io;
  auto clock = std::make_shared<vk_testing::manual_clock>();
  auto transport = std::make_shared<vk_testing::scripted_transport>(clock);
  const vkxx::client vk{io.get_executor(),
                        vkxx::config{}.transport(transport).time_source(clock).access_token("t")};

  transport->expect(vk_testing::call("wall.get").with("owner_id", "-5").with("count", "1"))
      .reply(R"({"count": 1, "items": [{"from_id": 7}]})", vk_testing::after(3s));

  asio::co_spawn(
      io,
      [vk]() -> asio::awaitable<void> {
        auto asking = newest_author(vk, -5);
        std::cout << "author " << co_await std::move(asking) << '\n';
      },
      asio::detached);
  while (io.poll(), clock->advance_to_next()) io.restart();

  std::cout << "problems: " << (transport->problems().empty() ? "none" : transport->problems())
            << '\n';
}

void test_with_emulator() {
  vk_testing::emulator_fixture emulator;
  vkxx::blocking_client vk{vkxx::config{}.emulator(emulator.url()).access_token(emulator.token())};

  emulator->add_fault(vkxx::emulation::fault{vkxx::emulation::fault_kind::http_status, 502});
  // The client retries a read; it does not retry a write, which VK may have executed.
  const auto read = vk.try_call(vkxx::request{"users.get"}.set("user_ids", 1));
  std::cout << "a read: " << (read ? "fine" : read.error().to_string()) << '\n';

  emulator->add_fault(vkxx::emulation::fault{vkxx::emulation::fault_kind::http_status, 502});
  const auto write = vk.try_call(vkxx::request{"status.set"}.set("text", "Hello"));
  std::cout << "a write: " << (write ? "fine" : to_string(*write.error().code())) << '\n';
  std::cout << "requests: " << emulator->requests().size() << '\n';
}

int main() {
  test_with_script();
  test_with_emulator();
}
