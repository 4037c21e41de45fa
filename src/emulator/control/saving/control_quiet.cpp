// Whether a program that is tested has nothing more to do.
#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>

#include "core/text/number.hpp"
#include "emulator/control/control_reply.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds longest_silence{60'000};
constexpr milliseconds longest_quiet_wait{600'000};
constexpr milliseconds least_pause{5};

}  // namespace

std::optional<milliseconds> read_span(std::string_view text) {
  double factor = 1000;
  if (text.ends_with("ms")) {
    factor = 1;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    text.remove_suffix(1);
  }
  const auto number = vkxx::detail::parse_number<double>(text);
  if (!number || !(*number >= 0 && *number <= 1e9)) return std::nullopt;
  return milliseconds{static_cast<std::int64_t>(*number * factor)};
}

std::optional<std::string> service::unquiet(std::int64_t community, duration silence) const {
  const std::lock_guard lock{mutex_};
  if (auto undelivered = stage_->hub.undelivered(community); !undelivered.empty())
    return undelivered;
  const auto last = stage_->last_calls.find(community);
  if (last == stage_->last_calls.end()) return std::nullopt;
  const auto passed = std::chrono::steady_clock::now() - last->second;
  if (passed >= silence) return std::nullopt;
  return "the last call was " +
         std::to_string(
             std::max<std::int64_t>(0, std::chrono::duration_cast<milliseconds>(passed).count())) +
         " ms ago";
}

void service::report(log_level level, std::string text) const {
  const std::lock_guard lock{mutex_};
  log_.write(level, std::move(text));
}

routed service::control_quiet(const http_message& message) {
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto community = whole_number(query.find("group").value_or("0"));
  const auto silence = read_span(query.find("for").value_or("200ms"));
  const auto wait = read_span(query.find("wait").value_or("30s"));
  if (!silence || *silence > longest_silence || !wait || *wait > longest_quiet_wait)
    return complaint(400, "for is a time such as 200ms or 2s, up to 60s; wait up to 600s");
  {
    const std::lock_guard lock{mutex_};
    if (!community || (*community != 0 && stage_->state.find_community(*community) == nullptr))
      return complaint(404, "there is no such community");
  }
  pending_answer pending;
  pending.channel = "quiet";
  pending.until = std::chrono::steady_clock::now() + *wait;
  pending.pause = std::clamp<milliseconds>(*silence / 4, least_pause, milliseconds{100});
  pending.attempt = [this, group = *community,
                     span = *silence](bool last) -> std::optional<answer> {
    const auto reason = unquiet(group, span);
    if (!reason) return control_reply(json::object{{"quiet", true}});
    if (!last) return std::nullopt;
    return control_reply(json::object{{"quiet", false}, {"reason", *reason}});
  };
  if (*wait == milliseconds::zero()) return *pending.attempt(true);
  return pending;
}

}  // namespace vkxx::emulation::detail
