// The faults that happen outside the API: on the way, or in a machine before VK's own.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "emulator/api.hpp"
#include "emulator/api_attempt.hpp"
#include "emulator/loose_json.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

constexpr std::string_view error_page =
    "<html>\r\n<head><title>Error</title></head>\r\n<body>\r\n<center><h1>Something is "
    "broken</h1></center>\r\n</body>\r\n</html>\r\n";

// As deep as what execute returns.
json::parse_options deep() {
  json::parse_options options;
  options.max_depth = 1000;
  return options;
}

answer no_answer(ending how) {
  answer result;
  result.how = how;
  return result;
}

answer raw_json(std::string body) {
  answer result;
  result.body = std::move(body);
  return result;
}

}  // namespace

void api::play_before(attempt& one, const active_fault& played) {
  const auto& what = played.what;
  auto& reply = one.outcome.reply;
  const std::string body{what.body().empty() ? error_page : std::string_view{what.body()}};
  one.answered = true;
  switch (what.kind()) {
    case fault_kind::http_status:
      reply = page(static_cast<unsigned>(what.value().value_or(500)), body);
      break;
    case fault_kind::html:
      reply = page(200, body);
      break;
    case fault_kind::empty:
      reply = raw_json({});
      break;
    case fault_kind::broken_json:
      reply = raw_json(R"({"response":[{"id":1,"first_name":"Pa)");
      break;
    case fault_kind::no_envelope:
      reply = raw_json(R"({"status":"ok"})");
      break;
    case fault_kind::silent:
      reply = no_answer(ending::silent);
      break;
    case fault_kind::closed:
      reply = no_answer(ending::closed);
      break;
    case fault_kind::reset:
      reply = no_answer(ending::reset);
      break;
    case fault_kind::domain_challenge:
      reply = page(403, std::string{error_page});
      reply.headers.emplace_back("X-Challenge", "required");
      reply.headers.emplace_back("X-Challenge-Url", "/challenge.html");
      break;
    default:
      one.answered = false;
      break;
  }
}

void api::play_after(attempt& one, const active_fault& played) {
  auto& reply = one.outcome.reply;
  const auto value = played.what.value().value_or(0);
  switch (played.what.kind()) {
    case fault_kind::wrong_type:
      reply.content_type = "text/html; charset=utf-8";
      break;
    case fault_kind::truncated:
      reply.how = ending::truncated;
      break;
    case fault_kind::slow:
      reply.delay = std::chrono::milliseconds{value};
      break;
    case fault_kind::dribble:
      reply.dribble = std::chrono::milliseconds{value};
      break;
    case fault_kind::lost:
      reply.how = ending::closed;
      break;
    case fault_kind::loose:
      reply.body = json::serialize(made_loose(json::parse(reply.body, {}, deep())));
      break;
    case fault_kind::huge:
      reply.body.insert(
          reply.body.size() - 1,
          R"(,"ballast":")" + std::string(static_cast<std::size_t>(value), 'x') + '"');
      break;
    default:
      break;
  }
}

}  // namespace vkxx::emulation
