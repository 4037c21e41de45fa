/// @file
/// A failed call, for the person at the terminal and for the calling script.
#pragma once

#include <string>

#include <vkxx/core/error.hpp>

#include "exit_status.hpp"

namespace vkxx::cli {

/// Whether the call had a token: without one, the advice is another.
enum class token_presence { given, missing };

/// What the process ends with after this failure.
[[nodiscard]] exit_status status_of(const error& failure) noexcept;

/// One line without its break: what happened, with the code, and what to do about it. Holds no
/// secrets and nothing that a terminal would obey.
[[nodiscard]] std::string description_of(const error& failure, token_presence token);

}  // namespace vkxx::cli
