/// @file
/// Values of parameters as records show them.
#pragma once

#include <string_view>

namespace vkxx::emulation {

/// The front of a value, up to 64 KiB: what is shown is searched for secrets first, and that takes
/// as long as the value. A word that the cut would go through is left out, since half a secret is
/// not recognised as one.
[[nodiscard]] std::string_view front_of(std::string_view value) noexcept;

}  // namespace vkxx::emulation
