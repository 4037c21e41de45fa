#include "integration/auth/implicit/browser.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <vkxx/http/curl_transport.hpp>

namespace vkxx::testing {
namespace {

result<http::response> send(http::request message) {
  asio::io_context loop;
  const auto transport = http::make_curl_transport(loop.get_executor(), http::transport_options{});
  auto answer = asio::co_spawn(loop, transport->send(std::move(message)), asio::use_future);
  loop.run();
  return answer.get();
}

result<http::response> send_form(const std::string& url, const std::string& form) {
  http::request message{"POST", url};
  message.body(form, "application/x-www-form-urlencoded");
  return send(std::move(message));
}

}  // namespace

std::string pass_consent_page(const std::string& url, const std::string& button) {
  const auto shown = send(http::request{"GET", url});
  if (!shown || shown->status != 200) return {};
  if (shown->body.find("value=\"" + button + "\"") == std::string::npos) return {};
  const auto query = url.find('?');
  const auto answer = send_form(url.substr(0, query), url.substr(query + 1) + "&consent=" + button);
  if (!answer || answer->status != 302) return {};
  return std::string{http::find_header(answer->headers, "Location").value_or("")};
}

std::string led_to(const std::string& url) {
  const auto answer = send(http::request{"GET", url});
  if (!answer || answer->status != 302) return {};
  return std::string{http::find_header(answer->headers, "Location").value_or("")};
}

std::string get(const std::string& url) {
  const auto answer = send(http::request{"GET", url});
  return answer ? answer->body : answer.error().to_string();
}

std::string post(const std::string& url, const std::string& form) {
  const auto answer = send_form(url, form);
  return answer ? answer->body : answer.error().to_string();
}

}  // namespace vkxx::testing
