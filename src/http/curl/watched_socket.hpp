// A socket of libcurl, registered with asio while it is open.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/strand.hpp>
#include <memory>

#include "http/curl/curl_handles.hpp"

namespace vkxx::http::detail {

class curl_engine;

/// Notifies the engine when the socket is ready for the operation that libcurl waits for. Used in
/// the engine's strand only.
///
/// An unconnected socket is watched through a duplicate of its descriptor: libcurl 7.88 closes such
/// sockets without a callback, and their number may then belong to another file.
///
/// Lifetime: pending waits and the engine own the object. `close` disconnects it from the engine,
/// which it must not outlive otherwise.
class watched_socket : public std::enable_shared_from_this<watched_socket> {
 public:
  using executor = boost::asio::strand<boost::asio::any_io_executor>;

  /// Takes ownership of `socket`, which must be connected.
  [[nodiscard]] static std::shared_ptr<watched_socket> of_connected(curl_engine& engine,
                                                                    const executor& where,
                                                                    curl_socket_t socket);
  /// Watches a `socket` that libcurl owns. Throws `boost::system::system_error`.
  [[nodiscard]] static std::shared_ptr<watched_socket> of_unconnected(curl_engine& engine,
                                                                      const executor& where,
                                                                      curl_socket_t socket);
  /// `watched`: the descriptor that asio uses, `socket` or a duplicate of it.
  watched_socket(curl_engine& engine, const executor& where, curl_socket_t socket, int watched);
  ~watched_socket();
  watched_socket(const watched_socket&) = delete;
  watched_socket& operator=(const watched_socket&) = delete;

  /// Sets the events to wait for: a combination of `CURL_POLL_IN` and `CURL_POLL_OUT`, or none.
  void want(int events);
  /// Disconnects from the engine and closes the watched descriptor.
  void close() noexcept;
  /// Whether a duplicate is watched.
  [[nodiscard]] bool is_duplicate() const noexcept { return watched_ != socket_; }
  /// Whether the descriptor number still means the socket that was duplicated.
  [[nodiscard]] bool is_still_the_same() const noexcept;

 private:
  void wait_as_wanted();
  void wait(int event, bool& pending);
  void ready(int event);
  void send_blocks();
  // The events of `poll` that are there now.
  [[nodiscard]] int ready_for(short events) const noexcept;

  curl_engine* engine_;
  boost::asio::posix::basic_stream_descriptor<executor> descriptor_;
  curl_socket_t socket_;
  int watched_;
  int wanted_ = 0;
  bool reading_ = false;
  bool writing_ = false;
};

}  // namespace vkxx::http::detail
