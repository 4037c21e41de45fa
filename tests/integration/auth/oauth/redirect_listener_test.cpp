// The browser comes back to a port of this machine.
#include <poll.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vkxx/auth.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/auth/implicit/browser.hpp"

namespace {

using vkxx::auth::redirect_listener;
namespace asio = boost::asio;

// What the listener gives while `visit` goes on in another thread.
template <class Visit>
vkxx::result<std::string> wait_during(asio::io_context& loop, redirect_listener& back,
                                      Visit visit) {
  auto outcome = asio::co_spawn(loop, back.wait(), asio::use_future);
  const std::jthread visitor{visit};
  loop.run();
  return outcome.get();
}

TEST(RedirectListener, BringsALoginByVkIdToItsEnd) {
  vkxx::testing::emulator_fixture vk;
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const vkxx::auth::vk_id id{"777", back.redirect_uri()};
  const auto settings = vkxx::config{}.emulator(vk.url());
  const auto login = id.begin(settings.endpoints());
  std::string page;
  const auto address = wait_during(loop, back, [&] {
    page = vkxx::testing::get(vkxx::testing::pass_consent_page(login.authorize_url, "allow"));
  });
  ASSERT_TRUE(address) << address.error();
  EXPECT_THAT(page, testing::HasSubstr("close this window"));
  const vkxx::client client{loop.get_executor(), settings};
  auto token =
      asio::co_spawn(loop, id.finish(login, *address, client.environment()), asio::use_future);
  loop.restart();
  loop.run();
  const auto got = token.get();
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->user_id, 1);
}

TEST(RedirectListener, TakesNoOtherRequestForTheRedirect) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const auto home = back.redirect_uri();
  const auto root = home.substr(0, home.rfind('/'));
  const auto address = wait_during(loop, back, [&] {
    EXPECT_THAT(vkxx::testing::get(root + "/favicon.ico"), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::get(home), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::post(home, "code=1"), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::get(home + "?code=1"), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::get(home + "?code=1&state=2"), testing::HasSubstr("close"));
  });
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, home + "?code=1&state=2");
}

TEST(RedirectListener, IsNotHeldUpByAConnectionThatSaysNothingOrTooMuch) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const auto home = back.redirect_uri();
  const auto from = home.rfind(':') + 1;
  const auto port = static_cast<std::uint16_t>(std::stoi(home.substr(from)));
  asio::io_context other;
  asio::ip::tcp::socket silent{other};
  asio::ip::tcp::socket noisy{other};
  const auto address = wait_during(loop, back, [&] {
    const asio::ip::tcp::endpoint there{asio::ip::address_v4::loopback(), port};
    silent.connect(there);
    noisy.connect(there);
    boost::system::error_code ignored;
    asio::write(noisy, asio::buffer(std::string(100'000, 'x')), ignored);
    static_cast<void>(vkxx::testing::get(home + "?code=1&state=2"));
  });
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, home + "?code=1&state=2");
}

// The answer to these bytes; empty if the connection was closed without one.
std::string answer_to(std::uint16_t port, const std::string& bytes) {
  asio::io_context loop;
  asio::ip::tcp::socket peer{loop};
  peer.connect({asio::ip::address_v4::loopback(), port});
  boost::system::error_code ignored;
  asio::write(peer, asio::buffer(bytes), ignored);
  std::string answer;
  asio::read(peer, asio::dynamic_buffer(answer), ignored);
  return answer;
}

std::uint16_t port_of(const redirect_listener& back) {
  const auto home = back.redirect_uri();
  return static_cast<std::uint16_t>(std::stoi(home.substr(home.rfind(':') + 1)));
}

vkxx::result<std::string> wait_for_state(asio::io_context& loop, redirect_listener& back,
                                         const std::string& state, std::function<void()> visit) {
  auto outcome = asio::co_spawn(loop, back.wait(state), asio::use_future);
  const std::jthread visitor{std::move(visit)};
  loop.run();
  return outcome.get();
}

TEST(RedirectListener, GoesOnAfterWhatIsNotTheRedirectOfItsLogin) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const auto port = port_of(back);
  const auto host = "Host: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
  const auto address = wait_for_state(loop, back, "mine", [&] {
    for (const auto& bytes : {
             "GET /callback?code=1&state=other HTTP/1.1\r\n" + host,
             "GET /callback?code=1 HTTP/1.1\r\n" + host,
             "GET /callback?error=access_denied HTTP/1.1\r\n" + host,
             "GET /callback?code=1&state=mine&state=other HTTP/1.1\r\n" + host,
             "GET /callback/?code=1&state=mine HTTP/1.1\r\n" + host,
             "GET /?code=1&state=mine HTTP/1.1\r\n" + host,
             "HEAD /callback?code=1&state=mine HTTP/1.1\r\n" + host,
             "POST /callback?code=1&state=mine HTTP/1.1\r\nContent-Length: 0\r\n" + host,
             std::string{"GET /callback?code=1&state=mine HTTP/1.1\r\n\r\n"},
             std::string{"GET /callback?code=1&state=mine HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
             "GET /callback?code=1&state=mine HTTP/1.1\r\nHost: evil.example\r\n" + host,
         }) {
      EXPECT_THAT(answer_to(port, bytes), testing::StartsWith("HTTP/1.1 400 ")) << bytes;
    }
    EXPECT_THAT(answer_to(port, "GET /callback?code=2&state=mine HTTP/1.1\r\nhost:  127.0.0.1:" +
                                    std::to_string(port) + " \r\n\r\n"),
                testing::StartsWith("HTTP/1.1 200 "));
  });
  ASSERT_TRUE(address) << address.error();
  EXPECT_EQ(*address, back.redirect_uri() + "?code=2&state=mine");
}

TEST(RedirectListener, ServesTheRedirectBesideAHundredSlowConnections) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const auto port = port_of(back);
  asio::io_context other;
  std::vector<asio::ip::tcp::socket> slow;
  const auto begun = std::chrono::steady_clock::now();
  const auto address = wait_for_state(loop, back, "mine", [&] {
    for (int i = 0; i != 100; ++i) {
      slow.emplace_back(other).connect({asio::ip::address_v4::loopback(), port});
      boost::system::error_code ignored;
      asio::write(slow.back(), asio::buffer(std::string{"GET /"}), ignored);
    }
    static_cast<void>(vkxx::testing::get(back.redirect_uri() + "?code=1&state=mine"));
  });
  ASSERT_TRUE(address) << address.error();
  // One after another they would take two seconds each.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{10});
}

