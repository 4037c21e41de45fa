#include "updates/stream/stream_server.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/parameters.hpp>
#include "updates/values/checked_json.hpp"

namespace vkxx::detail {
namespace {

// The endpoint has no scheme, and may get one some day.
std::optional<stream_server> server_of(std::string_view json, bool clear) {
  const auto endpoint = json_part(json, "endpoint");
  const auto key = json_part(json, "key");
  if (!endpoint.starts_with('"') || !key.starts_with('"') || key.size() < 3) return std::nullopt;
  auto address = json_string_value(endpoint);
  if (const auto scheme = address.find("://"); scheme != std::string::npos)
    address.erase(0, scheme + 3);
  address.insert(0, "https://");
  const auto parsed = boost::urls::parse_uri(address);  // a view
  if (!parsed || parsed->host().empty() || parsed->has_userinfo()) return std::nullopt;
  stream_server server;
  server.secure = !clear;
  server.host = parsed->host_address();
  server.port = parsed->has_port() ? std::string{parsed->port()} : clear ? "80" : "443";
  server.key = secret{json_string_value(key)};
  return server;
}

}  // namespace

secret stream_server::target(std::string_view path, std::optional<int> stream_id) const {
  std::string text{path};
  text += "?key=";
  append_form_encoded(text, key.expose());
  if (stream_id) text += "&stream_id=" + std::to_string(*stream_id);
  return secret{std::move(text)};
}

std::string stream_server::url(std::string_view path) const {
  const auto shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return (secure ? "https://" : "http://") + shown + ':' + port + target(path).expose();
}

asio::awaitable<result<stream_server>> ask_stream_server(client vk) {
  auto calling = vk.try_call(request{"streaming.getServerUrl"});
  const auto answer = co_await std::move(calling);
  if (!answer) co_return answer.error();
  // In clear text only if everything is: an emulator.
  const bool clear = vk.environment().endpoints.api().starts_with("http://");
  auto server = server_of(answer->text(), clear);
  if (!server) {
    co_return error{errc::malformed_answer, request_effect::executed,
                    "streaming.getServerUrl: VK's answer has no endpoint and key"};
  }
  co_return *std::move(server);
}

}  // namespace vkxx::detail
