#include "bot_testing/control_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <vkxx/http/curl_transport.hpp>

namespace vkxx::bot_testing::detail {

control_link::control_link(std::string url)
    : url_{std::move(url)},
      transport_{http::make_curl_transport(context_.get_executor(), http::transport_options{})} {}

std::string control_link::ask(std::string_view method, std::string_view path,
                              const std::string& body) {
  http::request message{std::string{method}, url_ + "/_emulator/" + std::string{path}};
  if (method == "POST") message.body(body, "application/json");
  std::optional<result<http::response>> answer;
  asio::co_spawn(context_, transport_->send(std::move(message)),
                 [&answer](const std::exception_ptr& failure, result<http::response> value) {
                   if (failure) std::rethrow_exception(failure);
                   answer = std::move(value);
                 });
  context_.restart();
  while (!answer && context_.run_one() != 0) {
  }
  const auto attempt = std::string{method} + " /_emulator/" + std::string{path} + ": ";
  if (!answer) throw std::runtime_error{attempt + "no answer"};
  if (!*answer) throw std::runtime_error{attempt + answer->error().to_string()};
  if ((*answer)->status != 200) throw std::runtime_error{attempt + (*answer)->body};
  return std::move((*answer)->body);
}

}  // namespace vkxx::bot_testing::detail
