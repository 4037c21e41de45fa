// One libcurl easy handle, used for one exchange after another.
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

/// What all exchanges of a transport share; outlives them.
struct curl_environment {
  transport_options options;
  trusted_certificates certificates;
  /// TLS sessions, so that a new connection can take up an old one's.
  curl_share share;
  /// Who makes and closes sockets, and what these two are given.
  curl_opensocket_callback open_socket = nullptr;
  curl_closesocket_callback close_socket = nullptr;
  void* sockets = nullptr;
  /// Called, from inside of libcurl and with `sockets`, when an exchange whose progress somebody
  /// wants to see got on.
  void (*progressed)(void* self, curl_exchange& exchange) noexcept = nullptr;
};

/// The options that never change are set once; the rest at each `begin`, without a reset between.
///
/// Thread safety: none; the address must not change (libcurl holds it).
class curl_exchange {
 public:
  /// Throws `std::bad_alloc`.
  explicit curl_exchange(const curl_environment& environment);
  curl_exchange(const curl_exchange&) = delete;
  curl_exchange& operator=(const curl_exchange&) = delete;
  ~curl_exchange();

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
  /// The exchange that an easy handle belongs to; none: the handle is libcurl's own.
  [[nodiscard]] static curl_exchange* of(CURL* handle) noexcept;

  /// Makes the handle ready to send `message`, which must live until `end`. The error is that its
  /// body cannot be had. Throws `std::bad_alloc`.
  [[nodiscard]] std::optional<error> begin(const request& message, std::chrono::milliseconds limit);
  /// The outcome after libcurl said `code`. `limit` and `time_is_up` say which limit held and
  /// whether its moment has come.
  [[nodiscard]] result<response> outcome(CURLcode code, time_limit limit, bool time_is_up);
  /// The outcome after no byte moved for `limit`.
  [[nodiscard]] error silent_outcome(duration limit) const;
  /// The outcome after the handler of the progress threw an exception with this text.
  [[nodiscard]] error progress_failed(std::string_view text) const;
  /// The progress, once for each change; nothing: none since the last time.
  [[nodiscard]] std::optional<transfer_progress> new_progress() noexcept;
  /// When a byte was last sent or received, if a request with a limit of silence is being sent or
  /// answered.
  [[nodiscard]] std::optional<time_point> last_moved() const noexcept { return last_moved_; }
  /// Whether the server may have seen the request, or will.
  [[nodiscard]] bool request_begun() const noexcept { return attempts_ > 0 && !unprocessed(); }
  /// Whether the connection was up, and yet the server has certainly not processed the request: it
  /// refused the HTTP/2 stream, or nothing was written to a connection that had died.
  [[nodiscard]] bool unprocessed() const noexcept;
  /// Whether it is unprocessed because the connection served as many others as the server allows,
  /// so that a new connection gets on.
  [[nodiscard]] bool connection_used_up() const noexcept {
    return unprocessed() && stream_log_.connection_used_up();
  }
  /// `errno` with which its socket could not be watched; 0: it is.
  int watch_error = 0;
  /// Forgets the message and wipes what was secret in it.
  void end() noexcept;

  /// Whom the exchange serves; the engine's to use.
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
  [[nodiscard]] bool answered_before_all_was_sent(CURLcode code) const noexcept;

  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  int before_request();
  void moved() noexcept;
  void note_progress(curl_off_t to_receive, curl_off_t received, curl_off_t sent) noexcept;
  // The TLS session of the connection; none: there is no TLS, or not OpenSSL's.
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
  // What is given as `CURLOPT_CURLU`, and what it holds but for the path.
  curl_address address_ = make_curl_address();
  std::string host_address_;
  curl_easy handle_;
  const request* message_ = nullptr;

  // What libcurl reads while the exchange lasts: the header lines, as text and as its list.
  std::string header_text_;
  std::vector<curl_slist> header_list_;
  char error_text_[CURL_ERROR_SIZE] = {};

  sent_body sent_;

  // What was received.
  response answer_;
  received_body received_;
  std::size_t header_bytes_ = 0;
  bool headers_complete_ = false;
  std::string passed_limit_;

  // Whether libcurl reports its progress, what it said last, and what of it is new.
  bool watched_ = false;
  transfer_progress progress_;
  bool progress_is_new_ = false;
  std::optional<time_point> last_moved_;

  int attempts_ = 0;
  // Whether the latest attempt may have gone over HTTP/2.
  bool http2_ = false;
  http2_stream_log stream_log_;
  bool resend_prevented_ = false;
  // `errno` of the latest socket, if it could not be opened.
  int open_error_ = 0;
  std::optional<bool> over_tls_;
  std::optional<std::chrono::milliseconds> limit_;
  long receive_buffer_ = 0;
  long send_buffer_ = 0;
  bool custom_method_ = false;
};

}  // namespace vkxx::http::detail
