// Servers that lie, over sockets: each login ends in a named error, soon, and with little read.
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <vkxx/auth.hpp>

namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;
using vkxx::errc;

// Answers every request on every connection by `reply`, until it is destroyed.
class liar {
 public:
  // Writes what it likes; false: the connection is to be closed.
  using reply = std::function<bool(tcp::socket&, const std::string& path)>;

  explicit liar(reply answer) : answer_{std::move(answer)}, thread_{[this] { serve(); }} {}
  liar(const liar&) = delete;
  liar& operator=(const liar&) = delete;
  ~liar() {
    stopping_ = true;
    // Wakes the thread where it waits for a connection.
    boost::system::error_code ignored;
    tcp::socket last{loop_};
    last.connect(acceptor_.local_endpoint(), ignored);
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  [[nodiscard]] std::size_t requests() const { return requests_; }

 private:
  void serve() {
    while (!stopping_) {
      boost::system::error_code failure;
      tcp::socket peer{loop_};
      acceptor_.accept(peer, failure);
      while (!failure && !stopping_) {
        boost::asio::streambuf bytes;
        boost::asio::read_until(peer, bytes, "\r\n\r\n", failure);
        if (failure) break;
        const std::string head{boost::asio::buffers_begin(bytes.data()),
                               boost::asio::buffers_end(bytes.data())};
        ++requests_;
        const auto begin = head.find(' ') + 1;
        if (!answer_(peer, head.substr(begin, head.find(' ', begin) - begin))) break;
      }
    }
  }

  reply answer_;
  boost::asio::io_context loop_;
  tcp::acceptor acceptor_{loop_, tcp::endpoint{boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> requests_ = 0;
  std::jthread thread_;
};

bool write(tcp::socket& peer, const std::string& text) {
  boost::system::error_code failure;
  boost::asio::write(peer, boost::asio::buffer(text), failure);
  return !failure;
}

// One answer to a connection: the body of the request need not be read then.
bool page(tcp::socket& peer, const std::string& body, const std::string& head = "200 OK") {
  write(peer, "HTTP/1.1 " + head + "\r\nConnection: close\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
  return false;
}

bool redirect(tcp::socket& peer, const std::string& to) {
  return page(peer, "", "302 Found\r\nLocation: " + to);
}

vkxx::error web_login(const liar& server) {
  vkxx::auth::implicit flow;
  flow.login("a").password(std::string{"b"});
  flow.on_captcha([](const vkxx::challenge&) { return vkxx::challenge_answer::captcha_key("x"); });
  const auto begun = std::chrono::steady_clock::now();
  auto token = log_in(flow.make(), vkxx::config{}.emulator(server.url()).timeout(500ms));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  EXPECT_FALSE(token);
  return token ? vkxx::error{errc::cancelled, vkxx::request_effect::unknown, ""} : token.error();
}

TEST(LyingServer, RedirectsWithoutEnd) {
  std::atomic<int> number = 0;
  const liar server{[&](tcp::socket& peer, const std::string&) {
    return redirect(peer, "/next?" + std::to_string(++number));
  }};
  EXPECT_EQ(web_login(server), errc::too_many_redirects);
  EXPECT_EQ(server.requests(), 21U);
}

TEST(LyingServer, CaptchasWithoutEnd) {
  const liar server{[](tcp::socket& peer, const std::string&) {
    return page(peer,
                "<form action=/x><input name=email><input name=pass><input type=hidden "
                "name=captcha_sid value=1><img src=/captcha.php></form>");
  }};
  const auto failure = web_login(server);
  EXPECT_EQ(failure, errc::authorization_failed);
  EXPECT_THAT(failure.message(), HasSubstr("captchas"));
}

TEST(LyingServer, PagesWithoutEnd) {
  const liar server{[](tcp::socket& peer, const std::string& path) {
    if (path.starts_with("/authorize")) return redirect(peer, "/login?act=validate");
    return page(peer, "<p id=activation_wrap><a href='/login?act=validate'>on</a></p>");
  }};
  const auto failure = web_login(server);
  EXPECT_EQ(failure, errc::authorization_failed);
  EXPECT_THAT(failure.message(), HasSubstr("circles"));
}

TEST(LyingServer, AFormWithoutAnAction) {
  const liar server{[](tcp::socket& peer, const std::string&) {
    return page(peer, "<form><input name=email><input name=pass></form>");
  }};
  const auto failure = web_login(server);
  EXPECT_EQ(failure, errc::malformed_answer);
  EXPECT_THAT(failure.message(), HasSubstr("action"));
}

TEST(LyingServer, APageOf100Megabytes) {
  std::atomic<std::size_t> sent = 0;
  for (const auto* length : {"Content-Length: 104857600\r\n", ""}) {
    sent = 0;
    const liar server{[&](tcp::socket& peer, const std::string&) {
      const std::string piece(65536, 'x');
      if (!write(peer, std::string{"HTTP/1.1 200 OK\r\n"} + length + "\r\n")) return false;
      while (sent < 104857600 && write(peer, piece)) sent += piece.size();
      return false;
    }};
    EXPECT_EQ(web_login(server), errc::answer_too_large);
    // What the sockets hold on their way comes on top of the 1 MiB.
    EXPECT_LT(sent, std::size_t{20} << 20U);
  }
}

TEST(LyingServer, AFragmentOfAThousandKeys) {
  std::string keys = "access_token=t";
  for (int i = 0; i != 1000; ++i) keys += "&k" + std::to_string(i) + "=1";
  const liar server{
      [&](tcp::socket& peer, const std::string&) { return redirect(peer, "/blank.html#" + keys); }};
  const auto failure = web_login(server);
  EXPECT_EQ(failure, errc::malformed_answer);
  EXPECT_THAT(failure.message(), HasSubstr("too many fields"));
}

TEST(LyingServer, ASlowDrip) {
  std::atomic<bool> gone = false;
  const liar server{[&](tcp::socket& peer, const std::string&) {
    if (!write(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")) return false;
    // The pace is kept by asking the peer, who says nothing, for a byte.
    for (int i = 0; i != 500 && !gone; ++i) {
      peer.non_blocking(false);
      const timeval pause{0, 20'000};
      setsockopt(peer.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause);
      char byte = 0;
      const auto got = ::recv(peer.native_handle(), &byte, 1, 0);
      gone = got == 0 || !write(peer, "x");
    }
    return false;
  }};
  EXPECT_EQ(web_login(server), errc::timeout);
}

TEST(LyingServer, CookiesWithoutEnd) {
  std::string many;
  for (int i = 0; i != 400; ++i)
    many += "\r\nSet-Cookie: c" + std::to_string(i) + "=" + std::string(100, 'x');
  std::size_t longest = 0;
  const liar server{[&](tcp::socket& peer, const std::string& path) {
    longest = std::max(longest, path.size());
    return page(peer, "", "302 Found\r\nLocation: /again" + many);
  }};
  EXPECT_EQ(web_login(server), errc::too_many_redirects);
}

TEST(LyingServer, ATokenOfTheWrongTypes) {
  for (const auto* body :
       {R"({"access_token":{"a":1}})", R"({"access_token":[]})", R"({"access_token":null})",
        R"({"access_token":true,"expires_in":[]})",
        R"({"groups":[{"group_id":"x","access_token":1}]})", R"({"error":{"code":1}})", R"([1,2])",
        R"("text")", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}) {
    const liar server{[&](tcp::socket& peer, const std::string&) { return page(peer, body); }};
    vkxx::auth::direct flow;
    flow.login("a").password(std::string{"b"});
    const auto token = log_in(flow.make(), vkxx::config{}.emulator(server.url()).timeout(2s));
    ASSERT_FALSE(token) << body;
    const auto code = token.error().code();
    EXPECT_TRUE(code == errc::malformed_answer || code == errc::not_json) << body << token.error();
  }
}

}  // namespace
