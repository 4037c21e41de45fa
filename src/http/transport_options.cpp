#include "http/transport_options.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <vkxx/core/exception.hpp>

namespace vkxx::http {

transport_options::transport_options() : user_agent_{"vkxx/" VKXX_VERSION} {}

transport_options& transport_options::proxy(std::optional<http::proxy> through) {
  proxy_ = std::move(through);
  return *this;
}

transport_options& transport_options::ca_file(std::string path) {
  ca_file_ = std::move(path);
  return *this;
}

transport_options& transport_options::user_agent(std::string name) {
  user_agent_ = std::move(name);
  return *this;
}

transport_options& transport_options::connect_timeout(duration limit) {
  connect_timeout_ = limit;
  return *this;
}

transport_options& transport_options::max_answer_size(std::size_t bytes) {
  max_answer_size_ = bytes;
  return *this;
}

transport_options& transport_options::max_connections(std::size_t count) {
  max_connections_ = count;
  return *this;
}

transport_options& transport_options::max_in_flight(std::size_t count) {
  max_in_flight_ = count;
  return *this;
}

namespace detail {

void check(const transport_options& options) {
  const auto unusable = [](const char* why) {
    throw usage_exception{error{errc::invalid_argument, request_effect::not_sent, why}};
  };
  const auto limit = options.connect_timeout();
  if (limit < std::chrono::milliseconds{1} || limit > std::chrono::hours{24}) {
    unusable("transport_options::connect_timeout: expected 1 ms to 24 h");
  }
  // libcurl sends it as it is: a line break would begin another header.
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(options.user_agent(), is_control)) {
    unusable("transport_options::user_agent: it holds a line break or another control character");
  }
  if (options.max_answer_size() < 1) {
    unusable("transport_options::max_answer_size: expected 1 or more");
  }
  if (options.max_connections() > 1'000'000) {
    unusable("transport_options::max_connections: expected 0 (no limit) to 1,000,000");
  }
  if (options.max_in_flight() > 1'000'000) {
    unusable("transport_options::max_in_flight: expected 0 (no limit) to 1,000,000");
  }
}

}  // namespace detail
}  // namespace vkxx::http
