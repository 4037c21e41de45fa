#include "emulator/http/transport_faults.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "emulator/api/api_request.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/encoding/loose_json.hpp"
#include "emulator/files/upload_kind.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::string_view error_page =
    "<html>\r\n<head><title>Error</title></head>\r\n<body>\r\n<center><h1>Something is "
    "broken</h1></center>\r\n</body>\r\n</html>\r\n";

// The depth of the results of execute.
json::parse_options deep() {
  json::parse_options options;
  options.max_depth = 1000;
  return options;
}

answer no_answer(ending end_of_answer) {
  answer result;
  result.end = end_of_answer;
  return result;
}

answer raw_json(std::string body) {
  answer result;
  result.body = std::move(body);
  return result;
}

bool is_object(const answer& reply) {
  return reply.content_type.starts_with("application/json") && reply.body.ends_with('}');
}

void make_loose(answer& reply) {
  boost::system::error_code failure;
  const auto value = json::parse(reply.body, failure, {}, deep());
  if (!failure) reply.body = json::serialize(made_loose(value));
}

// VK itself sometimes does this, as users of other clients have reported.
void repeat_last_error(answer& reply) {
  boost::system::error_code failure;
  auto value = json::parse(reply.body, failure, {}, deep());
  auto* envelope = failure ? nullptr : value.if_object();
  auto* member = envelope == nullptr ? nullptr : envelope->if_contains("execute_errors");
  auto* errors = member == nullptr ? nullptr : member->if_array();
  if (errors == nullptr || errors->empty()) return;
  auto last = errors->back();
  last.as_object()["method"] = "execute";
  errors->push_back(std::move(last));
  reply.body = json::serialize(value);
}

// In the last member of an object, or at the end of a page.
void add_ballast(answer& reply, std::size_t size) {
  if (is_object(reply)) {
    const std::string comma = reply.body.size() > 2 ? "," : "";
    reply.body.insert(reply.body.size() - 1,
                      comma + R"("ballast":")" + std::string(size, 'x') + '"');
  } else {
    reply.body += "<!-- " + std::string(size, 'x') + " -->";
  }
}

// The second address leads to the same upload: only a fault tells them apart.
void add_fallback(answer& reply) {
  boost::system::error_code failure;
  auto value = json::parse(reply.body, failure, {}, deep());
  auto* envelope = failure ? nullptr : value.if_object();
  auto* response = envelope == nullptr ? nullptr : envelope->if_contains("response");
  auto* members = response == nullptr ? nullptr : response->if_object();
  const auto* url = members == nullptr ? nullptr : members->if_contains("upload_url");
  if (url == nullptr || !url->is_string()) return;
  members->emplace("fallback_upload_url", std::string{url->get_string()} + "&fallback=1");
  reply.body = json::serialize(value);
}

}  // namespace

fault_engine::question upload_question(std::string_view address) {
  fault_engine::question query;
  query.method = address;
  query.wanted = [](const fault& rule) {
    return !is_api_level(rule.kind()) && rule.kind() != fault_kind::fallback_url &&
           rule.kind() != fault_kind::trailing_error && rule.kind() != fault_kind::domain_challenge;
  };
  query.answered = [](const fault&) { return false; };
  return query;
}

fault_engine::question transport_question(std::string_view method, std::string_view token,
                                          const http_message& message) {
  fault_engine::question query;
  query.method = method;
  query.token = token;
  query.wanted = [method](const fault& rule) {
    if (is_api_level(rule.kind()) || is_upload_level(rule.kind())) return false;
    if (rule.kind() == fault_kind::fallback_url) return is_upload_server(method);
    return rule.kind() != fault_kind::trailing_error || method == "execute";
  };
  query.answered = [&message](const fault& rule) {
    return rule.kind() == fault_kind::domain_challenge &&
           message.header("X-Challenge-Solution").value_or("") == domain_challenge_solution;
  };
  return query;
}

std::string page_name(const http_message& message) {
  std::string name{path_of(message.target)};
  const argument_list query{read_urlencoded(query_of(message.target))};
  if (const auto act = query.find("act")) name += "?act=" + std::string{*act};
  return name;
}

bool play_before(const fault& rule, const http_message& message, answer& reply) {
  const std::string body{rule.body().empty() ? error_page : std::string_view{rule.body()}};
  switch (rule.kind()) {
    case fault_kind::http_status:
      reply = page(static_cast<unsigned>(rule.value().value_or(500)), body);
      if (!rule.retry_after().empty()) {
        reply.headers.emplace_back("Retry-After", rule.retry_after());
      }
      return true;
    case fault_kind::html:
      reply = page(200, body);
      return true;
    case fault_kind::empty:
      reply = raw_json({});
      return true;
    case fault_kind::broken_json:
      reply = raw_json(R"({"response":[{"id":1,"first_name":"Pa)");
      return true;
    case fault_kind::no_envelope:
      reply = raw_json(R"({"status":"ok"})");
      return true;
    case fault_kind::silent:
      reply = no_answer(ending::silent);
      return true;
    case fault_kind::closed:
      reply = no_answer(ending::closed);
      return true;
    case fault_kind::reset:
      reply = no_answer(ending::reset);
      return true;
    case fault_kind::redirect:
      reply = page(302, body);
      reply.headers.emplace_back("Location", rule.body().empty() ? message.target : rule.body());
      return true;
    case fault_kind::domain_challenge:
      reply = page(403, std::string{error_page});
      reply.headers.emplace_back("X-Challenge", "required");
      reply.headers.emplace_back("X-Challenge-Url", "/challenge.html");
      return true;
    default:
      return false;
  }
}

void play_after(const fault& rule, answer& reply) {
  const auto value = rule.value().value_or(0);
  switch (rule.kind()) {
    case fault_kind::wrong_type:
      reply.content_type = "text/html; charset=utf-8";
      break;
    case fault_kind::truncated:
      reply.end = ending::truncated;
      break;
    case fault_kind::slow:
      reply.delay = std::chrono::milliseconds{value};
      break;
    case fault_kind::dribble:
      reply.dribble = std::chrono::milliseconds{value};
      break;
    case fault_kind::lost:
      reply.end = ending::closed;
      break;
    case fault_kind::loose:
      make_loose(reply);
      break;
    case fault_kind::trailing_error:
      repeat_last_error(reply);
      break;
    case fault_kind::fallback_url:
      add_fallback(reply);
      break;
    case fault_kind::huge:
      add_ballast(reply, static_cast<std::size_t>(value));
      break;
    default:
      break;
  }
}

}  // namespace vkxx::emulation::detail
