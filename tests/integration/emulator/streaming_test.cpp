// The Streaming API over real sockets.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json.hpp>
#include <string>
#include <thread>

#include <vkxx/emulator.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

class Streaming : public ::testing::Test {
 protected:
  struct listener {
    explicit listener(std::uint16_t port) {
      socket.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    }
    std::string read() {
      boost::beast::flat_buffer buffer;
      socket.read(buffer, failure);
      return boost::beast::buffers_to_string(buffer.data());
    }
    asio::io_context context;
    websocket::stream<tcp::socket, false> socket{context};
    boost::system::error_code failure;
  };

  std::string call(const std::string& bytes) {
    raw_client client{vk.port()};
    client.send(bytes);
    return body_of(client.receive());
  }
  std::string send_json(const std::string& path, const std::string& body) {
    return call("POST " + path +
                " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                "Content-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  json::value method(const std::string& name, const std::string& form, const std::string& token) {
    return json::parse(call(post(name, form + "&v=5.199", token))).at("response");
  }
  std::string get(const std::string& target, const std::string& headers = {}) {
    return call("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n");
  }

  emulator vk;
  std::string key{method("streaming.getServerUrl", {}, vk.tokens().service).at("key").as_string()};
};

TEST_F(Streaming, SendsPostsThatFitARule) {
  send_json("/rules?key=" + key, R"({"rule":{"value":"cat","tag":"animals"}})");
  listener stream{vk.port()};
  stream.socket.handshake("127.0.0.1", "/stream/?key=" + key + "&stream_id=3");
  method("wall.post", "message=dog", vk.tokens().user);
  method("wall.post", "message=my%20cat", vk.tokens().user);
  const auto frame = json::parse(stream.read());
  EXPECT_EQ(frame.at("code"), 100);
  EXPECT_EQ(frame.at("event").at("text"), "my cat");
  EXPECT_EQ(frame.at("event").at("tags").at(0), "animals");
}

TEST_F(Streaming, RefusesTheHandshakeWithTheErrorAsBody) {
  const auto code_of = [](const std::string& body) {
    return json::parse(body).at("error").at("error_code").as_int64();
  };
  const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  EXPECT_EQ(code_of(get("/stream", upgrade)), 1003);
  EXPECT_EQ(code_of(get("/stream?key=x", upgrade)), 1004);
  EXPECT_EQ(code_of(get("/stream?key=" + key)), 1000);
  EXPECT_EQ(code_of(get("/stream?stream_id=x&key=" + key, upgrade)), 1005);
  listener stream{vk.port()};
  stream.socket.handshake("127.0.0.1", "/stream?key=" + key);
  EXPECT_EQ(code_of(get("/stream?key=" + key, upgrade)), 1006);
}

TEST_F(Streaming, EndsWithAServiceMessage) {
  listener stream{vk.port()};
  stream.socket.handshake("127.0.0.1", "/stream?key=" + key);
  send_json("/_emulator/streams", R"({"service_code":3000,"message":"bye","close":true})");
  const auto frame = json::parse(stream.read());
  EXPECT_EQ(frame.at("code"), 300);
  EXPECT_EQ(frame.at("service_message").at("service_code"), 3000);
  stream.read();
  EXPECT_EQ(stream.failure, websocket::error::closed);
  EXPECT_EQ(stream.socket.reason().code, websocket::close_code::normal);
}

TEST_F(Streaming, ClosedStreamFreesItsId) {
  {
    listener stream{vk.port()};
    stream.socket.handshake("127.0.0.1", "/stream?key=" + key);
    stream.socket.close(websocket::close_code::normal);
  }
  boost::system::error_code refused = websocket::error::upgrade_declined;
  while (refused) {
    std::this_thread::yield();
    listener stream{vk.port()};
    stream.socket.handshake("127.0.0.1", "/stream?key=" + key, refused);
  }
}

TEST_F(Streaming, ResetEndsAnOpenStream) {
  listener stream{vk.port()};
  stream.socket.handshake("127.0.0.1", "/stream?key=" + key);
  vk.reset();
  stream.read();
  EXPECT_EQ(stream.failure, websocket::error::closed);
}

TEST_F(Streaming, StopEndsAnOpenStream) {
  listener stream{vk.port()};
  stream.socket.handshake("127.0.0.1", "/stream?key=" + key);
  vk.stop();
  stream.read();
  EXPECT_TRUE(stream.failure);
}

}  // namespace
}  // namespace vkxx::emulation
