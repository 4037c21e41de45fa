/// @file
/// One call on its way through the emulator's API.
#pragma once

#include "emulator/api.hpp"

namespace vkxx::emulation {

struct api::attempt {
  const api_request& request;
  const http_message& message;
  const moment& when;
  const token_record* caller = nullptr;
  captcha_verdict verdict = captcha_verdict::no_answer;
  boost::json::array execute_errors{};
  bool answered = false;  ///< A fault has made the answer already.
  api_outcome outcome{};
};

/// What the page of the domain challenge gives; the header `X-Challenge-Solution` carries it back.
inline constexpr std::string_view domain_challenge_solution = "emulator-challenge-solved";

}  // namespace vkxx::emulation
