// The Callback API over real sockets.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>

#include <vkxx/emulator.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "emulator/http/certificate.hpp"
#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;
using asio::ip::tcp;

std::string answer_text(std::string_view body, std::string_view status = "200 OK",
                        std::string_view header = {}) {
  std::string text = "HTTP/1.1 " + std::string{status} + "\r\n" + std::string{header};
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

// Head and body of a request.
template <class Stream>
std::string read_request(Stream& stream) {
  std::string text;
  std::array<char, 4096> bytes{};
  while (true) {
    const auto end = text.find("\r\n\r\n");
    const auto length = text.find("Content-Length: ");
    if (end != std::string::npos && length != std::string::npos &&
        text.size() >= end + 4 + std::stoul(text.substr(length + 16)))
      return text;
    text.append(bytes.data(), stream.read_some(asio::buffer(bytes)));
  }
}

class bot_server {
 public:
  [[nodiscard]] std::string url(std::string_view scheme = "http") const {
    return std::string{scheme} +
           "://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/bot?a=1";
  }
  /// The next request.
  std::string receive() {
    socket_.emplace(acceptor_.accept());
    return read_request(*socket_);
  }
  void send(const std::string& text) {
    asio::write(*socket_, asio::buffer(text));
    socket_.reset();
  }
  tcp::acceptor& acceptor() { return acceptor_; }

 private:
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::optional<tcp::socket> socket_;
};

class Callbacks : public ::testing::Test {
 protected:
  std::string call(const std::string& bytes) {
    raw_client client{vk.port()};
    client.send(bytes);
    return body_of(client.receive());
  }
  json::value method(const std::string& name, const std::string& form) {
    const auto whole = json::parse(call(post(name, form + "&v=5.199", vk.tokens().community)));
    return whole.at("response");
  }
  void say(const std::string& text) {
    const auto body = R"({"to":-1,"text":")" + text + "\"}";
    call(
        "POST /_emulator/people/2/say HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
        "application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  std::string code() {
    return std::string{
        method("groups.getCallbackConfirmationCode", "group_id=1").at("code").as_string()};
  }
  void add(const std::string& url) {
    method("groups.addCallbackServer", "group_id=1&title=bot&secret_key=sesame&url=" + url);
  }
  /// The attempts that have ended after `since`; waits until there is one.
  json::array attempts(std::uint64_t since) {
    return json::parse(call("GET /_emulator/transports/1/callbacks?wait=25&since=" +
                            std::to_string(since) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
        .at("items")
        .as_array();
  }
  std::string verdict_of(std::uint64_t attempt) {
    return std::string{attempts(attempt - 1).at(0).at("verdict").as_string()};
  }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  emulator vk{emulator_options{}.time(time)};
  bot_server bot;
};

TEST_F(Callbacks, ConfirmThenDeliverThenRetry) {
  add(bot.url());
  const auto question = bot.receive();
  EXPECT_TRUE(question.starts_with("POST /bot?a=1 HTTP/1.1\r\n"));
  EXPECT_NE(question.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_EQ(body_of(question), R"({"type":"confirmation","group_id":1,"secret":"sesame"})");
  bot.send(answer_text(code()));
  EXPECT_EQ(verdict_of(1), "confirmed");
  say("hello");
  const auto allow = json::parse(body_of(bot.receive()));
  bot.send(answer_text("ok"));
  const auto first = bot.receive();
  bot.send(answer_text("no", "500 Internal Server Error"));
  EXPECT_EQ(allow.at("type"), "message_allow");
  EXPECT_EQ(first.find("X-Retry-Counter"), std::string::npos);
  const auto update = json::parse(body_of(first));
  EXPECT_EQ(update.at("type"), "message_new");
  EXPECT_EQ(update.at("secret"), "sesame");
  EXPECT_EQ(update.at("object").at("message").at("text"), "hello");
  EXPECT_EQ(verdict_of(3), "failed");
  time->advance(std::chrono::seconds{10});
  const auto second = bot.receive();
  EXPECT_NE(second.find("X-Retry-Counter: 1\r\n"), std::string::npos);
  EXPECT_EQ(body_of(second), body_of(first));
  bot.send(answer_text("ok"));
  EXPECT_EQ(verdict_of(4), "delivered");
}

TEST_F(Callbacks, ServerThatCannotBeReachedFails) {
  const auto url = bot.url();
  bot.acceptor().close();
  add(url);
  EXPECT_EQ(verdict_of(1), "failed");
  const auto servers = method("groups.getCallbackServers", "group_id=1");
  EXPECT_EQ(servers.at("items").at(0).at("status"), "failed");
}

TEST_F(Callbacks, GoOverTlsWithAnyCertificate) {
  add(bot.url("https"));
  const auto certificate = detail::make_certificate("127.0.0.1");
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tls.use_certificate(asio::buffer(certificate.certificate_pem), asio::ssl::context::pem);
  tls.use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem);
  asio::ssl::stream<tcp::socket> stream{bot.acceptor().accept(), tls};
  stream.handshake(asio::ssl::stream_base::server);
  const auto question = read_request(stream);
  EXPECT_NE(question.find("confirmation"), std::string::npos);
  asio::write(stream, asio::buffer(answer_text(code())));
  EXPECT_EQ(verdict_of(1), "confirmed");
}

TEST_F(Callbacks, AnswersThatAreNoneFail) {
  const std::string endless =
      "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n" + std::string(1000, 'x');
  std::uint64_t attempt = 0;
  for (const auto& given :
       {endless, answer_text("", "302 Found", "Location: " + bot.url() + "\r\n"),
        std::string{"not HTTP\r\n\r\n"}, std::string{}}) {
    add(bot.url());
    static_cast<void>(bot.receive());
    bot.send(given);
    EXPECT_EQ(verdict_of(++attempt), "failed") << given.substr(0, 40);
  }
}

TEST_F(Callbacks, HostOfAnIpv6AddressStandsInBrackets) {
  asio::io_context context;
  tcp::acceptor acceptor{context};
  boost::system::error_code none;
  acceptor.open(tcp::v6(), none);
  if (!none) acceptor.bind({asio::ip::make_address("::1"), 0}, none);
  if (none) GTEST_SKIP() << "no IPv6 here";
  acceptor.listen();
  const auto host = "[::1]:" + std::to_string(acceptor.local_endpoint().port());
  add("http://" + host + "/");
  auto socket = acceptor.accept();
  EXPECT_NE(read_request(socket).find("Host: " + host + "\r\n"), std::string::npos);
}

TEST_F(Callbacks, StopEndsWhatIsUnderWay) {
  add(bot.url());
  static_cast<void>(bot.receive());
  vk.stop();
}

}  // namespace
}  // namespace vkxx::emulation
