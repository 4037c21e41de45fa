#include "emulator/control/records/exchange.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include <vkxx/core/redaction.hpp>

#include "core/text/ascii.hpp"
#include "emulator/api/api_request.hpp"
#include "emulator/encoding/utf8_repair.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_kept_body = std::size_t{64} << 10U;

std::string form_encoded(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string form_of(const std::vector<name_value>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    text.append(form_encoded(name)).append("=").append(form_encoded(value));
  }
  return text;
}

std::string in_shell(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'')
      quoted += "'\\''";
    else
      quoted += letter;
  }
  return quoted + "'";
}

// `2023-11-14T22:13:20.000Z`
std::string iso_time(std::int64_t time_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{time_ms}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

json::array header_list(const std::vector<name_value>& headers) {
  json::array list;
  for (const auto& [name, value] : headers) list.push_back(json::array{name, redacted_text(value)});
  return list;
}

// Headers that describe the body or the connection.
bool is_of_transfer(std::string_view name) {
  constexpr std::array names{"content-length",    "content-type",   "content-encoding",
                             "transfer-encoding", "connection",     "origin",
                             "referer",           "accept-encoding"};
  return std::ranges::find(names, vkxx::detail::lower_case(name)) != names.end();
}

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string{text->data(), text->size()};
  if (value.is_object() || value.is_array())
    throw std::invalid_argument{"changes: the value of a parameter is a text, a number or null"};
  if (value.is_bool()) return value.get_bool() ? "1" : "0";
  return json::serialize(value);
}

}  // namespace

bool is_kept_exchange(std::string_view path) noexcept {
  if (path.starts_with("/method/")) return !path.starts_with("/method/auth.");
  return path.starts_with("/whp") || path.starts_with("/nim");
}

exchange exchange_of(std::shared_ptr<const recorded_request> record, const http_message& message,
                     const answer& reply) {
  exchange result;
  result.record = std::move(record);
  result.message = message;
  result.answer_headers = reply.headers;
  result.answer_headers.emplace_back("Content-Type", reply.content_type);
  result.answer_body = utf8_front(reply.body, longest_kept_body);
  result.cut = reply.body.size() > longest_kept_body;
  return result;
}

std::size_t size_of(const exchange& value) noexcept {
  auto bytes = sizeof value + value.answer_body.size() + value.message.body.size();
  for (const auto* pairs : {&value.message.headers, &value.answer_headers})
    for (const auto& [name, text] : *pairs) bytes += 2 * sizeof name + name.size() + text.size();
  return bytes + 2 * value.message.target.size();
}

void add_exchange(json::object& target, const exchange& value) {
  target["request"] = json::object{
      {"body", value.message.body.empty() ? std::string{} : form_of(value.record->parameters)}};
  target["response"] = json::object{{"headers", header_list(value.answer_headers)},
                                    {"body", redacted_text(value.answer_body)},
                                    {"cut", value.cut}};
}

std::string as_curl(const exchange& value, std::string_view base_url, std::string_view token) {
  std::string text =
      "curl " + in_shell(std::string{base_url} + std::string{path_of(value.record->target)});
  if (!token.empty())
    text += " \\\n  -H " + in_shell("Authorization: Bearer " + std::string{token});
  for (const auto& [name, parameter] : value.record->parameters)
    text += " \\\n  --data-urlencode " + in_shell(form_encoded(name) + "=" + parameter);
  return text + "\n";
}

json::object as_har(const exchange& value, std::string_view base_url, std::int64_t time_ms) {
  const auto pairs = [](const std::vector<name_value>& fields) {
    json::array list;
    for (const auto& [name, text] : fields)
      list.push_back(json::object{{"name", name}, {"value", redacted_text(text)}});
    return list;
  };
  const auto body = value.message.body.empty() ? std::string{} : form_of(value.record->parameters);
  json::object request{{"method", value.record->http_method},
                       {"url", std::string{base_url} + value.record->target},
                       {"httpVersion", "HTTP/1.1"},
                       {"cookies", json::array{}},
                       {"headers", pairs(value.record->headers)},
                       {"queryString", json::array{}},
                       {"headersSize", -1},
                       {"bodySize", body.size()}};
  if (!body.empty())
    request["postData"] =
        json::object{{"mimeType", "application/x-www-form-urlencoded"}, {"text", body}};
  const auto text = redacted_text(value.answer_body);
  json::object response{
      {"status", value.record->status},
      {"statusText", reason_phrase(value.record->status)},
      {"httpVersion", "HTTP/1.1"},
      {"cookies", json::array{}},
      {"headers", pairs(value.answer_headers)},
      {"content",
       json::object{{"size", text.size()}, {"mimeType", "application/json"}, {"text", text}}},
      {"redirectURL", ""},
      {"headersSize", -1},
      {"bodySize", text.size()}};
  json::object entry{{"startedDateTime", iso_time(time_ms)},
                     {"time", 0},
                     {"request", std::move(request)},
                     {"response", std::move(response)},
                     {"cache", json::object{}},
                     {"timings", json::object{{"send", 0}, {"wait", 0}, {"receive", 0}}}};
  json::object log{{"version", "1.2"},
                   {"creator", json::object{{"name", "vkxx emulator"}, {"version", "1"}}},
                   {"entries", json::array{std::move(entry)}}};
  return {{"log", std::move(log)}};
}

http_message changed_request(const exchange& value, const json::object& changes) {
  auto arguments = read_arguments(value.message);
  for (const auto& [name, parameter] : changes) {
    if (parameter.is_null())
      arguments.erase(name);
    else
      arguments.set(name, text_of(parameter));
  }
  http_message result;
  result.method = "POST";
  result.target = path_of(value.message.target);
  for (const auto& header : value.message.headers)
    if (!is_of_transfer(header.first)) result.headers.push_back(header);
  result.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  result.body = form_of(arguments.all());
  return result;
}

}  // namespace vkxx::emulation::detail
