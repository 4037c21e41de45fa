// One libcurl easy handle, reused for consecutive exchanges.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/http/curl_transport.hpp>
#include <vkxx/http/message.hpp>

#include "http/body/received_body.hpp"
#include "http/body/sent_body.hpp"
#include "http/curl/curl_failure.hpp"
#include "http/curl/curl_handles.hpp"
#include "http/curl/http2_stream_log.hpp"
#include "http/curl/trusted_certificates.hpp"

namespace vkxx::http::detail {

class curl_exchange;

/// State shared by all exchanges of a transport. Must outlive them.
struct curl_environment {
  transport_options options;
  trusted_certificates certificates{};
  /// TLS sessions, so that a new connection can resume an earlier session.
  curl_share share{};
  /// The functions that open and close sockets, and their argument.
  curl_opensocket_callback open_socket = nullptr;
  curl_closesocket_callback close_socket = nullptr;
  void* sockets = nullptr;
  /// Called inside libcurl, with `sockets`, when an exchange with a progress handler makes
  /// progress.
  void (*progressed)(void* self, curl_exchange& exchange) noexcept = nullptr;
  /// Called inside libcurl, with `sockets`, before a request is sent that holds more memory than it
  /// needs while it waits for its answer.
  void (*idling)(void* self, curl_exchange& exchange) noexcept = nullptr;
  /// Called inside libcurl, with `sockets`, when a handshake of `session` or a message after it has
  /// ended, and OpenSSL has buffers that it may not need for long.
  void (*shaken)(void* self, SSL& session) noexcept = nullptr;
  /// Called inside libcurl, with `sockets`, before a request is sent over TLS. `multiplexes`:
  /// whether its connection takes several at the same time.
  void (*protocol_known)(void* self, curl_exchange& exchange, bool multiplexes) noexcept = nullptr;
};

/// Constant options are set once, the rest at each `begin`, without a reset between.
///
/// Thread safety: none. The address must not change (libcurl stores it).
class curl_exchange {
 public:
  /// Throws `std::bad_alloc`.
  explicit curl_exchange(const curl_environment& environment);
  curl_exchange(const curl_exchange&) = delete;
  curl_exchange& operator=(const curl_exchange&) = delete;
  ~curl_exchange();

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
  /// Returns the exchange of an easy handle, or null if the handle is libcurl's own.
  [[nodiscard]] static curl_exchange* of(CURL* handle) noexcept;

  /// Whether the latest request was alike, so that libcurl has most of its options.
  [[nodiscard]] bool was_like(const request& message) const noexcept;
  /// Prepares the handle to send `message`, which must live until `end`. Only a connection of
  /// `share` is reused. Returns an error if the body cannot be opened. Throws `std::bad_alloc`.
  [[nodiscard]] std::optional<error> begin(const request& message, std::chrono::milliseconds limit,
                                           CURLSH* share);
  /// The outcome after libcurl returned `code`. `limit` is the limit that applies, and `time_is_up`
  /// whether it has passed. Where there is no memory for it, that is the outcome: an exchange that
  /// has ended must end for its caller, too.
  [[nodiscard]] result<response> outcome(CURLcode code, time_limit limit, bool time_is_up);
  /// The outcome after no byte was transferred for `limit`.
  [[nodiscard]] error silent_outcome(duration limit) const;
  /// The outcome after the progress handler threw an exception with this text.
  [[nodiscard]] error progress_failed(std::string_view text) const;
  /// Returns each change of the progress once. Empty if nothing changed since the last call.
  [[nodiscard]] std::optional<transfer_progress> new_progress() noexcept;
  /// When a byte was last sent or received. Empty unless a request with a silence limit is in
  /// progress.
  [[nodiscard]] std::optional<time_point> last_moved() const noexcept { return last_moved_; }
  /// Whether the server may have received the request, or will.
  [[nodiscard]] bool request_begun() const noexcept { return attempts_ > 0 && !unprocessed(); }
  /// Whether the connection was established but the server has certainly not processed the request:
  /// it refused the HTTP/2 stream, or nothing was written to a dead connection.
  [[nodiscard]] bool unprocessed() const noexcept;
  /// Whether the request is unprocessed because the connection served as many others as the server
  /// allows. A new connection then succeeds.
  [[nodiscard]] bool connection_used_up() const noexcept {
    return unprocessed() && stream_log_.connection_used_up();
  }
  /// `errno` if its socket could not be watched; 0 otherwise.
  int watch_error = 0;
  /// Frees libcurl's send buffer. Must not be called inside libcurl. False: the request is still
  /// being sent.
  bool release_send_buffer() noexcept;
  /// Releases the message and wipes its secrets.
  void end() noexcept;

  /// The owner of the exchange. Only the engine uses it.
  void* user = nullptr;

 private:
  void set_fixed_options();
  void set_proxy();
  void set_address(const std::string& url);
  void set_method(const request& message);
  void set_body(const request& message);
  void set_buffers(const request& message);
  void watch_progress(const request& message);
  void set_headers(const request& message);
  void wipe_headers() noexcept;
  [[nodiscard]] failure_facts facts(CURLcode code) const;
  [[nodiscard]] result<response> composed_outcome(CURLcode code, time_limit limit, bool time_is_up);
  [[nodiscard]] bool answered_before_all_was_sent(CURLcode code) const noexcept;

  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  int before_request();
  void moved() noexcept;
  void note_progress(curl_off_t to_receive, curl_off_t received, curl_off_t sent) noexcept;
  // The TLS session of the connection. Null without TLS, or if the TLS library is not OpenSSL.
  [[nodiscard]] SSL* tls_session() const noexcept;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_progress(void* self, curl_off_t to_receive, curl_off_t received, curl_off_t to_send,
                         curl_off_t sent);
  static int on_prerequest(void* self, char*, char*, int, int);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_log(CURL*, curl_infotype type, char* text, std::size_t size, void* self);
  static CURLcode on_tls_context(CURL*, void* context, void* self);

  const curl_environment& environment_;
  // The value of `CURLOPT_CURLU`, and its content: all of it, empty if it is not in use; and
  // without the path.
  curl_address address_ = make_curl_address();
  std::string plain_url_;
  std::string host_address_;
  curl_easy handle_;
  const request* message_ = nullptr;

  // The header lines that libcurl reads during the exchange: as text and as its list.
  std::string header_text_;
  std::vector<curl_slist> header_list_;
  char error_text_[CURL_ERROR_SIZE] = {};

  sent_body sent_;

  // The received data.
  response answer_;
  received_body received_;
  std::size_t header_bytes_ = 0;
  bool headers_complete_ = false;
  std::string passed_limit_;
  bool no_memory_ = false;

  // Whether libcurl reports progress, the last report, and its unreported part.
  bool watched_ = false;
  transfer_progress progress_;
  bool progress_is_new_ = false;
  std::optional<time_point> last_moved_;

  int attempts_ = 0;
  // Whether the latest attempt may have used HTTP/2.
  bool http2_ = false;
  http2_stream_log stream_log_;
  bool resend_prevented_ = false;
  // `errno` of the latest socket, if it could not be opened.
  int open_error_ = 0;
  // Whether an address was refused because it is not public.
  bool private_address_ = false;
  bool own_connection_ = false;
  std::optional<bool> over_tls_;
  std::optional<std::chrono::milliseconds> limit_;
  CURLSH* share_ = nullptr;
  std::optional<bool> may_be_compressed_;
  long receive_buffer_ = 0;
  long send_buffer_ = 0;
  bool custom_method_ = false;
};

}  // namespace vkxx::http::detail
