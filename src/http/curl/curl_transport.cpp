#include <vkxx/http/curl_transport.hpp>

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "core/async/process_mark.hpp"
#include "http/curl/curl_engine.hpp"

namespace vkxx::http {

using vkxx::detail::process_mark;
namespace {

class curl_transport final : public transport {
 public:
  curl_transport(asio::any_io_executor executor, transport_options options)
      : options_{options},
        engine_{std::make_shared<detail::curl_engine>(std::move(executor), std::move(options))} {
    engine_->join_context();
  }
  curl_transport(const curl_transport&) = delete;
  curl_transport& operator=(const curl_transport&) = delete;
  ~curl_transport() override { engine_->shut_down(); }

  asio::awaitable<result<response>> send(request message) override {
    if (!process_.is_here()) return refused_in_child();
    return asio::async_initiate<const asio::use_awaitable_t<>, void(result<response>)>(
        [](auto handler, std::shared_ptr<detail::curl_engine> engine, request request) {
          const asio::any_io_executor where = asio::get_associated_executor(handler);
          engine->start(std::move(request), where, std::move(handler));
        },
        asio::use_awaitable, engine_, std::move(message));
  }

  std::shared_ptr<transport> on(asio::any_io_executor executor) const override {
    return make_curl_transport(std::move(executor), options_);
  }

 private:
  static asio::awaitable<result<response>> refused_in_child() {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "the transport was made before fork(), and its connections are the parent's: "
                    "make another one in the child"};
  }

  process_mark process_;
  transport_options options_;
  std::shared_ptr<detail::curl_engine> engine_;
};

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

}  // namespace

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

std::shared_ptr<transport> make_curl_transport(asio::any_io_executor executor,
                                               transport_options options) {
  check(options);
  return std::make_shared<curl_transport>(std::move(executor), std::move(options));
}

}  // namespace vkxx::http
