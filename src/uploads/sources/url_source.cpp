// Files of other servers.
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <optional>
#include <utility>

#include <vkxx/http/transport.hpp>
#include <vkxx/uploads/upload_source.hpp>

#include "core/async/time_sum.hpp"
#include "core/encoding/percent.hpp"
#include "uploads/sources/file_content.hpp"
#include "uploads/sources/source_opener.hpp"

namespace vkxx {
namespace {

constexpr int most_redirects = 5;

struct fetch_settings {
  std::string url;
  std::uint64_t max_size = 0;
  duration timeout{};
  bool allow_private_addresses = false;
};

// The body of an answer, in a temporary file.
class spool_sink final : public http::body_sink {
 public:
  explicit spool_sink(std::shared_ptr<const detail::open_file> file) : file_{std::move(file)} {}
  [[nodiscard]] result<void> write(std::string_view bytes) override {
    return detail::append(*file_, bytes);
  }

 private:
  std::shared_ptr<const detail::open_file> file_;
};

// The address with everything escaped that a URL cannot have, as browsers do: people and servers
// write blanks and letters of their language.
std::string with_escapes(std::string_view url) {
  constexpr std::string_view refused = " \"<>\\^`{|}";
  std::string text;
  for (const char each : url) {
    const auto byte = static_cast<unsigned char>(each);
    if (byte > 0x20 && byte < 0x7F && refused.find(each) == std::string_view::npos)
      text += each;
    else
      detail::append_percent_encoded(text, {&each, 1}, detail::space_as::percent);
  }
  return text;
}

bool is_web_address(const boost::urls::url_view& url) {
  return (url.scheme() == "http" || url.scheme() == "https") && !url.encoded_host().empty() &&
         !url.has_userinfo();
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// The name of the host only: a query may have a key.
std::string host_of_url(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  return parsed ? std::string{parsed->encoded_host().data(), parsed->encoded_host().size()}
                : std::string{"the address"};
}

// Where a redirect leads; an error: nowhere that may be followed.
result<std::string> target_of(const std::string& from, const http::response& answer) {
  const auto location = http::find_header(answer.headers, "Location");
  const auto base = boost::urls::parse_uri(from);
  const auto written = with_escapes(location.value_or(""));
  const auto reference = boost::urls::parse_uri_reference(written);
  boost::urls::url target;
  if (!location || !base || !reference || !boost::urls::resolve(*base, *reference, target)) {
    return detail::source_error(host_of_url(from) + ": it redirects without a usable address");
  }
  target.remove_fragment();
  if (!is_web_address(target)) {
    return detail::source_error(host_of_url(from) +
                                ": it redirects to an address that is not http or https, or has a "
                                "password in it");
  }
  if (base->scheme() == "https" && target.scheme() != "https") {
    return error{errc::insecure_redirect, request_effect::not_sent,
                 host_of_url(from) + ": it redirects from https to http"};
  }
  return std::string{target.buffer().data(), target.buffer().size()};
}

class url_opener final : public detail::source_opener {
 public:
  explicit url_opener(fetch_settings settings) : settings_{std::move(settings)} {}

  [[nodiscard]] asio::awaitable<result<std::shared_ptr<const http::body_source>>> open(
      detail::source_environment environment) const override {
    return fetch(settings_, std::move(environment));
  }

 private:
  [[nodiscard]] static asio::awaitable<result<std::shared_ptr<const http::body_source>>> fetch(
      fetch_settings settings, detail::source_environment environment);

  fetch_settings settings_;
};

http::request request_of(const fetch_settings& settings, const std::string& url, duration left,
                         const detail::source_environment& environment,
                         std::shared_ptr<http::body_sink> sink) {
  http::request message{"GET", url};
  message.timeout(std::max<duration>(left, std::chrono::milliseconds{1}));
  message.deadline(environment.deadline, environment.environment.time);
  message.max_answer_size(static_cast<std::size_t>(settings.max_size));
  message.public_addresses_only(!settings.allow_private_addresses);
  message.sink(std::move(sink));
  return message;
}

// The transport's error in terms of a source.
error fetch_failure(const std::string& url, const error& failure) {
  if (failure == errc::cancelled || failure == errc::deadline_exceeded) return failure;
  return detail::source_error(host_of_url(url) +
                              ": the file cannot be fetched: " + failure.message());
}

asio::awaitable<result<std::shared_ptr<const http::body_source>>> url_opener::fetch(
    fetch_settings settings, detail::source_environment environment) {
  settings.url = with_escapes(settings.url);
  const auto parsed = boost::urls::parse_uri(settings.url);
  if (!parsed || !is_web_address(*parsed)) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "url: expected an absolute address with http or https, without a password"};
  }
  auto file = detail::make_temporary_file();
  if (!file) co_return file.error();
  const auto& time = environment.environment.time;
  const auto end = detail::later_by(time->now(), settings.timeout);
  auto url = settings.url.substr(0, settings.url.find('#'));
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    auto message = request_of(settings, url, end - time->now(), environment,
                              std::make_shared<spool_sink>(*file));
    auto sending = environment.environment.send(std::move(message), exchange_options{"fetch"});
    const auto answer = co_await std::move(sending);
    if (!answer) co_return fetch_failure(url, answer.error());
    if (answer->status == 200) co_return detail::content_of(*std::move(file), host_of_url(url));
    if (!is_redirect(answer->status)) {
      co_return detail::source_error(host_of_url(url) +
                                     ": the file cannot be fetched: HTTP status " +
                                     std::to_string(answer->status));
    }
    auto next = target_of(url, *answer);
    if (!next) co_return next.error();
    url = *std::move(next);
  }
  co_return error{errc::too_many_redirects, request_effect::not_sent,
                  host_of_url(url) + ": more than 5 redirects"};
}

std::string name_in(const std::string& url) {
  const auto written = with_escapes(url);
  const auto parsed = boost::urls::parse_uri(written);
  if (!parsed || parsed->segments().empty()) return {};
  return parsed->segments().back();
}

}  // namespace

url_source::url_source(std::string url)
    : upload_source{std::shared_ptr<const detail::source_opener>{}, name_in(url)},
      url_{std::move(url)} {
  set_opener_of_settings();
}

url_source& url_source::max_size(std::uint64_t bytes) {
  max_size_ = bytes;
  set_opener_of_settings();
  return *this;
}

url_source& url_source::timeout(duration limit) {
  timeout_ = limit;
  set_opener_of_settings();
  return *this;
}

url_source& url_source::allow_private_addresses(bool on) {
  allow_private_addresses_ = on;
  set_opener_of_settings();
  return *this;
}

void url_source::set_opener_of_settings() {
  set_opener(std::make_shared<const url_opener>(
      fetch_settings{url_, max_size_, timeout_, allow_private_addresses_}));
}

}  // namespace vkxx
