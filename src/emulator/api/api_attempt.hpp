/// @file
/// One call on its way through the emulator's API.
#pragma once

#include "emulator/api/api.hpp"

namespace vkxx::emulation {

struct api::attempt {
  const api_request& request;
  const http_message& message;
  const moment& when;
  /// Of the world: held but while a script or a sample runs, which take as long as their input.
  std::unique_lock<std::mutex>& lock;
  const token_record* caller = nullptr;
  captcha_verdict verdict = captcha_verdict::no_answer;
  boost::json::array execute_errors{};
  api_outcome outcome{};
};

// Throws api_failure when a method is closed to the caller's kind of token.
void check_kind(const token_record& caller, const allowed& who);

}  // namespace vkxx::emulation
