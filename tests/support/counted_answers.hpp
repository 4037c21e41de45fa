// Hooks of logins that count how often they were asked.
#pragma once

#include <string>

#include <vkxx/client/challenge.hpp>

namespace vkxx::test {

// Always the same answer. `count` lives longer than the hook.
inline auto counted_captchas(int& count) {
  return [&count](const challenge&) {
    ++count;
    return challenge_answer::captcha_key("abc");
  };
}

// `c1`, `c2` and so on. `count` lives longer than the hook.
inline auto counted_codes(int& count) {
  return
      [&count](const challenge&) { return challenge_answer::code("c" + std::to_string(++count)); };
}

}  // namespace vkxx::test
