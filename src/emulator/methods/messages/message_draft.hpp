/// @file
/// The message that the parameters of `messages.send` and `messages.edit` describe.
#pragma once

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// @param member who writes.
/// @throws api_failure 100
[[nodiscard]] message_draft read_draft(const method_call& request, std::int64_t member);
/// Whether there is anything to send.
[[nodiscard]] bool has_content(const message_draft& draft) noexcept;

}  // namespace vkxx::emulation::detail
