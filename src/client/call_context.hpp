// What is known of one call while it runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/client/call_priority.hpp>
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"

namespace vkxx::detail {

struct call_context {
  std::shared_ptr<call_state> state;
  std::shared_ptr<caller_thread> caller;
  time_point deadline = no_deadline;
  duration timeout{};
  call_priority priority = call_priority::normal;
  std::uint64_t fair_share_of = 0;
  // VK refused the last attempt with error 6.
  bool refused = false;
  // What is known of the effect at this moment, should the call be cancelled now.
  request_effect effect = request_effect::not_sent;
  // Of a request that is made ready only when it may be sent.
  std::function<bool(request&)> prepare;
  std::optional<call_nature> nature;
  // The token of the last attempt.
  secret token;
  // The value of the cookie that VK set together with a captcha; goes back with the next attempts.
  secret captcha_cookie;
};

[[nodiscard]] error deadline_error(const std::string& method, const call_context& context,
                                   const std::string& doing);

}  // namespace vkxx::detail
