/// @file
/// What VK's schema says of a method.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vkxx {

/// The kinds of token that a method takes; bits of `method_facts::tokens`.
enum method_token : std::uint8_t {
  takes_user_token = 1,
  takes_group_token = 2,
  takes_service_token = 4,
  takes_anonymous_token = 8,
};

/// A bound of a parameter.
enum class limit_kind : std::uint8_t {
  minimum,     ///< of a number
  maximum,     ///< of a number
  min_length,  ///< of a text, in characters
  max_length,  ///< of a text, in characters
  min_items,   ///< of a list
  max_items,   ///< of a list
};

/// One bound of one parameter.
struct parameter_limit {
  std::string_view parameter;  ///< its name
  limit_kind kind;             ///< what is bounded
  std::int64_t bound;          ///< itself allowed
};

/// The facts of a method, known when the program is compiled.
struct method_facts {
  std::string_view name;  ///< `users.get`
  bool writes;            ///< whether a call may change something
  bool batchable;         ///< whether the method may stand in a script of `execute`
  std::uint8_t tokens;    ///< bits of `method_token`
  /// The parameter that makes a repeated call harmless; empty: none.
  std::string_view idempotency;
  std::span<const int> errors;              ///< its own ones, besides those that any method gives
  std::span<const parameter_limit> limits;  ///< of its parameters
};

}  // namespace vkxx
