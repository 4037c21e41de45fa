// Whether a call can be repeated, by VK's schema.
#pragma once

#include <string_view>

#include <vkxx/client/request.hpp>
#include "client/retry/retry_guard.hpp"

namespace vkxx::detail {

// Reads can be repeated, and so can writes with a valid idempotency key. A method that is not in
// the schema counts as a write.
[[nodiscard]] call_idempotency idempotency_of(const request& request);

// Whether a method changes something, by the schema; true for an unknown method.
[[nodiscard]] bool is_write(std::string_view method) noexcept;

// Whether VK answers the method with a number or little more: it changes something, by the schema.
[[nodiscard]] bool has_short_answer(std::string_view method) noexcept;

// Sets the idempotency key (`random_id`, `guid`) of a method that has one, unless the caller
// mentions it. All retries of the call keep it.
void add_key(request& call, retry_guard& guard);

// Whether the method may be part of a script of `execute`, by VK's schema.
[[nodiscard]] bool may_be_batched(std::string_view method) noexcept;

// Whether the method is known not to be allowed in a script. Unlike `!may_be_batched`, false for
// methods that are not in the schema.
[[nodiscard]] bool is_kept_out_of_batches(std::string_view method) noexcept;

}  // namespace vkxx::detail
