// What an exchange holds that waits for its answer.
#include <gtest/gtest.h>
#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/http/curl_transport.hpp>
#include <vkxx/testing.hpp>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/process.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;

std::ptrdiff_t heap_in_use() {
  return static_cast<std::ptrdiff_t>(mallinfo2().uordblks);
}

// Sanitizers have an allocator of their own.
bool heap_is_counted() {
  const auto before = heap_in_use();
  const std::vector<char> some(std::size_t{64} << 10U);
  return heap_in_use() - before > std::ptrdiff_t{60} << 10;
}

class Idle : public ::testing::Test {
 protected:
  Idle() {
    std::ofstream{ca_file} << vk.ca_certificate_pem();
    vk.add_fault(emulation::parse_fault("silent:users.get*0"));
  }

  // Starts exchanges, and runs them until the server has all their requests.
  void wait(transport_under_test& transport, std::size_t receive_buffer, std::size_t count) {
    const auto expected = vk.requests().size() + count;
    for (std::size_t i = 0; i < count; ++i) {
      auto message = post_to(vk.url() + "/method/users.get");
      message.receive_buffer(receive_buffer).timeout(10min);
      auto sending = transport.get()->send(std::move(message));
      asio::co_spawn(transport.context(), std::move(sending), asio::detached);
    }
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (vk.requests().size() < expected && std::chrono::steady_clock::now() < limit)
      transport.context().run_for(1ms);
    EXPECT_EQ(vk.requests().size(), expected);
  }

  // Bytes of each exchange that waits.
  std::ptrdiff_t held(std::size_t receive_buffer) {
    constexpr std::ptrdiff_t count = 20;
    transport_options options;
    options.ca_file(ca_file);
    transport_under_test transport{options};
    wait(transport, receive_buffer, 1);
    const auto before = heap_in_use();
    wait(transport, receive_buffer, count);
    const auto each = (heap_in_use() - before) / count;
    transport.destroy();
    return each;
  }

  temporary_folder folder;
  std::string ca_file = folder.path("ca.pem");
  emulator vk{emulator_options{}.tls(true)};
};

// libcurl has a send buffer of 16 KiB, which it needs no more, and as much to receive.
TEST_F(Idle, OneWithASmallBufferHoldsNoSendBuffer) {
  if (!heap_is_counted()) GTEST_SKIP() << "the allocator is another one";
  const auto usual = held(0);
  const auto small = held(1024);
  EXPECT_GT(usual - small, (15 + 12) << 10) << usual << " and " << small << " bytes";
}

}  // namespace
}  // namespace vkxx::http::test
