// A socket of libcurl's, registered with asio for as long as it is open.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/strand.hpp>
#include <memory>

#include "http/curl_handles.hpp"

namespace vkxx::http {

class curl_engine;

/// Tells the engine when the socket is ready for what libcurl waits for. Used in the engine's
/// strand only.
///
/// Life: pending waits own the object, the engine owns it as well; `close` or `release` cuts it off
/// from the engine, which it does not outlive otherwise.
class watched_socket : public std::enable_shared_from_this<watched_socket> {
 public:
  using executor = boost::asio::strand<boost::asio::any_io_executor>;

  /// `owned`: the descriptor is closed with the object; else it is another's.
  watched_socket(curl_engine& engine, const executor& where, curl_socket_t socket, bool owned);
  ~watched_socket();
  watched_socket(const watched_socket&) = delete;
  watched_socket& operator=(const watched_socket&) = delete;

  /// Sets what to wait for: a combination of `CURL_POLL_IN` and `CURL_POLL_OUT`, or nothing.
  void want(int events);
  /// Forgets the engine and the descriptor, closing it if it is owned.
  void close() noexcept;
  [[nodiscard]] bool owned() const noexcept { return owned_; }

 private:
  void wait_as_wanted();
  void wait(int event, bool& pending);
  void ready(int event);

  curl_engine* engine_;
  boost::asio::posix::basic_stream_descriptor<executor> descriptor_;
  curl_socket_t socket_;
  bool owned_;
  int wanted_ = 0;
  bool reading_ = false;
  bool writing_ = false;
};

}  // namespace vkxx::http
