#include "client/execute/execute_code.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <vkxx/core/json_text.hpp>
#include "client/pipeline/attempt.hpp"
#include "client/reply/json_slices.hpp"
#include "client/reply/reply_builder.hpp"

namespace vkxx::detail {
namespace {

// JSON allows Unicode's two line separators inside a string; older JavaScript does not.
void append_literal(std::string& code, std::string_view text) {
  const auto begin = code.size();
  code += json_text(text);
  if (text.find('\xE2') == std::string_view::npos) return;
  for (const auto& [raw, escaped] :
       {std::pair<std::string_view, std::string_view>{"\xE2\x80\xA8", "\\u2028"},
        {"\xE2\x80\xA9", "\\u2029"}}) {
    for (auto at = code.find(raw, begin); at != std::string::npos; at = code.find(raw, at)) {
      code.replace(at, raw.size(), escaped);
    }
  }
}

std::string literal(std::string_view text) {
  std::string result;
  append_literal(result, text);
  return result;
}

// `at`: a parameter that the script itself sets to its variable `from`.
void write_call(std::string& code, const request& call, std::string_view at = {}) {
  code += "API.";
  code += call.method();
  code += "({";
  for (const auto& entry : call.parameters().entries()) {
    if (!entry.text || entry.name == at) continue;
    append_literal(code, entry.name);
    code += ':';
    append_literal(code, *entry.text);
    code += ',';
  }
  if (!at.empty()) code += literal(at) + ":from,";
  if (code.back() == ',') code.pop_back();
  code += "})";
}

error refused(std::string why) {
  error failure{errc::invalid_argument, request_effect::not_sent, std::move(why)};
  failure.set_method("execute");
  return failure;
}

result<void> check_call_count(std::size_t calls) {
  if (calls > 0 && calls <= most_execute_calls) return {};
  return refused("`execute` makes 1 to " + std::to_string(most_execute_calls) + " calls, not " +
                 std::to_string(calls));
}

error with_method(error failure, const std::string& method) {
  if (failure.method().empty() || failure.method() == "execute") failure.set_method(method);
  return failure;
}

error broken(const std::string& method, std::string text) {
  error failure{errc::malformed_answer, request_effect::unknown, std::move(text)};
  failure.set_method(method);
  return failure;
}

// Whether the parameters that VK repeats in an error can be those of `call`: all common ones are
// equal. Redacted secrets are not compared.
bool may_belong(const error& failure, const request& call) {
  const auto* details = failure.details();
  if (details == nullptr) return true;
  for (const auto& [name, value] : details->request_params) {
    const auto sent = call.parameters().find(name);
    if (sent && *sent != value && value.find("***") == std::string::npos) return false;
  }
  return true;
}

// Matches the errors of one method to those of its calls that answered `false`.
class matching {
 public:
  matching(std::span<const request> calls, std::vector<std::size_t> falses,
           std::vector<const error*> errors)
      : calls_{calls}, falses_{std::move(falses)}, errors_{std::move(errors)} {}

  void settle(std::vector<result<reply>>& outcomes) const {
    if (errors_.size() == falses_.size()) {
      for (std::size_t i = 0; i < falses_.size(); ++i) fail(outcomes, falses_[i], *errors_[i]);
    } else if (errors_.size() > falses_.size()) {
      settle_none(outcomes);
    } else if (!errors_.empty()) {
      settle_by_parameters(outcomes);
    }
  }

  // For an answer with errors that may belong to any method: a `false` may be the value of its
  // call, or say that it was refused.
  void doubt(std::vector<result<reply>>& outcomes) const {
    for (const auto index : falses_) {
      if (outcomes[index]) outcomes[index] = doubtful(index);
    }
  }

 private:
  // The errors are in the order of the calls, so each has an earliest and a latest place. If both
  // are the same, the call is settled; otherwise all fitting calls between them stay unclear.
  void settle_by_parameters(std::vector<result<reply>>& outcomes) const {
    const auto earliest = places(false);
    const auto latest = places(true);
    for (std::size_t k = 0; k < errors_.size(); ++k) {
      if (!earliest || !latest) return settle_none(outcomes);
      const auto first = (*earliest)[k];
      const auto last = (*latest)[k];
      if (first == last) fail(outcomes, falses_[first], *errors_[k]);
      for (auto i = first; first != last && i <= last; ++i) {
        if (fits(k, i)) outcomes[falses_[i]] = unclear(falses_[i]);
      }
    }
  }

  void settle_none(std::vector<result<reply>>& outcomes) const {
    for (const auto index : falses_) outcomes[index] = unclear(index);
  }

  // Assigns all errors greedily from one end and returns the position of each in `falses_`. Empty
  // if they do not fit in this order.
  [[nodiscard]] std::optional<std::vector<std::size_t>> places(bool from_the_end) const {
    std::vector<std::size_t> given(errors_.size());
    std::size_t taken = 0;
    for (std::size_t step = 0; step < falses_.size() && taken < errors_.size(); ++step) {
      const auto i = from_the_end ? falses_.size() - 1 - step : step;
      const auto k = from_the_end ? errors_.size() - 1 - taken : taken;
      if (!fits(k, i)) continue;
      given[k] = i;
      ++taken;
    }
    if (taken < errors_.size()) return std::nullopt;
    return given;
  }

  [[nodiscard]] bool fits(std::size_t k, std::size_t i) const {
    return may_belong(*errors_[k], calls_[falses_[i]]);
  }

