#include "updates/callback/callback_machine.hpp"

#include <algorithm>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include "core/crypto/digest.hpp"
#include "core/text/number.hpp"
#include "updates/poll/poll_answer.hpp"
#include "updates/values/checked_json.hpp"

namespace vkxx::detail {
namespace {

constexpr std::string_view confirmation_type = "confirmation";
// Types of the program's own updates: timers, starts of dialogues. They do not come from outside.
constexpr std::string_view own_types = "vkxx:";
constexpr std::size_t longest_secret = 4096;
constexpr int most_attempts = 1000;

}  // namespace

callback_action callback_machine::end(int status, std::string body) {
  reply_ = {status, std::move(body), std::nullopt};
  return callback_action::answer;
}

callback_action callback_machine::resume(callback_event::received event) {
  auto& request = event.request;
  if (request.method != "POST") return end(405, "Method Not Allowed");
  if (request.body.size() > options_.max_body_size()) return end(413, "Payload Too Large");
  const auto json = checked_json(std::move(request.body));
  if (!json) return end(400, "Bad Request");
  const auto begin = json->find_first_not_of(" \t\r\n");
  return read(std::string_view{*json}.substr(begin == std::string::npos ? 0 : begin),
              request.retry_counter);
}

callback_action callback_machine::read(std::string_view json, std::string_view retry_counter) {
  content_ = read_community_update(json);
  if (content_.type.empty()) return end(400, "Bad Request");
  const auto& known = options_.communities();
  const auto community = std::find_if(known.begin(), known.end(), [&](const auto& candidate) {
    return content_.group == candidate.id();
  });
  if (community == known.end()) return end(403, "Forbidden");
  community_ = community->id();
  if (const auto& wanted = community->secret_key(); !wanted.empty()) {
    const auto sent = json_part(json, "secret");
    const bool is_text = sent.starts_with('"') && sent.size() <= longest_secret;
    if (!is_text || !same_in_constant_time(json_string_value(sent), wanted.expose()))
      return end(403, "Forbidden");
  }
  if (content_.type.starts_with(own_types)) return end(403, "Forbidden");
  if (content_.type == confirmation_type) {
    if (!community->confirmation_code().empty()) return end(200, community->confirmation_code());
    return options_.confirmation() ? callback_action::ask_code
                                   : resume(callback_event::code_refused{});
  }
  content_.origin = update_origin::callback;
  const auto failures = parse_number<int>(retry_counter).value_or(0);
  content_.attempt = 1 + std::clamp(failures, 0, most_attempts);
  return callback_action::commit;
}

callback_action callback_machine::resume(const callback_event::code_given& event) {
  return event.code.empty() ? resume(callback_event::code_refused{}) : end(200, event.code);
}

// Not 200: VK would take an empty text for an answer.
callback_action callback_machine::resume(callback_event::code_refused) {
  return end(500, "No confirmation code");
}

callback_action callback_machine::resume(callback_event::committed event) {
  return end(200, event.remove ? "remove" : "ok");
}

callback_action callback_machine::resume(callback_event::not_committed) {
  const auto action = end(503, "Service Unavailable");
  reply_.retry_after = options_.retry_after();
  return action;
}

}  // namespace vkxx::detail
