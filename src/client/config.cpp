#include <vkxx/client/config.hpp>

#include <utility>

#include <vkxx/core/exception.hpp>

namespace vkxx {

config::config() {
  v("5.199");
}

config& config::access_token(const char* token) {
  return access_token(secret{token});
}

config& config::access_token(std::string token) {
  return access_token(secret{std::move(token)});
}

config& config::access_token(secret token) {
  return tokens(make_static_token(std::move(token)));
}

config& config::tokens(std::shared_ptr<token_source> source) {
  tokens_ = std::move(source);
  return *this;
}

config& config::v(std::optional<std::string> version) {
  common_.set("v", version);
  return *this;
}

config& config::lang(std::optional<std::string> language) {
  common_.set("lang", language);
  return *this;
}

config& config::https(std::optional<bool> on) {
  common_.set("https", on);
  return *this;
}

config& config::test_mode(std::optional<bool> on) {
  common_.set("test_mode", on);
  return *this;
}

config& config::timeout(duration limit) {
  timeout_ = limit;
  return *this;
}

config& config::total_timeout(duration limit) {
  total_timeout_ = limit;
  return *this;
}

config& config::challenge_timeout(duration limit) {
  challenge_timeout_ = limit;
  return *this;
}

config& config::time_source(std::shared_ptr<clock> time) {
  time_source_ = std::move(time);
  return *this;
}

config& config::limits(vkxx::limits limits) {
  limits_ = std::move(limits);
  return *this;
}

config& config::batching(std::optional<vkxx::batching> batching) {
  batching_ = batching;
  return *this;
}

config& config::retries(vkxx::retries retries) {
  retries_ = retries;
  return *this;
}

config& config::endpoints(vkxx::endpoints endpoints) {
  endpoints_ = std::move(endpoints);
  return *this;
}

config& config::emulator(const std::string& url) {
  endpoints_.all(url);
  return *this;
}

config& config::proxy(std::string_view url) {
  transport_options_.proxy(
      url.empty() ? std::nullopt : std::optional<http::proxy>{http::proxy::parse(url).value()});
  return *this;
}

config& config::ca_file(std::string path) {
  transport_options_.ca_file(std::move(path));
  return *this;
}

config& config::max_answer_size(std::size_t bytes) {
  transport_options_.max_answer_size(bytes);
  return *this;
}

config& config::max_connections(std::size_t count) {
  transport_options_.max_connections(count);
  return *this;
}

config& config::max_in_flight(std::size_t count) {
  transport_options_.max_in_flight(count);
  return *this;
}

config& config::connect_timeout(duration limit) {
  transport_options_.connect_timeout(limit);
  return *this;
}

config& config::user_agent(std::string name) {
  transport_options_.user_agent(std::move(name));
  return *this;
}

config& config::transport(std::shared_ptr<http::transport> transport) {
  transport_ = std::move(transport);
  return *this;
}

config& config::on_error(api_errc code, error_handler handler) {
  on_error_.insert_or_assign(code, std::move(handler));
  return *this;
}

config& config::on_any_error(error_handler handler) {
  on_any_error_ = std::move(handler);
  return *this;
}

config& config::on_captcha(challenge_hook solver) {
  on_captcha_ = std::move(solver);
  return *this;
}

config& config::on_validation(challenge_hook solver) {
  on_validation_ = std::move(solver);
  return *this;
}

config& config::on_confirmation(challenge_hook solver) {
  on_confirmation_ = std::move(solver);
  return *this;
}

config& config::max_sends(int count) {
  max_sends_ = count;
  return *this;
}

config& config::local_checks(bool on) {
  local_checks_ = on;
  return *this;
}

config& config::token_kind(vkxx::token_kind kind) {
  token_kind_ = kind;
  return *this;
}

config& config::around_call(call_middleware middleware) {
  around_call_.push_back(std::move(middleware));
  return *this;
}

config& config::around_attempt(attempt_middleware middleware) {
  around_attempt_.push_back(std::move(middleware));
  return *this;
}

config& config::log(log_sink sink, log_level lowest) {
  log_ = logger{std::move(sink), lowest};
  return *this;
}

}  // namespace vkxx
