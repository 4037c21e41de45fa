#include <vkxx/http/message.hpp>

#include <utility>
#include <vkxx/core/exception.hpp>
#include <vkxx/http/multipart.hpp>
#include <vkxx/http/transport.hpp>

#include "core/text/ascii.hpp"
#include "core/text/retry_after.hpp"

namespace vkxx::http {

using vkxx::detail::same_ignoring_case;

std::shared_ptr<transport> transport::on(asio::any_io_executor) const {
  return nullptr;
}

std::optional<std::string_view> find_header(const std::vector<header>& headers,
                                            std::string_view name) noexcept {
  for (const auto& line : headers) {
    if (same_ignoring_case(line.name, name)) return line.value;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> retry_after(const std::vector<header>& headers,
                                                std::chrono::system_clock::time_point now) {
  return vkxx::detail::read_retry_after(find_header(headers, "Retry-After"),
                                        find_header(headers, "Date"), now);
}

request::request(std::string method, std::string url)
    : method_{std::move(method)}, url_{std::move(url)} {}

request& request::add_header(std::string name, std::string value) {
  headers_.push_back({std::move(name), std::move(value)});
  return *this;
}

request& request::body(std::string body, std::string content_type) {
  body_ = std::move(body);
  source_ = nullptr;
  return add_header("Content-Type", std::move(content_type));
}

request& request::body(std::shared_ptr<const body_source> source, std::string content_type) {
  if (!source) {
    throw usage_exception{
        error{errc::invalid_argument, request_effect::not_sent, "body: the source is null"}};
  }
  body_.clear();
  source_ = std::move(source);
  return add_header("Content-Type", std::move(content_type));
}

request& request::body(const multipart& form) {
  return body(form.source(), form.content_type());
}

request& request::sink(std::shared_ptr<body_sink> sink) {
  sink_ = std::move(sink);
  return *this;
}

request& request::on_progress(progress_handler handler) {
  on_progress_ = std::move(handler);
  return *this;
}

request& request::silence_limit(duration limit) {
  silence_limit_ = limit;
  return *this;
}

request& request::receive_buffer(std::size_t bytes) {
  receive_buffer_ = bytes;
  return *this;
}

request& request::bearer_token(secret token) {
  bearer_token_ = std::move(token);
  return *this;
}

request& request::timeout(duration limit) {
  timeout_ = limit;
  return *this;
}

request& request::max_answer_size(std::size_t bytes) {
  max_answer_size_ = bytes;
  return *this;
}

request& request::public_addresses_only(bool on) {
  public_addresses_only_ = on;
  return *this;
}

request& request::may_be_compressed(bool on) {
  may_be_compressed_ = on;
  return *this;
}

request& request::waits_for_events(bool on) {
  waits_for_events_ = on;
  return *this;
}

request& request::deadline(time_point moment, std::shared_ptr<clock> time) {
  deadline_ = moment;
  deadline_clock_ = std::move(time);
  return *this;
}

}  // namespace vkxx::http
