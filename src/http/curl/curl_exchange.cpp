#include "http/curl/curl_exchange.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "core/text/ascii.hpp"
#include "http/curl/curl_option.hpp"
#include "http/public_address.hpp"
#include "http/request_check.hpp"

namespace vkxx::http::detail {

using vkxx::detail::trimmed;
namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} << 10U;
constexpr std::size_t max_header_count = 500;
constexpr std::size_t usual_header_count = 12;

// The status in a status line such as `HTTP/1.1 200 OK`; 0 if there is none.
int status_of(std::string_view line) noexcept {
  const auto digits = line.substr(std::min(line.find(' ') + 1, line.size()));
  int status = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), status);
  return status;
}

// libcurl does not report that a resolution or the loading of the certificate authorities failed
// for lack of a descriptor. Such a shortage usually lasts.
int error_of_a_new_descriptor(CURLcode code) noexcept {
  constexpr std::array suspects{CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
                                CURLE_SSL_CACERT_BADFILE, CURLE_OUT_OF_MEMORY};
  if (std::ranges::find(suspects, code) == suspects.end()) return 0;
  const auto descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (descriptor == -1) return errno == EMFILE || errno == ENFILE ? errno : 0;
  ::close(descriptor);
  return 0;
}

// False for anything that is not an Internet address.
bool leads_to_public(const curl_sockaddr& address) {
  namespace ip = boost::asio::ip;
  if (address.family == AF_INET && address.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in known{};
    std::memcpy(&known, &address.addr, sizeof known);
    return is_public(ip::address_v4{ntohl(known.sin_addr.s_addr)});
  }
  if (address.family == AF_INET6 && address.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 known{};
    std::memcpy(&known, reinterpret_cast<const char*>(&address.addr), sizeof known);
    ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), known.sin6_addr.s6_addr, bytes.size());
    return is_public(ip::address_v6{bytes});
  }
  return false;
}

int environment_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// The environment outlives all connections.
void on_handshake(const SSL* session, int where, int) {
  if (where != SSL_CB_CONNECT_EXIT || SSL_is_init_finished(session) == 0) return;
  const auto* const environment = static_cast<const curl_environment*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), environment_index()));
  environment->shaken(environment->sockets, *const_cast<SSL*>(session));
}

bool report_handshakes(SSL_CTX& settings, const curl_environment& environment) {
  if (environment.shaken == nullptr) return true;
  auto* const argument = const_cast<curl_environment*>(&environment);
  if (SSL_CTX_set_ex_data(&settings, environment_index(), argument) != 1) return false;
  SSL_CTX_set_info_callback(&settings, &on_handshake);
  return true;
}

}  // namespace

curl_exchange::curl_exchange(const curl_environment& environment)
    : environment_{environment}, handle_{make_curl_easy()} {
  set_fixed_options();
  set_proxy();
}

curl_exchange::~curl_exchange() {
  wipe_headers();
}

curl_exchange* curl_exchange::of(CURL* handle) noexcept {
  return static_cast<curl_exchange*>(info<void*>(handle, CURLINFO_PRIVATE));
}

void curl_exchange::wipe_headers() noexcept {
  if (!header_text_.empty()) OPENSSL_cleanse(header_text_.data(), header_text_.size());
  header_text_.clear();
  header_list_.clear();
}

void curl_exchange::end() noexcept {
  wipe_headers();
  sent_.end();
  received_.end();
  progress_ = {};
  progress_is_new_ = false;
  last_moved_.reset();
  message_ = nullptr;
  user = nullptr;
  answer_ = {};
  header_bytes_ = 0;
  headers_complete_ = false;
  passed_limit_.clear();
  no_memory_ = false;
  error_text_[0] = '\0';
  attempts_ = 0;
  http2_ = false;
  stream_log_ = {};
  watch_error = 0;
  open_error_ = 0;
  private_address_ = false;
  resend_prevented_ = false;
}

