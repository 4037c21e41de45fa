#include "http/curl/curl_exchange.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <new>
#include <utility>

#include "core/text/ascii.hpp"
#include "http/request_check.hpp"

namespace vkxx::http::detail {

using vkxx::detail::trimmed;
namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} << 10U;
constexpr std::size_t max_header_count = 500;
constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::size_t usual_header_count = 12;
constexpr std::size_t most_sent_without_asking = std::size_t{512} << 10U;
constexpr long usual_receive_buffer = CURL_MAX_WRITE_SIZE;
// libcurl keeps the buffer that a request was sent from until its answer has come.
constexpr long small_send_buffer = long{16} << 10U;
constexpr long usual_send_buffer = long{64} << 10U;

// libcurl refuses an option only for lack of memory: all that are used are in version 7.88.
template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) throw std::bad_alloc{};
}

template <class Value>
Value info(CURL* handle, CURLINFO key) noexcept {
  Value value{};
  curl_easy_getinfo(handle, key, &value);
  return value;
}

// Of a first line such as `HTTP/1.1 200 OK`; 0: there is none.
int status_of(std::string_view line) noexcept {
  const auto digits = line.substr(std::min(line.find(' ') + 1, line.size()));
  int status = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), status);
  return status;
}

// libcurl does not say that a resolution or the reading of the authorities failed for lack of a
// descriptor. Such a want mostly lasts.
int error_of_a_new_descriptor(CURLcode code) noexcept {
  constexpr std::array suspects{CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
                                CURLE_SSL_CACERT_BADFILE, CURLE_OUT_OF_MEMORY};
  if (std::ranges::find(suspects, code) == suspects.end()) return 0;
  const auto descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (descriptor == -1) return errno == EMFILE || errno == ENFILE ? errno : 0;
  ::close(descriptor);
  return 0;
}

