// The browser comes back to a port of this machine.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vkxx/auth.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/auth/browser.hpp"

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

TEST(redirect_listener, brings_a_login_by_vk_id_to_its_end) {
  vkxx::testing::emulator_fixture vk;
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const vkxx::auth::vk_id id{"777", back.redirect_uri()};
  const auto settings = vkxx::config{}.emulator(vk.url());
  const auto login = id.begin(settings.values().endpoints);
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

TEST(redirect_listener, takes_no_other_request_for_the_redirect) {
  asio::io_context loop;
  redirect_listener back{loop.get_executor()};
  const auto home = back.redirect_uri();
  const auto root = home.substr(0, home.rfind('/'));
  const auto address = wait_during(loop, back, [&] {
    EXPECT_THAT(vkxx::testing::get(root + "/favicon.ico"), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::get(home), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::post(home, "code=1"), testing::HasSubstr("Not here"));
    EXPECT_THAT(vkxx::testing::get(home + "?code=1&state=2"), testing::HasSubstr("close"));
  });
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, home + "?code=1&state=2");
}

TEST(redirect_listener, is_not_held_up_by_a_connection_that_says_nothing_or_too_much) {
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
    static_cast<void>(vkxx::testing::get(home + "?code=1"));
  });
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, home + "?code=1");
}

TEST(redirect_listener, throws_when_the_port_is_taken) {
  asio::io_context loop;
  redirect_listener first{loop.get_executor()};
  const auto uri = first.redirect_uri();
  const auto port = static_cast<std::uint16_t>(std::stoi(uri.substr(uri.rfind(':') + 1)));
  EXPECT_THROW((redirect_listener{loop.get_executor(), port}), boost::system::system_error);
}

}  // namespace
