/// @file
/// The state of one call of an API method.
#pragma once

#include "emulator/api/api.hpp"

namespace vkxx::emulation::detail {

struct api::attempt {
  const api_request& request;
  const http_message& message;
  const moment& when;
  /// The lock of the world; released while a script or a sample runs.
  std::unique_lock<std::mutex>& lock;
  const token_record* caller = nullptr;
  captcha_verdict verdict = captcha_verdict::no_answer;
  boost::json::array execute_errors{};
  api_outcome outcome{};
};

// Throws api_failure if the method does not accept the caller's kind of token.
void check_kind(const token_record& caller, const allowed& who);

}  // namespace vkxx::emulation::detail