TEST(RedirectListener, WaitsOnceAndSaysSo) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  auto first = asio::co_spawn(loop, back.wait("a"), asio::use_future);
  auto second = asio::co_spawn(loop, back.wait("a"), asio::use_future);
  loop.poll();
  const auto refused = second.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), vkxx::errc::invalid_argument);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("second time"));
  auto empty =
      asio::co_spawn(loop, redirect_listener{loop.get_executor()}.wait(""), asio::use_future);
  loop.poll();
  EXPECT_EQ(empty.get().error(), vkxx::errc::invalid_argument);
}

TEST(RedirectListener, OutlivesATimeWithoutDescriptors) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const auto port = port_of(back);
  const auto host = "Host: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const auto address = wait_for_state(loop, back, "mine", [&] {
    asio::io_context other;
    asio::ip::tcp::socket peer{other};
    peer.open(asio::ip::tcp::v4());
    // No descriptor is left for the connection at the other end.
    rlimit none = before;
    none.rlim_cur = 3;
    ::setrlimit(RLIMIT_NOFILE, &none);
    peer.connect({asio::ip::address_v4::loopback(), port});
    asio::write(peer, asio::buffer("GET /callback?code=1&state=mine HTTP/1.1\r\n" + host));
    // For more than one pause of the listener nothing comes.
    pollfd waiting{peer.native_handle(), POLLIN, 0};
    EXPECT_EQ(::poll(&waiting, 1, 120), 0);
    ::setrlimit(RLIMIT_NOFILE, &before);
    std::string answer;
    boost::system::error_code ignored;
    asio::read(peer, asio::dynamic_buffer(answer), ignored);
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 "));
  });
  ASSERT_TRUE(address) << address.error();
}

TEST(RedirectListener, ThrowsWhenThePortIsTaken) {
  asio::io_context loop;
  redirect_listener first{loop.get_executor()};
  const auto uri = first.redirect_uri();
  const auto port = static_cast<std::uint16_t>(std::stoi(uri.substr(uri.rfind(':') + 1)));
  EXPECT_THROW((redirect_listener{loop.get_executor(), port}), boost::system::system_error);
}

}  // namespace
