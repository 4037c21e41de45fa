/// @file
/// A blocking TCP client that sends and receives bytes, so that the tests see what is on the wire.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

namespace vkxx::emulation {

namespace asio = boost::asio;

class raw_client {
 public:
  explicit raw_client(std::uint16_t port);

  void send(std::string_view bytes);
  /// Closes the connection in one direction: nothing more is sent.
  void finish();
  /// One answer with a `Content-Length`, its head and its body; shorter when the connection ends.
  std::string receive(bool head_only = false);
  /// All that comes until the connection ends.
  std::string receive_all();
  /// How reading ended last.
  [[nodiscard]] boost::system::error_code ended() const noexcept { return ended_; }

 private:
  bool read_more();

  asio::io_context context_;
  asio::ip::tcp::socket socket_{context_};
  std::string received_;
  boost::system::error_code ended_;
};

/// A POST of a form to `/method/NAME`, with a token when there is one.
[[nodiscard]] std::string post(std::string_view method, std::string_view form,
                               std::string_view token = {});
[[nodiscard]] std::string body_of(std::string_view received);

}  // namespace vkxx::emulation