result<response> curl_exchange::outcome(CURLcode code, time_limit limit, bool time_is_up) {
  const bool begun = request_begun();
  try {
    return composed_outcome(code, limit, time_is_up);
  } catch (const std::bad_alloc&) {
    if (!begun) return error{errc::connection_failed, request_effect::not_sent, "out of memory"};
    return error{errc::answer_too_large, request_effect::unknown, "out of memory"};
  }
}

result<response> curl_exchange::composed_outcome(CURLcode code, time_limit limit, bool time_is_up) {
  // The answer of a proxy without a tunnel. Such answers are often truncated, because the proxy
  // stops reading.
  const auto& through = environment_.options.proxy();
  if (answer_.status == 407 && through && through->scheme().starts_with("http")) {
    auto known = facts(CURLE_PROXY);
    known.connect_status = answer_.status;
    return to_error(known).set_effect(request_effect::rejected);
  }
  // libcurl accepts an answer that ends inside its headers.
  if (code == CURLE_OK && !headers_complete_) {
    code = header_bytes_ == 0 ? CURLE_GOT_NOTHING : CURLE_PARTIAL_FILE;
  }
  if (answered_before_all_was_sent(code)) code = CURLE_OK;
  if (code == CURLE_OK) {
    answer_.body = received_.finish(answer_.status);
    answer_.whole_request_sent = sent_.whole();
    if (!received_.failure()) return std::move(answer_);
  }
  auto known = facts(code);
  known.limit = limit;
  known.time_is_up = time_is_up;
  return to_error(known);
}