curl_proxytype type_of(const proxy& through) noexcept {
  if (through.scheme() == "https") return CURLPROXY_HTTPS;
  if (through.scheme() == "socks5") return CURLPROXY_SOCKS5;
  if (through.scheme() == "socks5h") return CURLPROXY_SOCKS5_HOSTNAME;
  return CURLPROXY_HTTP;
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

void curl_exchange::set_fixed_options() {
  auto* const handle = handle_.get();
  const auto& options = environment_.options;
  set(handle, CURLOPT_PRIVATE, static_cast<void*>(this));
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_ACCEPT_ENCODING, "");
  set(handle, CURLOPT_USERAGENT, options.user_agent().c_str());
  set(handle, CURLOPT_TCP_NODELAY, 1L);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(
          std::chrono::ceil<std::chrono::milliseconds>(options.connect_timeout()).count()));
  set(handle, CURLOPT_ERRORBUFFER, static_cast<char*>(error_text_));
  // A cancelled resolution must not make everybody wait until the resolver's thread ends.
  set(handle, CURLOPT_QUICK_EXIT, 1L);
  set(handle, CURLOPT_SHARE, environment_.share.get());

  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (curl_version_info(CURLVERSION_NOW)->cainfo != nullptr) {
    // With a folder beside the file libcurl would read all authorities again for each connection.
    set(handle, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    set(handle, CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr));
  }
  if (!environment_.certificates.empty()) {
    set(handle, CURLOPT_SSL_CTX_FUNCTION, &curl_exchange::on_tls_context);
    set(handle, CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  }

  set(handle, CURLOPT_OPENSOCKETFUNCTION, &curl_exchange::on_open_socket);
  set(handle, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  set(handle, CURLOPT_CLOSESOCKETFUNCTION, environment_.close_socket);
  set(handle, CURLOPT_CLOSESOCKETDATA, environment_.sockets);
  set(handle, CURLOPT_HEADERFUNCTION, &curl_exchange::on_header);
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(handle, CURLOPT_WRITEFUNCTION, &curl_exchange::on_body);
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(handle, CURLOPT_READFUNCTION, &curl_exchange::on_read);
  set(handle, CURLOPT_READDATA, static_cast<void*>(this));
  set(handle, CURLOPT_SEEKFUNCTION, &curl_exchange::on_seek);
  set(handle, CURLOPT_SEEKDATA, static_cast<void*>(this));
  set(handle, CURLOPT_XFERINFOFUNCTION, &curl_exchange::on_progress);
  set(handle, CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(handle, CURLOPT_PREREQFUNCTION, &curl_exchange::on_prerequest);
  set(handle, CURLOPT_PREREQDATA, static_cast<void*>(this));
  set(handle, CURLOPT_DEBUGFUNCTION, &curl_exchange::on_log);
  set(handle, CURLOPT_DEBUGDATA, static_cast<void*>(this));
  // libcurl repeats any request whose reused connection died before an answer, unless told that it
  // is to receive only: an option of RTSP that its HTTP looks at here and nowhere else. What is
  // left of its repeats are streams that the server refused, and these show in its log.
  // `before_request` does not rely on it.
  curl_easy_setopt(handle, CURLOPT_RTSP_REQUEST, long{CURL_RTSPREQ_RECEIVE});
}

void curl_exchange::set_proxy() {
  auto* const handle = handle_.get();
  const auto& through = environment_.options.proxy();
  // An empty text, not none: else the environment would be asked.
  set(handle, CURLOPT_NOPROXY, "");
  set(handle, CURLOPT_PROXY, through ? through->host().c_str() : "");
  if (!through) return;
  set(handle, CURLOPT_PROXYPORT, static_cast<long>(through->port()));
  set(handle, CURLOPT_PROXYTYPE, static_cast<long>(type_of(*through)));
  set(handle, CURLOPT_PROXYAUTH, CURLAUTH_BASIC);
  set(handle, CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC);
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (through->user().empty()) return;
  set(handle, CURLOPT_PROXYUSERNAME, through->user().c_str());
  set(handle, CURLOPT_PROXYPASSWORD, through->password().expose().c_str());
}

std::optional<error> curl_exchange::begin(const request& message, std::chrono::milliseconds limit) {
  auto* const handle = handle_.get();
  message_ = &message;
  received_.begin(message, environment_.options.max_answer_size());
  if (message.source() && sent_.begin(*message.source())) return to_error(facts(CURLE_READ_ERROR));
  set_address(message.url());
  // What is as it was for the exchange before need not be set.
  const auto over_tls = is_https(message.url());
  if (over_tls_ != over_tls) {
    over_tls_ = over_tls;
    set(handle, CURLOPT_HTTP_VERSION,
        static_cast<long>(over_tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    // HTTP/2 is spoken by TLS only, and only its streams are followed in the log.
    set(handle, CURLOPT_VERBOSE, static_cast<long>(over_tls));
  }
  if (limit_ != limit) {
    limit_ = limit;
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  }
  set_buffers(message);
  set_method(message);
  set_headers(message);
  watch_progress(message);
  return std::nullopt;
}

void curl_exchange::set_buffers(const request& message) {
  const auto receive = message.receive_buffer() == 0 ? usual_receive_buffer
                                                     : static_cast<long>(message.receive_buffer());
  const auto send =
      message.body_size() <= small_send_buffer / 2 ? small_send_buffer : usual_send_buffer;
  if (receive_buffer_ != receive) set(handle_.get(), CURLOPT_BUFFERSIZE, receive);
  if (send_buffer_ != send) set(handle_.get(), CURLOPT_UPLOAD_BUFFERSIZE, send);
  receive_buffer_ = receive;
  send_buffer_ = send;
}

void curl_exchange::watch_progress(const request& message) {
  const bool watched = message.on_progress() || message.silence_limit() != duration::zero();
  progress_.to_send = message.body_size();
  if (watched_ == watched) return;
  watched_ = watched;
  set(handle_.get(), CURLOPT_NOPROGRESS, static_cast<long>(!watched));
}

// libcurl parses an address for every exchange, unless it is given one in parts. Of these only
// the path differs from call to call.
void curl_exchange::set_address(const std::string& url) {
  auto* const handle = handle_.get();
  const auto path = url.find('/', url.find("://") + 3);
  const bool plain = path != std::string::npos && url.find_first_of("?#@%") == std::string::npos &&
                     url.find("/.", path) == std::string::npos;
  auto* const parts = address_.get();
  bool known = plain && host_address_ == std::string_view{url}.substr(0, path);
  if (known) {
    known = curl_url_set(parts, CURLUPART_PATH, url.c_str() + path, 0) == CURLUE_OK;
  } else if (plain) {
    known = curl_url_set(parts, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
    host_address_ = known ? url.substr(0, path) : std::string{};
  }
  set(handle, CURLOPT_CURLU, known ? parts : nullptr);
  if (!known) set(handle, CURLOPT_URL, url.c_str());
}

void curl_exchange::set_method(const request& message) {
  auto* const handle = handle_.get();
  const auto& method = message.method();
  if (method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else if (method == "GET" && message.body_size() == 0) {
    set(handle, CURLOPT_HTTPGET, 1L);
  } else {
    set_body(message);
  }
  const bool custom =
      method != "HEAD" && method != "POST" && !(method == "GET" && message.body_size() == 0);
  if (custom) set(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (custom_method_ && !custom) {
    set(handle, CURLOPT_CUSTOMREQUEST, static_cast<char*>(nullptr));
  }
  custom_method_ = custom;
}

// By libcurl's POST, whatever the method's name is.
void curl_exchange::set_body(const request& message) {
  auto* const handle = handle_.get();
  set(handle, CURLOPT_POST, 1L);
  set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body_size()));
  // Without a text libcurl reads; an empty body needs no reading.
  const bool streams = message.source() && message.body_size() > 0;
  set(handle, CURLOPT_POSTFIELDS, streams ? nullptr : message.body().data());
}

void curl_exchange::set_headers(const request& message) {
  constexpr std::string_view no_expect = "Expect:";
  constexpr std::string_view authorization = "Authorization: Bearer ";
  const auto& token = message.bearer_token().expose();
  // libcurl asks for leave (`Expect: 100-continue`) before it sends a large body, and waits.
  const bool large = message.body_size() > most_sent_without_asking;
  auto size = large ? no_expect.size() + 1 : 0;
  for (const auto& line : message.headers()) size += line.name.size() + line.value.size() + 3;
  if (!token.empty()) size += authorization.size() + token.size() + 1;
  // All at once: a text that grew would leave copies of the token behind.
  header_text_.reserve(size);
  const auto count = message.headers().size() + 2;
  header_list_.reserve(count);

  const auto add_line = [this](auto... parts) {
    header_list_.push_back({header_text_.data() + header_text_.size(), nullptr});
    (header_text_.append(parts), ...);
    header_text_.push_back('\0');
  };
  if (large) add_line(no_expect);
  for (const auto& line : message.headers()) {
    const std::string_view name = line.name;
    const std::string_view value = line.value;
    // libcurl's own for a POST, and cheaper so.
    if (value == form_type && name == "Content-Type" && message.method() == "POST") continue;
    // libcurl's way to write a header without a value; with a colon it would be left out.
    if (trimmed(value).empty()) {
      add_line(name, std::string_view{";"});
    } else {
      add_line(name, std::string_view{": "}, value);
    }
  }
  if (!token.empty()) add_line(authorization, std::string_view{token});
  for (std::size_t i = 1; i < header_list_.size(); ++i) header_list_[i - 1].next = &header_list_[i];
  set(handle_.get(), CURLOPT_HTTPHEADER, header_list_.empty() ? nullptr : header_list_.data());
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
  error_text_[0] = '\0';
  attempts_ = 0;
  http2_ = false;
  stream_log_ = {};
  watch_error = 0;
  open_error_ = 0;
  resend_prevented_ = false;
}

result<response> curl_exchange::outcome(CURLcode code, time_limit limit, bool time_is_up) {
  // Of a proxy without a tunnel. Such answers are often cut, because the proxy reads no further.
  const auto& through = environment_.options.proxy();
  if (answer_.status == 407 && through && type_of(*through) < CURLPROXY_SOCKS4) {
    auto known = facts(CURLE_PROXY);
    known.connect_status = answer_.status;
    return to_error(known).set_effect(request_effect::rejected);
  }
  // libcurl is content with an answer that ends inside its headers.
  if (code == CURLE_OK && !headers_complete_) {
    code = header_bytes_ == 0 ? CURLE_GOT_NOTHING : CURLE_PARTIAL_FILE;
  }
  if (answered_before_all_was_sent(code)) code = CURLE_OK;
  if (code == CURLE_OK) {
    answer_.body = received_.finish(answer_.status);
    if (!received_.failure()) return std::move(answer_);
  }
  auto known = facts(code);
  known.limit = limit;
  known.time_is_up = time_is_up;
  return to_error(known);
}

// The server need not read what it does not want. Its answer is worth more than the failure to
// send the rest.
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
  known.own_failure = sent_.failure() ? sent_.failure() : received_.failure();
  known.socket_error = watch_error != 0 ? watch_error : open_error_;
  if (known.socket_error == 0) known.socket_error = error_of_a_new_descriptor(code);
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
    // A first line, or the next after an interim answer such as 103.
    answer_.headers.clear();
    answer_.headers.reserve(usual_header_count);
    answer_.status = status_of(line);
    headers_complete_ = false;
    return true;
  }
  if (headers_complete_) return true;  // a trailer: nobody needs it
  if (trimmed(line).empty()) {
    headers_complete_ = true;
    return true;
  }
  if ((line.front() == ' ' || line.front() == '\t') && !answer_.headers.empty()) {
    answer_.headers.back().value += ' ';
    answer_.headers.back().value += trimmed(line);
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;  // not a header: left out, as browsers do
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
  // libcurl calls without a change as well.
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
  // Of HTTP/2 libcurl counts what it queues, not what is written.
  return !http2_ && info<long>(handle_.get(), CURLINFO_REQUEST_SIZE) == 0;
}

int curl_exchange::before_request() {
  // libcurl calls this again when it is about to repeat a request.
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
  }
  stream_log_.begin_attempt(std::move(connection));
  ++attempts_;
  moved();
  return CURL_PREREQFUNC_OK;
}

SSL* curl_exchange::tls_session() const noexcept {
  const auto* const session = info<curl_tlssessioninfo*>(handle_.get(), CURLINFO_TLS_SSL_PTR);
  if (session == nullptr || session->backend != CURLSSLBACKEND_OPENSSL) return nullptr;
  return static_cast<SSL*>(session->internals);
}

std::size_t curl_exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  try {
    auto& exchange = *static_cast<curl_exchange*>(self);
    return exchange.take_header({data, size * count}) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

std::size_t curl_exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  try {
    auto& exchange = *static_cast<curl_exchange*>(self);
    return exchange.take_body({data, size * count}) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

std::size_t curl_exchange::on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
  try {
    const auto got = static_cast<curl_exchange*>(self)->sent_.read({buffer, size * count});
    return got.value_or(CURL_READFUNC_ABORT);
  } catch (const std::bad_alloc&) {
    return CURL_READFUNC_ABORT;
  }
}

// libcurl does not know yet that it may repeat the request; `before_request` decides about that.
int curl_exchange::on_seek(void*, curl_off_t offset, int origin) {
  return offset == 0 && origin == SEEK_SET ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

int curl_exchange::on_progress(void* self, curl_off_t to_receive, curl_off_t received, curl_off_t,
                               curl_off_t sent) {
  static_cast<curl_exchange*>(self)->note_progress(to_receive, received, sent);
  return 0;
}

int curl_exchange::on_prerequest(void* self, char*, char*, int, int) {
  try {
    return static_cast<curl_exchange*>(self)->before_request();
  } catch (const std::bad_alloc&) {
    return CURL_PREREQFUNC_ABORT;
  }
}

curl_socket_t curl_exchange::on_open_socket(void* self, curlsocktype purpose,
                                            curl_sockaddr* address) {
  auto& exchange = *static_cast<curl_exchange*>(self);
  const auto& environment = exchange.environment_;
  const auto socket = environment.open_socket(environment.sockets, purpose, address);
  exchange.open_error_ = socket == CURL_SOCKET_BAD ? errno : 0;
  return socket;
}

int curl_exchange::on_log(CURL*, curl_infotype type, char* text, std::size_t size, void* self) {
  if (type == CURLINFO_TEXT) static_cast<curl_exchange*>(self)->stream_log_.read({text, size});
  return 0;
}

CURLcode curl_exchange::on_tls_context(CURL*, void* context, void* self) {
  auto* const store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(context));
  const auto& certificates = static_cast<curl_exchange*>(self)->environment_.certificates;
  return certificates.add_to(store) ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

}  // namespace vkxx::http::detail
