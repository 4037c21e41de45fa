/// @file
/// Facts of a method from VK's schema.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <vkxx/core/token_kind.hpp>

namespace vkxx {

/// The kinds of bounds of a parameter.
enum class limit_kind : std::uint8_t {
  minimum,     ///< of a number
  maximum,     ///< of a number
  min_length,  ///< of a text, in characters
  max_length,  ///< of a text, in characters
  min_items,   ///< of a list
  max_items,   ///< of a list
};

/// A bound of a parameter.
struct parameter_limit {
  std::string_view parameter;  ///< its name
  limit_kind kind;             ///< the bounded property
  std::int64_t bound;          ///< inclusive
};

/// The facts of a method, known at compile time.
struct method_facts {
  std::string_view name;  ///< `users.get`
  bool writes;            ///< whether a call may change something
  bool batchable;         ///< whether a script of `execute` may call it
  token_kinds tokens;     ///< the kinds of token that it takes
  /// The idempotency key: the parameter by which VK recognises a retried call; empty: none.
  /// The client sets it if the caller does not.
  std::string_view idempotency;
  std::span<const int> errors;              ///< its own error codes, without the common ones
  std::span<const parameter_limit> limits;  ///< of its parameters
};

}  // namespace vkxx
