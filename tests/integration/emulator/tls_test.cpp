// HTTPS with the certificate that the emulator makes at start.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <vkxx/emulator.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

namespace ssl = asio::ssl;

class Tls : public ::testing::Test {
 protected:
  using stream = ssl::stream<asio::ip::tcp::socket>;

  stream connected(ssl::context& settings, const std::string& name) {
    settings.set_verify_mode(ssl::verify_peer);
    stream result{context, settings};
    result.set_verify_callback(ssl::host_name_verification{name});
    result.next_layer().connect({asio::ip::make_address("127.0.0.1"), vk.port()});
    return result;
  }

  asio::io_context context;
  emulator vk{emulator_options{}.tls(true)};
};

TEST_F(Tls, IsTrustedByClientsThatTrustItsAuthority) {
  for (const auto* name : {"127.0.0.1", "localhost", "vk.ru", "api.vk.ru", "oauth.vk.com"}) {
    ssl::context settings{ssl::context::tls_client};
    settings.add_certificate_authority(asio::buffer(vk.ca_certificate_pem()));
    auto client = connected(settings, name);
    client.handshake(ssl::stream_base::client);
    asio::write(client, asio::buffer(post("users.get", "v=5.199", vk.tokens().user)));
    std::array<char, 4096> bytes{};
    const auto size = client.read_some(asio::buffer(bytes));
    EXPECT_EQ((std::string_view{bytes.data(), size}.substr(0, 15)), "HTTP/1.1 200 OK");
  }
  EXPECT_TRUE(vk.url().starts_with("https://127.0.0.1:"));
}

TEST_F(Tls, IsNamedToClientsThatDoNotSpeakIt) {
  raw_client client{vk.port()};
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto received = client.receive_all();
  EXPECT_TRUE(received.starts_with("HTTP/1.1 400")) << received;
  EXPECT_NE(received.find("https://"), std::string::npos) << received;
}

TEST_F(Tls, IsRefusedByOtherClients) {
  ssl::context settings{ssl::context::tls_client};
  settings.set_default_verify_paths();
  auto client = connected(settings, "localhost");
  EXPECT_THROW(client.handshake(ssl::stream_base::client), boost::system::system_error);
}

TEST_F(Tls, IsRefusedUnderAnotherName) {
  ssl::context settings{ssl::context::tls_client};
  settings.add_certificate_authority(asio::buffer(vk.ca_certificate_pem()));
  auto client = connected(settings, "vk.ru.example");
  EXPECT_THROW(client.handshake(ssl::stream_base::client), boost::system::system_error);
}

TEST_F(Tls, HasANewKeyInEveryRun) {
  const emulator other{emulator_options{}.tls(true)};
  EXPECT_NE(other.ca_certificate_pem(), vk.ca_certificate_pem());
  EXPECT_EQ(emulator{}.ca_certificate_pem(), "");
}

}  // namespace
}  // namespace vkxx::emulation
