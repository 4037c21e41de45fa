// The rules of the Streaming API.
#include <boost/system/error_code.hpp>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/core/printable.hpp>
#include <vkxx/http/transport.hpp>
#include <vkxx/updates/stream_reader.hpp>
#include "updates/stream/stream_frame.hpp"
#include "updates/stream/stream_server.hpp"
#include "updates/values/checked_json.hpp"

namespace vkxx {

using namespace detail;

namespace {

constexpr std::size_t longest_refusal = 200;

// VK's refusal in words.
error rule_refused(std::string_view json, int status) {
  const auto code = stream_error_code(json);
  const auto text = json_string_value(json_part(json_part(json, "error"), "message"));
  error failure{errc::invalid_argument, request_effect::rejected,
                "the Streaming API refused the request: " + std::to_string(code) + ' ' +
                    printable(std::string_view{text}.substr(0, longest_refusal))};
  if (code == 0) {
    failure = error{errc::malformed_answer, request_effect::unknown,
                    "the Streaming API answered with something else than JSON"};
  }
  return failure.set_http_status(status);
}

// The answer as checked JSON. `body` empty: GET.
asio::awaitable<result<std::string>> ask_rules(client vk, std::string method, std::string body) {
  auto asking = ask_stream_server(vk);
  const auto server = co_await std::move(asking);
  if (!server) co_return server.error();
  http::request message{std::move(method), server->url("/rules")};
  if (!body.empty()) message.body(std::move(body), "application/json");
  const auto environment = vk.environment();
  message.timeout(environment.timeout);
  auto sending = environment.send(std::move(message), exchange_options{"stream_rules"});
  auto answer = co_await std::move(sending);
  if (!answer) co_return answer.error().hide(server->key);
  auto json = checked_json(std::move(answer->body));
  if (json && integer_text(json_part(*json, "code")) == 200) co_return *std::move(json);
  auto refusal = rule_refused(json.value_or(""), answer->status);
  co_return refusal.hide(server->key);
}

asio::awaitable<result<void>> change_rules(client vk, std::string method, std::string body) {
  auto asking = ask_rules(std::move(vk), std::move(method), std::move(body));
  const auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  co_return result<void>{};
}

}  // namespace

asio::awaitable<result<std::vector<stream_rule>>> list_stream_rules(client vk) {
  auto asking = ask_rules(std::move(vk), "GET", {});
  const auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  std::vector<stream_rule> rules;
  for (const auto rule : json_elements(json_part(*answer, "rules"))) {
    rules.emplace_back(json_string_value(json_part(rule, "tag")),
                       json_string_value(json_part(rule, "value")));
  }
  co_return rules;
}

asio::awaitable<result<void>> add_stream_rule(client vk, stream_rule rule) {
  return change_rules(
      std::move(vk), "POST",
      "{\"rule\":{\"value\":" + json_text(rule.value) + ",\"tag\":" + json_text(rule.tag) + "}}");
}

asio::awaitable<result<void>> delete_stream_rule(client vk, std::string tag) {
  return change_rules(std::move(vk), "DELETE", "{\"tag\":" + json_text(tag) + "}");
}

}  // namespace vkxx
