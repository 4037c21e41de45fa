#include "integration/http/servers/exchange.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>
#include <utility>

namespace vkxx::http::test {

request post_to(std::string url, std::string body) {
  request message{"POST", std::move(url)};
  message.body(std::move(body), "application/x-www-form-urlencoded");
  return message;
}

transport_under_test::transport_under_test(transport_options options)
    : transport_{make_curl_transport(context_.get_executor(), std::move(options))} {}

result<response> transport_under_test::send(request message) {
  std::vector<request> single;
  single.push_back(std::move(message));
  auto outcomes = send_all(std::move(single));
  return std::move(outcomes.front());
}

std::vector<result<response>> transport_under_test::send_all(std::vector<request> messages) {
  std::vector<std::optional<result<response>>> outcomes(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    asio::co_spawn(context_, transport_->send(std::move(messages[i])),
                   [&outcomes, i](std::exception_ptr, result<response> outcome) {
                     outcomes[i].emplace(std::move(outcome));
                   });
  }
  context_.restart();
  context_.run();
  std::vector<result<response>> all;
  for (auto& outcome : outcomes) all.push_back(*std::move(outcome));
  return all;
}

void transport_under_test::destroy() {
  transport_.reset();
  context_.restart();
  context_.run();
}

}  // namespace vkxx::http::test
