/// @file
/// VK's challenges, put to the person at the terminal.
#pragma once

#include <string_view>

#include <vkxx/client/challenge.hpp>

#include "terminal.hpp"

namespace vkxx::cli {

/// Shows the picture's address, or the page to open, and reads the answer. No answer: refused.
[[nodiscard]] challenge_answer ask_captcha(terminal& person, const challenge& asked);
/// Shows the page to open and asks for the address at which it ended.
[[nodiscard]] challenge_answer ask_validation(terminal& person, const challenge& asked);
/// Shows what is to be confirmed and asks yes or no; anything but yes is no.
[[nodiscard]] challenge_answer ask_confirmation(terminal& person, const challenge& asked);

/// What the address at which a validation page ended says: a new token, success with the present
/// one, or (also for anything that cannot be read) a refusal. VK's pages give it in the part after
/// `#`. https://dev.vk.com/reference/errors
[[nodiscard]] challenge_answer read_validation_address(std::string_view address);

}  // namespace vkxx::cli
