#include "client/reply/envelope.hpp"

#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <vkxx/client/typed_call.hpp>
#include <vkxx/core/json_text.hpp>
#include "client/reply/json_slices.hpp"
#include "client/reply/reply_builder.hpp"
#include "core/errors/api_error_reader.hpp"
#include "core/errors/server_text.hpp"
#include "core/json/half_pairs.hpp"

namespace vkxx::detail {
namespace {

// An upper bound: a script makes 25 calls, and an error repeats the parameters of a call, at most
// 64 KB.
constexpr std::size_t longest_error = std::size_t{256} << 10U;
constexpr std::size_t longest_member = std::size_t{64} << 10U;
constexpr std::size_t most_execute_errors = 1000;

std::string content_type_of(const http::response& answer) {
  const auto type = http::find_header(answer.headers, "Content-Type");
  return type ? server_text(*type, {}, 100) : std::string{"no content type"};
}

// Reads one answer. All errors are created here, so that each quotes the server.
class envelope_reader {
 public:
  envelope_reader(const std::string& method, http::response& answer, answer_facts facts)
      : method_{method}, answer_{answer}, facts_{std::move(facts)} {}

  [[nodiscard]] result<reply> read() {
    skip_byte_order_mark();
    if (decode()) return finished(facts_.decoder);
    if (const auto failure = check_body()) {
      return good_status() ? syntax_error(failure) : status_error();
    }
    if (!detail::is_json_object(answer_.body)) {
      return good_status() ? shape_error("the answer is JSON, but not an object") : status_error();
    }
    detail::visit_members(answer_.body, [this](std::string_view name, std::string_view value) {
      if (name == "response") response_ = value;
      if (name == "error") refusal_ = value;
      if (name == "execute_errors") execute_errors_ = value;
    });
    if (auto refused = api_error(refusal_)) {
      if (refused->method().empty()) refused->set_method(method_);
      refused->set_http_status(answer_.status);
      return std::move(*refused);
    }
    if (!good_status()) return status_error();
    if (response_.data() == nullptr) {
      return shape_error(refusal_.data() != nullptr
                             ? "the answer has an `error` without an error code of the API"
                             : "the answer has neither `response` nor `error`");
    }
    return finished(nullptr);
  }

 private:
  [[nodiscard]] bool good_status() const noexcept {
    return answer_.status >= 200 && answer_.status < 300;
  }

  void skip_byte_order_mark() {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (answer_.body.starts_with(byte_order_mark)) answer_.body.erase(0, byte_order_mark.size());
  }

  // The usual answer to a typed call. Any other is checked first.
  bool decode() {
    if (!facts_.decoder || !good_status()) return false;
    const auto response = detail::lone_response(answer_.body);
    if (response.empty() || !facts_.decoder->decode(response)) return false;
    response_ = response;
    return true;
  }

  // Repairs the body where the intended text is beyond doubt.
  boost::system::error_code check_body() {
    auto& body = answer_.body;
    auto failure = detail::check_json(body);
    if (failure && replace_half_pairs(body.data(), body.size())) failure = detail::check_json(body);
    return failure;
  }

  // Nothing: not an object with an error code.
  [[nodiscard]] std::optional<error> api_error(std::string_view text) const {
    if (!detail::is_json_object(text)) return std::nullopt;
    std::string shortened;
    if (text.size() > longest_error) {
      shortened = without_long_members(text);
      text = shortened;
    }
    const auto value = boost::json::parse({text.data(), text.size()}, {}, options());
    auto read = read_api_error(value.get_object(), text);
    if (!read) return std::nullopt;
    for (const auto& secret : facts_.hidden) read->hide(secret);
    return read;
  }

  // The error object with at most `longest_error` of it: its code is worth more than what a server
  // repeats at length.
  [[nodiscard]] static std::string without_long_members(std::string_view object) {
    std::string kept{"{"};
    detail::visit_members(object, [&kept](std::string_view name, std::string_view value) {
      if (name.size() > longest_member || kept.size() > longest_error) return;
      if (kept.size() > 1) kept += ',';
      kept += json_text(name);
      kept += ':';
      if (value.size() <= longest_member) {
        kept += value;
      } else {
        kept += "\"(" + std::to_string(value.size()) + " bytes, left out)\"";
      }
    });
    return kept + '}';
  }

  [[nodiscard]] static boost::json::parse_options options() noexcept {
    boost::json::parse_options chosen;
    chosen.max_depth = detail::max_json_depth;
    return chosen;
  }

  // Nothing: there are too many.
  [[nodiscard]] std::optional<std::vector<std::string_view>> entries_of_execute_errors() const {
    const auto list = detail::trimmed_json(execute_errors_);
    if (list.starts_with('[')) return detail::items_of(list, most_execute_errors);
    std::vector<std::string_view> entries;
    if (list.empty() || list == "null" || list == "false" || list == "{}") return entries;
    // PHP writes a list with gaps as an object.
    if (detail::is_json_object(list) && !detail::member_of(list, "error_code")) {
      detail::visit_members(list, [&entries](std::string_view, std::string_view value) {
        if (entries.size() <= most_execute_errors) entries.push_back(value);
      });
      if (entries.size() > most_execute_errors) return std::nullopt;
    } else {
      entries.push_back(list);
    }
    return entries;
  }

