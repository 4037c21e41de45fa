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
  settings_.tokens = std::move(source);
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
  settings_.timeout = limit;
  return *this;
}

config& config::total_timeout(duration limit) {
  settings_.total_timeout = limit;
  return *this;
}

config& config::time_source(std::shared_ptr<clock> time) {
  settings_.time = std::move(time);
  return *this;
}

config& config::limits(vkxx::limits keeping) {
  settings_.limits = keeping.values();
  return *this;
}

config& config::batch(vkxx::batching how) {
  settings_.batching = how.values();
  return *this;
}

config& config::retries(vkxx::retries repeating) {
  settings_.retries = repeating.values();
  return *this;
}

config& config::endpoints(vkxx::endpoints where) {
  settings_.endpoints = std::move(where);
  return *this;
}

config& config::emulator(const std::string& url) {
  settings_.endpoints.all(url);
  return *this;
}

config& config::proxy(std::string_view url) {
  settings_.way.proxy(url.empty() ? std::nullopt
                                  : std::optional<http::proxy>{http::proxy::parse(url).value()});
  return *this;
}

config& config::ca_file(std::string path) {
  settings_.way.ca_file(std::move(path));
  return *this;
}

config& config::max_answer_size(std::size_t bytes) {
  settings_.way.max_answer_size(bytes);
  return *this;
}

config& config::transport(std::shared_ptr<http::transport> way) {
  settings_.transport = std::move(way);
  return *this;
}

config& config::on_error(api_errc code, error_handler handler) {
  settings_.handlers.insert_or_assign(code, std::move(handler));
  return *this;
}

config& config::on_any_error(error_handler handler) {
  settings_.any_handler = std::move(handler);
  return *this;
}

config& config::on_captcha(challenge_hook solver) {
  settings_.captcha = std::move(solver);
  return *this;
}

config& config::on_validation(challenge_hook solver) {
  settings_.validation = std::move(solver);
  return *this;
}

config& config::on_confirmation(challenge_hook solver) {
  settings_.confirmation = std::move(solver);
  return *this;
}

config& config::max_sends(int count) {
  settings_.max_sends = count;
  return *this;
}

config& config::local_checks(bool on) {
  settings_.local_checks = on;
  return *this;
}

config& config::token_kind(vkxx::token_kind kind) {
  settings_.token_kind = kind;
  return *this;
}

config& config::around_call(call_middleware middleware) {
  settings_.around_call.push_back(std::move(middleware));
  return *this;
}

config& config::around_attempt(attempt_middleware middleware) {
  settings_.around_attempt.push_back(std::move(middleware));
  return *this;
}

config& config::log(log_sink sink, log_level lowest) {
  settings_.log = logger{std::move(sink), lowest};
  return *this;
}

}  // namespace vkxx