  [[nodiscard]] result<reply> unclear(std::size_t index) const {
    return broken(calls_[index].method(),
                  "`execute` gave `false` for " + std::to_string(falses_.size()) +
                      " calls of the method, but " + std::to_string(errors_.size()) +
                      " errors: whether this call was refused cannot be told; make it alone");
  }

  [[nodiscard]] result<reply> doubtful(std::size_t index) const {
    return broken(calls_[index].method(),
                  "`execute` gave `false` for the call, and errors that name no method of the "
                  "script: whether this call was refused cannot be told; make it alone");
  }

  void fail(std::vector<result<reply>>& outcomes, std::size_t index, const error& failure) const {
    outcomes[index] = with_method(failure, calls_[index].method());
  }

  std::span<const request> calls_;
  std::vector<std::size_t> falses_;
  std::vector<const error*> errors_;
};

// Errors without a method's name count for `method` if no other method could have them.
std::vector<const error*> errors_of(const std::string& method, bool only_one_method,
                                    const std::vector<error>& errors) {
  std::vector<const error*> found;
  for (const auto& each : errors) {
    if (each.method() == method || (each.method().empty() && only_one_method)) {
      found.push_back(&each);
    }
  }
  return found;
}

// Whether some error belongs to a call of the script that cannot be found by `errors_of`.
bool has_nameless(std::span<const request> calls, bool only_one_method,
                  const std::vector<error>& errors) {
  return std::ranges::any_of(errors, [&](const error& each) {
    if (each.method() == "execute" || (each.method().empty() && only_one_method)) return false;
    return std::ranges::find(calls, each.method(), &request::method) == calls.end();
  });
}

}  // namespace

result<void> check_scripted(const request& call) {
  if (auto status = check_request(call); !status) return status;
  const std::string_view method = call.method();
  if (method.find('.') == std::string_view::npos || method.starts_with("execute.")) {
    return refused("`" + call.method() + "` cannot be called from a script of `execute`");
  }
  if (call.access_token()) {
    return refused(
        "a call with a token of its own cannot stand in a script: all of it runs with one token");
  }
  return {};
}

result<std::string> execute_code(std::span<const request> calls) {
  if (const auto status = check_call_count(calls.size()); !status) return status.error();
  std::string code = "return [";
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (const auto status = check_scripted(calls[i]); !status) {
      return refused("call " + std::to_string(i + 1) + " (" + calls[i].method() +
                     "): " + status.error().message());
    }
    if (i > 0) code += ',';
    write_call(code, calls[i]);
  }
  return code + "];";
}

// Counts `left` down and compares numbers only: VK documents little about other values in its
// language.
result<std::string> following_code(const request& first, std::string_view from, std::size_t pages) {
  if (const auto status = check_call_count(pages); !status) return status.error();
  if (const auto status = check_scripted(first); !status) {
    return refused(first.method() + ": " + status.error().message());
  }
  const auto start = first.parameters().find(from);
  std::string code = "var from=" + literal(start.value_or("")) +
                     ";var pages=[];var left=" + std::to_string(pages) + ";while(left>0){var page=";
  write_call(code, first, from);
  return code +
         ";pages.push(page);left=left-1;from=\"\";if(page){from=page.next_from;}"
         "if(!from){left=0;}}return pages;";
}

std::vector<result<reply>> read_execute(std::span<const request> calls,
                                        const result<reply>& answer) {
  std::vector<result<reply>> outcomes;
  outcomes.reserve(calls.size());
  if (!answer) {
    for (std::size_t i = 0; i < calls.size(); ++i) outcomes.emplace_back(answer.error());
    return outcomes;
  }
  const auto values = items_of(reply_builder::response_text(*answer), calls.size());
  if (!values || values->size() != calls.size()) {
    for (const auto& call : calls) {
      outcomes.emplace_back(
          broken(call.method(), "`execute` did not answer with one value for each call"));
    }
    return outcomes;
  }
  std::vector<std::string> refused_methods;
  std::vector<std::vector<std::size_t>> falses;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    outcomes.emplace_back(reply_builder::part_of(*answer, i, (*values)[i], calls[i].method()));
    if ((*values)[i] != "false") continue;
    auto known = std::ranges::find(refused_methods, calls[i].method());
    if (known == refused_methods.end()) {
      known = refused_methods.insert(known, calls[i].method());
      falses.emplace_back();
    }
    falses[static_cast<std::size_t>(known - refused_methods.begin())].push_back(i);
  }
  const bool nameless = has_nameless(calls, falses.size() == 1, answer->execute_errors());
  for (std::size_t i = 0; i < falses.size(); ++i) {
    const auto errors = errors_of(refused_methods[i], falses.size() == 1, answer->execute_errors());
    const matching of_method{calls, std::move(falses[i]), errors};
    of_method.settle(outcomes);
    if (nameless) of_method.doubt(outcomes);
  }
  return outcomes;
}

std::vector<result<reply>> read_following(const request& first, std::size_t pages,
                                          const result<reply>& answer) {
  std::optional<std::vector<std::string_view>> values;
  if (answer) values = items_of(reply_builder::response_text(*answer), pages);
  const bool sound = values && !values->empty();
  if (answer && !sound) {
    return {broken(first.method(), "`execute` did not answer with 1 to " + std::to_string(pages) +
                                       " pages of the list")};
  }
  // Only the last call can have failed, so the error belongs to it.
  return read_execute(std::vector<request>(sound ? values->size() : 1, first), answer);
}

}  // namespace vkxx::detail