// The server may answer without reading the whole request. Its answer then matters more than the
// failure to send the rest.
bool curl_exchange::answered_before_all_was_sent(CURLcode code) const noexcept {
  if (code != CURLE_SEND_ERROR && code != CURLE_HTTP2_STREAM) return false;
  if (!headers_complete_ || answer_.status < 200) return false;
  const auto announced = info<curl_off_t>(handle_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (announced >= 0) {
    return info<curl_off_t>(handle_.get(), CURLINFO_SIZE_DOWNLOAD_T) == announced;
  }
  // libcurl gives no reason only if the server closed the stream without an error after its answer
  // (RFC 9113, 8.1).
  return code == CURLE_HTTP2_STREAM && error_text_[0] == '\0';
}

error curl_exchange::silent_outcome(duration limit) const {
  auto known = facts(CURLE_OPERATION_TIMEDOUT);
  known.silence = limit;
  return to_error(known);
}

error curl_exchange::progress_failed(std::string_view text) const {
  auto known = facts(CURLE_ABORTED_BY_CALLBACK);
  known.own_failure = error{errc::handler_failed, request_effect::unknown,
                            "the handler of its progress threw an exception: " + std::string{text}};
  return to_error(known);
}

std::optional<transfer_progress> curl_exchange::new_progress() noexcept {
  if (!std::exchange(progress_is_new_, false)) return std::nullopt;
  return progress_;
}

failure_facts curl_exchange::facts(CURLcode code) const {
  failure_facts known;
  known.code = code;
  known.host = host_of(message_->url());
  if (const auto& through = environment_.options.proxy()) known.proxy = through->to_string();
  known.detail = error_text_;
  known.request_begun = request_begun();
  known.unprocessed = unprocessed();
  known.answer_begun = header_bytes_ > 0;
  known.resend_prevented = resend_prevented_;
  known.passed_limit = passed_limit_;
  known.no_memory = no_memory_;
  known.own_failure = sent_.failure() ? sent_.failure() : received_.failure();
  known.socket_error = watch_error != 0 ? watch_error : open_error_;
  if (known.socket_error == 0) known.socket_error = error_of_a_new_descriptor(code);
  known.private_address = private_address_;
  known.os_error = static_cast<int>(info<long>(handle_.get(), CURLINFO_OS_ERRNO));
  known.connect_status = info<long>(handle_.get(), CURLINFO_HTTP_CONNECTCODE);
  known.proxy_certificate_rejected =
      info<long>(handle_.get(), CURLINFO_PROXY_SSL_VERIFYRESULT) != 0;
  return known;
}

bool curl_exchange::take_header(std::string_view line) {
  moved();
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes || answer_.headers.size() >= max_header_count) {
    passed_limit_ = "its headers are larger than 256 KiB or more than 500";
    return false;
  }
  if (line.starts_with("HTTP/")) {
    // A status line, perhaps the one that follows an interim answer such as 103.
    answer_.headers.clear();
    answer_.headers.reserve(usual_header_count);
    answer_.status = status_of(line);
    headers_complete_ = false;
    return true;
  }
  if (headers_complete_) return true;  // a trailer: ignored
  // A line that begins with a name is not blank.
  if (static_cast<unsigned char>(line.empty() ? ' ' : line.front()) <= ' ' &&
      trimmed(line).empty()) {
    headers_complete_ = true;
    return true;
  }
  if ((line.front() == ' ' || line.front() == '\t') && !answer_.headers.empty()) {
    answer_.headers.back().value += ' ';
    answer_.headers.back().value += trimmed(line);
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;  // not a header: omitted, as in browsers
  answer_.headers.push_back(
      {std::string{trimmed(line.substr(0, colon))}, std::string{trimmed(line.substr(colon + 1))}});
  return true;
}

bool curl_exchange::take_body(std::string_view bytes) {
  const auto announced = info<curl_off_t>(handle_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (received_.take(bytes, answer_.status, announced)) return true;
  if (const auto limit = received_.passed_limit()) {
    passed_limit_ = "its body is larger than " + std::to_string(*limit) + " bytes";
  }
  return false;
}

void curl_exchange::moved() noexcept {
  if (watched_) last_moved_ = std::chrono::steady_clock::now();
}

void curl_exchange::note_progress(curl_off_t to_receive, curl_off_t received,
                                  curl_off_t sent) noexcept {
  const auto now_sent = static_cast<std::uint64_t>(sent);
  const auto now_received = static_cast<std::uint64_t>(received);
  // libcurl also calls without a change.
  if (now_sent == progress_.sent && now_received == progress_.received) return;
  moved();
  progress_.sent = now_sent;
  progress_.received = now_received;
  if (to_receive > 0) progress_.to_receive = static_cast<std::uint64_t>(to_receive);
  if (!message_->on_progress() || std::exchange(progress_is_new_, true)) return;
  environment_.progressed(environment_.sockets, *this);
}

bool curl_exchange::unprocessed() const noexcept {
  if (attempts_ == 0 || header_bytes_ > 0 || resend_prevented_) return false;
  if (stream_log_.refused()) return true;
  // For HTTP/2, libcurl counts the bytes that it queues, not those that it writes.
  return !http2_ && info<long>(handle_.get(), CURLINFO_REQUEST_SIZE) == 0;
}

int curl_exchange::before_request() {
  // libcurl calls this again before it repeats a request.
  if (attempts_ > 0 && !unprocessed()) {
    resend_prevented_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (!sent_.rewind()) return CURL_PREREQFUNC_ABORT;
  http2_ = false;
  std::shared_ptr<http2_connection> connection;
  if (over_tls_ == true) {
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    auto* const session = tls_session();
    if (session != nullptr) SSL_get0_alpn_selected(session, &protocol, &size);
    http2_ = session == nullptr || std::string_view{"h2"}.size() == size;
    if (session != nullptr && http2_) connection = http2_connection_of(*session);
    environment_.protocol_known(environment_.sockets, *this, http2_);
  }
  stream_log_.begin_attempt(std::move(connection));
  ++attempts_;
  moved();
  if (over_tls_ == true && message_->receive_buffer() != 0 && message_->body_size() > 0)
    environment_.idling(environment_.sockets, *this);
  return CURL_PREREQFUNC_OK;
}

bool curl_exchange::release_send_buffer() noexcept {
  if (message_ == nullptr) return true;
  const auto sent = info<curl_off_t>(handle_.get(), CURLINFO_SIZE_UPLOAD_T);
  if (static_cast<std::uint64_t>(sent) < message_->body_size()) return false;
  // libcurl frees the buffer when its size is set, and allocates another one when it needs one.
  set(handle_.get(), CURLOPT_UPLOAD_BUFFERSIZE, send_buffer_);
  return true;
}

SSL* curl_exchange::tls_session() const noexcept {
  const auto* const session = info<curl_tlssessioninfo*>(handle_.get(), CURLINFO_TLS_SSL_PTR);
  if (session == nullptr || session->backend != CURLSSLBACKEND_OPENSSL) return nullptr;
  return static_cast<SSL*>(session->internals);
}

std::size_t curl_exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<curl_exchange*>(self);
  try {
    return exchange.take_header({data, size * count}) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    exchange.no_memory_ = true;
    return 0;
  }
}

std::size_t curl_exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<curl_exchange*>(self);
  try {
    return exchange.take_body({data, size * count}) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    exchange.no_memory_ = true;
    return 0;
  }
}

std::size_t curl_exchange::on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<curl_exchange*>(self);
  try {
    return exchange.sent_.read({buffer, size * count}).value_or(CURL_READFUNC_ABORT);
  } catch (const std::bad_alloc&) {
    exchange.no_memory_ = true;
    return CURL_READFUNC_ABORT;
  }
}

