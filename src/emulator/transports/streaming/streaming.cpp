// The Streaming API over HTTP: the part of the service for rules and for opening streams.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <vkxx/core/secret.hpp>

#include "core/text/ascii.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

answer stream_refusal(const stream_failure& failure) {
  answer reply;
  reply.status = 400;
  reply.body = stream_error_body(failure);
  return reply;
}

argument_list query_arguments(const http_message& message) {
  return argument_list{read_urlencoded(query_of(message.target))};
}

std::string rule_list(const std::vector<stream_rule>& rules) {
  json::object body{{"code", 200}};
  json::array items;
  for (const auto& rule : rules)
    items.push_back(json::object{{"tag", rule.tag()}, {"value", rule.value()}});
  // VK says null for an empty list.
  if (items.empty())
    body["rules"] = nullptr;
  else
    body["rules"] = std::move(items);
  return json::serialize(body);
}

json::object rule_body(const http_message& message) {
  const auto type = message.header("Content-Type").value_or("");
  if (!vkxx::detail::lower_case(type).starts_with("application/json")) throw stream_error(1002);
  boost::system::error_code failure;
  auto body = json::parse(message.body, failure);
  if (failure || !body.is_object()) throw stream_error(2000);
  return std::move(body.get_object());
}

std::string text_of(const json::object& body, std::string_view name, int code) {
  const auto* found = body.if_contains(name);
  if (found == nullptr || !found->is_string()) throw stream_error(code);
  return std::string{found->get_string()};
}

std::string change_rules(stream_hub& streams, std::string_view key, const http_message& message) {
  if (message.method == "GET") return rule_list(streams.rules(key));
  if (message.method != "POST" && message.method != "DELETE") throw stream_error(1001);
  const auto body = rule_body(message);
  if (message.method == "DELETE") {
    streams.remove_rule(key, text_of(body, "tag", 2002));
  } else {
    const auto* rule = body.if_contains("rule");
    if (rule == nullptr || !rule->is_object()) throw stream_error(2003);
    const auto& fields = rule->get_object();
    streams.add_rule(key, text_of(fields, "tag", 2003), text_of(fields, "value", 2003));
  }
  return R"({"code":200})";
}

}  // namespace

answer service::stream_rules(const http_message& message, recorded_request& record) {
  const auto arguments = query_arguments(message);
  const auto key = arguments.find("key").value_or("");
  record.parameters.emplace_back("key", redacted(std::string{key}));
  const std::lock_guard lock{mutex_};
  auto& streams = stage_->hub.streams();
  try {
    streams.check_key(key);
    if (message.method != "GET") note_request(*stage_, message);
    answer reply;
    reply.body = change_rules(streams, key, message);
    return reply;
  } catch (const stream_failure& failure) {
    return stream_refusal(failure);
  }
}

std::optional<answer> service::refuse_stream(const http_message& message,
                                             std::shared_ptr<stream_queue>& opened) {
  const auto arguments = query_arguments(message);
  const auto upgrade = vkxx::detail::lower_case(message.header("Upgrade").value_or(""));
  const std::lock_guard lock{mutex_};
  auto& streams = stage_->hub.streams();
  try {
    if (message.method != "GET") throw stream_error(1001);
    streams.check_key(arguments.find("key").value_or(""));
    if (upgrade.find("websocket") == std::string::npos) throw stream_error(1000);
    opened =
        streams.open(arguments.find("key").value_or(""), arguments.find("stream_id").value_or(""));
    return std::nullopt;
  } catch (const stream_failure& failure) {
    return stream_refusal(failure);
  }
}

void service::close_stream(const std::shared_ptr<stream_queue>& opened) {
  const std::lock_guard lock{mutex_};
  stage_->hub.streams().close(opened);
}

}  // namespace vkxx::emulation::detail
