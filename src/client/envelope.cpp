#include "client/envelope.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/parser.hpp>
#include <chrono>
#include <optional>
#include <utility>
#include <vkxx/core/json_parts.hpp>

#include "client/api_error_reader.hpp"
#include "client/reply_builder.hpp"
#include "client/retry_after.hpp"

namespace vkxx {
namespace {

// Deeper than any answer of VK's (wall posts in wall posts); a limit to what a server can make us
// do.
constexpr std::size_t max_depth = 256;

std::string content_type_of(const http::response& answer) {
  const auto type = http::find_header(answer.headers, "Content-Type");
  return type ? std::string{*type} : std::string{"no content type"};
}

error failed(errc code, request_effect effect, std::string message, const std::string& method,
             int status) {
  error made{code, effect, std::move(message)};
  made.set_method(method);
  made.set_http_status(status);
  return made;
}

std::string challenge_hint(const http::response& answer) {
  if (!http::find_header(answer.headers, "X-Challenge")) return {};
  const auto path = http::find_header(answer.headers, "X-Challenge-Url");
  return "; VK's protection against floods (X-Challenge) wants a person to open " +
         (path ? std::string{path->substr(0, 200)} : "the page of X-Challenge-Url") +
         " of this host in a browser; send what that page gives in the header "
         "X-Challenge-Solution, added by a middleware around the attempt";
}

error status_error(const std::string& method, const http::response& answer) {
  // A server that answers 4xx has refused; behind a 5xx the request may have been executed.
  const bool refused = answer.status < 500 && answer.status != 408;
  auto made =
      failed(errc::http_status, refused ? request_effect::rejected : request_effect::unknown,
             "the server answered with HTTP status " + std::to_string(answer.status) + " (" +
                 content_type_of(answer) + ", " + std::to_string(answer.body.size()) + " bytes)" +
                 challenge_hint(answer),
             method, answer.status);
  const auto wait = retry_after_of(answer.headers, std::chrono::system_clock::now());
  if (wait) made.set_retry_after(*wait);
  return made;
}

error syntax_error(const std::string& method, const http::response& answer,
                   const boost::system::error_code& failure) {
  const auto size = std::to_string(answer.body.size());
  if (failure == boost::json::error::incomplete && !answer.body.empty()) {
    return failed(errc::truncated_answer, request_effect::unknown,
                  "the answer ends in the middle, after " + size + " bytes", method, answer.status);
  }
  return failed(errc::not_json, request_effect::unknown,
                "the answer is not JSON (" + content_type_of(answer) + ", " + size +
                    " bytes): " + failure.message() + challenge_hint(answer),
                method, answer.status);
}

error shape_error(const std::string& method, const http::response& answer, std::string what) {
  return failed(errc::malformed_answer, request_effect::unknown, std::move(what), method,
                answer.status);
}

// VK adds an entry that names `execute` itself at times; it is kept: this is VK's list as it is.
std::vector<error> read_execute_errors(const boost::json::object& envelope) {
  std::vector<error> read;
  const auto* field = envelope.if_contains("execute_errors");
  const auto* list = field == nullptr ? nullptr : field->if_array();
  if (list == nullptr) return read;
  for (const auto& item : *list) {
    const auto* object = item.if_object();
    if (object == nullptr) continue;
    if (auto inner = read_api_error(*object)) read.push_back(std::move(*inner));
  }
  return read;
}

}  // namespace

result<reply> read_answer(const std::string& method, http::response answer) {
  const bool good_status = answer.status >= 200 && answer.status < 300;
  reply_builder builder;
  auto& made = builder.state();
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::parser parser{boost::json::storage_ptr{}, options};
  parser.reset(boost::json::storage_ptr{&made.memory});
  boost::system::error_code failure;
  parser.write(answer.body, failure);
  if (failure) {
    return good_status ? syntax_error(method, answer, failure) : status_error(method, answer);
  }
  made.envelope = parser.release();
  const auto* envelope = made.envelope.if_object();
  if (envelope == nullptr) {
    return good_status ? shape_error(method, answer, "the answer is JSON, but not an object")
                       : status_error(method, answer);
  }
  const auto* refusal = envelope->if_contains("error");
  if (refusal != nullptr && refusal->is_object()) {
    if (auto read =
            read_api_error(refusal->get_object(), json_member(answer.body, "error").value_or(""))) {
      if (read->method().empty()) read->set_method(method);
      read->set_http_status(answer.status);
      return std::move(*read);
    }
  }
  if (!good_status) return status_error(method, answer);
  made.response = envelope->if_contains("response");
  if (made.response == nullptr) {
    return shape_error(method, answer,
                       refusal != nullptr ? "the answer has an `error` without an error code"
                                          : "the answer has neither `response` nor `error`");
  }
  made.execute_errors = read_execute_errors(*envelope);
  made.method = method;
  made.text = std::move(answer.body);
  return std::move(builder).finish();
}

}  // namespace vkxx
