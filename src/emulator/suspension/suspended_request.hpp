/// @file
/// A request without an answer yet.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <vkxx/emulator/recorded_request.hpp>

#include "emulator/http/answer.hpp"
#include "emulator/suspension/suspension_registry.hpp"

namespace vkxx::emulation::detail {

/// What a handler returns for a request that may have to wait.
struct pending_answer {
  std::string channel;
  std::string subject;  ///< Its name in faults; empty: no fault hits it.
  time_point until;
  bool quick = false;  ///< An attempt takes microseconds.
  /// Not zero: the request waits in real time, whatever the emulator's clock does, is looked at
  /// after each pause, and ends at `until`.
  duration pause{};
  /// The answer; nothing: not yet. With `last` there must be one. It is called without a lock,
  /// after the request is registered on the channel, so that no event is missed between the two.
  std::function<std::optional<answer>(bool last)> attempt;
};

/// What the handlers return.
using routed = std::variant<answer, pending_answer>;

/// A registered request. Its destruction forgets it.
struct suspended_request {
  http_message message;  ///< Without the body.
  recorded_request record;
  pending_answer pending;
  suspension registered;
};

/// The answer, or the request that waits for it.
using request_outcome = std::variant<answer, std::unique_ptr<suspended_request>>;

}  // namespace vkxx::emulation::detail