  // An entry of another form says that some call was refused, though not why.
  [[nodiscard]] error execute_error(std::string_view entry) const {
    if (auto refused = api_error(entry)) return std::move(*refused);
    auto unreadable =
        shape_error("the answer has an entry in `execute_errors` without an error code");
    unreadable.set_method({});
    return unreadable;
  }

  // VK sometimes adds an entry for `execute` itself. It stays, since this is VK's list unchanged.
  [[nodiscard]] result<reply> finished(std::shared_ptr<response_decoder> decoder) {
    const auto entries = entries_of_execute_errors();
    if (!entries) return shape_error("the answer has more `execute_errors` than a script can make");
    std::vector<error> inner;
    for (const auto entry : *entries) inner.push_back(execute_error(entry));
    const auto begin = static_cast<std::size_t>(response_.data() - answer_.body.data());
    const auto size = response_.size();
    reply_builder builder{std::move(answer_.body)};
    auto& state = builder.state();
    state.response = std::string_view{state.text}.substr(begin, size);
    state.decoder = std::move(decoder);
    state.execute_errors = std::move(inner);
    state.method = method_;
    state.attempts = facts_.attempts;
    state.writes = facts_.writes;
    state.hidden = std::move(facts_.hidden);
    return std::move(builder).finish();
  }

  [[nodiscard]] std::string shown(std::string_view text) const {
    return server_text(text, facts_.hidden);
  }

  // What the server said, as the end of a sentence.
  [[nodiscard]] std::string body_text() const {
    return answer_.body.empty() ? std::string{} : "; the server said: " + shown(answer_.body);
  }

  [[nodiscard]] std::string size_and_type() const {
    return " (" + content_type_of(answer_) + ", " + std::to_string(answer_.body.size()) + " bytes)";
  }

  [[nodiscard]] std::string challenge_hint() const {
    if (!http::find_header(answer_.headers, "X-Challenge")) return {};
    const auto path = http::find_header(answer_.headers, "X-Challenge-Url");
    return "; VK's protection against floods (X-Challenge) wants a person to open " +
           (path ? shown(*path) : "the page of X-Challenge-Url") +
           " of this host in a browser; send what that page gives in the header "
           "X-Challenge-Solution, added by a middleware around the attempt";
  }

  [[nodiscard]] std::string redirect_hint() const {
    if (answer_.status < 300 || answer_.status >= 400) return {};
    const auto target = http::find_header(answer_.headers, "Location");
    if (!target) return {};
    return "; it leads to " + shown(*target) +
           ", where the call was not sent: if that is VK's API, give this address to "
           "config::endpoints";
  }

  [[nodiscard]] error failed(errc code, request_effect effect, std::string message) const {
    error failure{code, effect, std::move(message)};
    failure.set_method(method_);
    failure.set_http_status(answer_.status);
    for (const auto& secret : facts_.hidden) failure.hide(secret);
    return failure;
  }

  [[nodiscard]] error status_error() const {
    const auto wait = http::retry_after(answer_.headers, std::chrono::system_clock::now());
    auto message =
        "the server answered with HTTP status " + std::to_string(answer_.status) + size_and_type();
    if (wait) message += "; it asks to wait for " + std::to_string(wait->count()) + " s";
    auto failure = failed(errc::http_status, effect_of_status(answer_.status),
                          message + redirect_hint() + challenge_hint() + body_text());
    if (wait) failure.set_retry_after(*wait);
    return failure;
  }

  [[nodiscard]] error syntax_error(const boost::system::error_code& failure) const {
    if (failure == boost::json::error::incomplete && !answer_.body.empty()) {
      return failed(errc::truncated_answer, request_effect::unknown,
                    "the answer ends in the middle, after " + std::to_string(answer_.body.size()) +
                        " bytes" + body_text());
    }
    return failed(errc::not_json, request_effect::unknown,
                  "the answer is not JSON" + size_and_type() + ": " + failure.message() +
                      challenge_hint() + body_text());
  }

  [[nodiscard]] error shape_error(std::string reason) const {
    return failed(errc::malformed_answer, request_effect::unknown, std::move(reason) + body_text());
  }

  const std::string& method_;
  http::response& answer_;
  answer_facts facts_;
  // Parts of the body; without data: absent.
  std::string_view response_;
  std::string_view refusal_;
  std::string_view execute_errors_;
};

}  // namespace

// A 4xx refuses the request, and 301, 307 and 308 send it elsewhere. Any other redirect may follow
// work that was done (303 shows its result), and a 1xx or 5xx says nothing about it.
request_effect effect_of_status(int status) noexcept {
  const bool elsewhere = status == 301 || status == 307 || status == 308;
  const bool refused = status >= 400 && status < 500 && status != 408;
  return elsewhere || refused ? request_effect::rejected : request_effect::unknown;
}

result<reply> read_answer(const std::string& method, http::response answer, answer_facts facts) {
  return envelope_reader{method, answer, std::move(facts)}.read();
}

}  // namespace vkxx::detail
