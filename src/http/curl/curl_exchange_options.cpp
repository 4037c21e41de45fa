// Sets libcurl's options for an exchange.
#include <algorithm>
#include <string_view>
#include <utility>

#include "core/text/ascii.hpp"
#include "http/curl/curl_exchange.hpp"
#include "http/curl/curl_option.hpp"
#include "http/request_check.hpp"

namespace vkxx::http::detail {

using vkxx::detail::trimmed;
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::size_t most_sent_without_asking = std::size_t{512} << 10U;
constexpr long usual_receive_buffer = CURL_MAX_WRITE_SIZE;
// libcurl holds the send buffer of a request until the answer arrives.
constexpr long small_send_buffer = long{16} << 10U;
constexpr long usual_send_buffer = long{48} << 10U;

// Not zstd: libcurl allocates 230 KiB to decompress an answer of any size, which takes as long as a
// whole call (docs/performance.md). It decompresses what a server sends unasked.
const char* accepted_codings() noexcept {
  const auto features = curl_version_info(CURLVERSION_NOW)->features;
  return (features & CURL_VERSION_BROTLI) != 0 ? "gzip, br" : "gzip";
}

// Of several TLS libraries the one in use comes first, the others in parentheses.
bool tls_is_openssl() noexcept {
  const auto* const name = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return name != nullptr && std::string_view{name}.starts_with("OpenSSL");
}

curl_proxytype type_of(const proxy& through) noexcept {
  if (through.scheme() == "https") return CURLPROXY_HTTPS;
  if (through.scheme() == "socks5") return CURLPROXY_SOCKS5;
  if (through.scheme() == "socks5h") return CURLPROXY_SOCKS5_HOSTNAME;
  return CURLPROXY_HTTP;
}

}  // namespace

void curl_exchange::set_fixed_options() {
  auto* const handle = handle_.get();
  const auto& options = environment_.options;
  set(handle, CURLOPT_PRIVATE, static_cast<void*>(this));
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_USERAGENT, options.user_agent().c_str());
  set(handle, CURLOPT_TCP_NODELAY, 1L);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(
          std::chrono::ceil<std::chrono::milliseconds>(options.connect_timeout()).count()));
  set(handle, CURLOPT_ERRORBUFFER, static_cast<char*>(error_text_));
  // A cancelled resolution must not block until the resolver's thread ends.
  set(handle, CURLOPT_QUICK_EXIT, 1L);

  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (curl_version_info(CURLVERSION_NOW)->cainfo != nullptr) {
    // With a directory set beside the file, libcurl would load all authorities again for each
    // connection.
    set(handle, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    set(handle, CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr));
  }
  if (tls_is_openssl()) {
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
  // libcurl repeats any request whose reused connection died before an answer, unless the request
  // only receives: an RTSP option that libcurl's HTTP code checks only here. Its remaining repeats
  // are streams that the server refused, and these show in its log. `before_request` does not rely
  // on it.
  curl_easy_setopt(handle, CURLOPT_RTSP_REQUEST, long{CURL_RTSPREQ_RECEIVE});
}

void curl_exchange::set_proxy() {
  auto* const handle = handle_.get();
  const auto& through = environment_.options.proxy();
  // An empty text, not null: with null, libcurl would read the environment.
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

std::optional<error> curl_exchange::begin(const request& message, std::chrono::milliseconds limit,
                                          CURLSH* share) {
  auto* const handle = handle_.get();
  message_ = &message;
  received_.begin(message, environment_.options.max_answer_size());
  if (message.source() && sent_.begin(*message.source())) return to_error(facts(CURLE_READ_ERROR));
  set_address(message.url());
  // Sets only the options that differ from the previous exchange.
  const auto over_tls = is_https(message.url());
  if (over_tls_ != over_tls) {
    over_tls_ = over_tls;
    set(handle, CURLOPT_HTTP_VERSION,
        static_cast<long>(over_tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    // HTTP/2 runs over TLS only, and the log matters only for its streams.
    set(handle, CURLOPT_VERBOSE, static_cast<long>(over_tls));
  }
  if (limit_ != limit) {
    limit_ = limit;
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  }
  if (may_be_compressed_ != message.may_be_compressed()) {
    may_be_compressed_ = message.may_be_compressed();
    // Named, as with nothing libcurl would not decompress what a server compresses all the same.
    set(handle, CURLOPT_ACCEPT_ENCODING, *may_be_compressed_ ? accepted_codings() : "identity");
  }
  if (own_connection_ != message.public_addresses_only()) {
    own_connection_ = message.public_addresses_only();
    set(handle, CURLOPT_FRESH_CONNECT, static_cast<long>(own_connection_));
    set(handle, CURLOPT_FORBID_REUSE, static_cast<long>(own_connection_));
  }
  if (share_ != share) {
    share_ = share;
    set(handle, CURLOPT_SHARE, share);
  }
  set_buffers(message);
  set_method(message);
  set_headers(message);
  watch_progress(message);
  return std::nullopt;
}

namespace {

long receive_buffer_of(const request& message) noexcept {
  return message.receive_buffer() == 0 ? usual_receive_buffer
                                       : static_cast<long>(message.receive_buffer());
}

}  // namespace

bool curl_exchange::was_like(const request& message) const noexcept {
  return receive_buffer_ == receive_buffer_of(message) && plain_url_ == message.url();
}

void curl_exchange::set_buffers(const request& message) {
  const auto receive = receive_buffer_of(message);
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

namespace {

// A loop, because the search for a set of characters calls a function for each of the URL's.
bool has_more_parts(std::string_view url) noexcept {
  return std::ranges::any_of(url,
                             [](char c) { return c == '?' || c == '#' || c == '@' || c == '%'; });
}

}  // namespace

// libcurl parses a URL for every exchange unless it receives the URL in parts. Only the path
// differs from call to call.
void curl_exchange::set_address(const std::string& url) {
  if (!plain_url_.empty() && url == plain_url_) return;
  auto* const handle = handle_.get();
  const auto path = url.find('/', url.find("://") + 3);
  const bool plain = path != std::string::npos && !has_more_parts(url) &&
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
  plain_url_ = known ? url : std::string{};
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

// Uses libcurl's POST for any method name.
void curl_exchange::set_body(const request& message) {
  auto* const handle = handle_.get();
  set(handle, CURLOPT_POST, 1L);
  set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body_size()));
  // Without a text libcurl calls the read function; an empty body needs no reading.
  const bool streams = message.source() && message.body_size() > 0;
  set(handle, CURLOPT_POSTFIELDS, streams ? nullptr : message.body().data());
}

void curl_exchange::set_headers(const request& message) {
  constexpr std::string_view no_expect = "Expect:";
  constexpr std::string_view authorization = "Authorization: Bearer ";
  const auto& token = message.bearer_token().expose();
  // libcurl sends `Expect: 100-continue` before a large body, and waits for the answer.
  const bool large = message.body_size() > most_sent_without_asking;
  auto size = large ? no_expect.size() + 1 : 0;
  for (const auto& line : message.headers()) size += line.name.size() + line.value.size() + 3;
  if (!token.empty()) size += authorization.size() + token.size() + 1;
  // Allocated at once: a growing text would leave copies of the token behind.
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
    // libcurl adds this header to a POST by itself, at a lower cost.
    if (value == form_type && name == "Content-Type" && message.method() == "POST") continue;
    // libcurl's syntax for a header without a value; with a colon libcurl would omit the header.
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

}  // namespace vkxx::http::detail