// libcurl does not know yet that it may repeat the request; `before_request` decides that.
int curl_exchange::on_seek(void*, curl_off_t offset, int origin) {
  return offset == 0 && origin == SEEK_SET ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

int curl_exchange::on_progress(void* self, curl_off_t to_receive, curl_off_t received, curl_off_t,
                               curl_off_t sent) {
  static_cast<curl_exchange*>(self)->note_progress(to_receive, received, sent);
  return 0;
}

int curl_exchange::on_prerequest(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<curl_exchange*>(self);
  try {
    return exchange.before_request();
  } catch (const std::bad_alloc&) {
    exchange.no_memory_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
}

curl_socket_t curl_exchange::on_open_socket(void* self, curlsocktype purpose,
                                            curl_sockaddr* address) {
  auto& exchange = *static_cast<curl_exchange*>(self);
  const auto& environment = exchange.environment_;
  const auto* const message = exchange.message_;
  if (message != nullptr && message->public_addresses_only() && !leads_to_public(*address)) {
    exchange.private_address_ = true;
    return CURL_SOCKET_BAD;
  }
  const auto socket = environment.open_socket(environment.sockets, purpose, address);
  exchange.open_error_ = socket == CURL_SOCKET_BAD ? errno : 0;
  return socket;
}

int curl_exchange::on_log(CURL*, curl_infotype type, char* text, std::size_t size, void* self) {
  if (type == CURLINFO_TEXT) static_cast<curl_exchange*>(self)->stream_log_.read({text, size});
  return 0;
}

CURLcode curl_exchange::on_tls_context(CURL*, void* context, void* self) {
  auto& settings = *static_cast<SSL_CTX*>(context);
  const auto& environment = static_cast<curl_exchange*>(self)->environment_;
  // libcurl offers to present a client certificate later, for which OpenSSL keeps the handshake.
  // There is none.
  SSL_CTX_set_post_handshake_auth(&settings, 0);
  if (!report_handshakes(settings, environment)) return CURLE_OUT_OF_MEMORY;
  const auto& certificates = environment.certificates;
  if (certificates.empty()) return CURLE_OK;
  return certificates.add_to(SSL_CTX_get_cert_store(&settings)) ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

}  // namespace vkxx::http::detail
