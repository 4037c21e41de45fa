// Whether a call can be repeated, by VK's schema.
#pragma once

#include <string_view>

#include <vkxx/client/request.hpp>
#include "client/retry/retry_guard.hpp"

namespace vkxx::detail {

// Reads can be repeated, and writes with an idempotency key of a value that VK respects. What the
// schema does not know counts as a write.
[[nodiscard]] call_idempotency idempotency_of(const request& request);

// Whether a method changes something, by the schema; one that it does not know does.
[[nodiscard]] bool is_write(std::string_view method) noexcept;

// Sets the idempotency key (`random_id`, `guid`) of a method that has one, unless the caller
// mentions it. All retries of the call keep it.
void add_key(request& call, retry_guard& guard);

// Whether the method may stand in a script of `execute`, by VK's schema.
[[nodiscard]] bool may_be_batched(std::string_view method) noexcept;

// Whether VK's schema knows the method as one that may not. Other than `may_be_batched` it says
// nothing of methods that the schema does not have.
[[nodiscard]] bool is_kept_out_of_batches(std::string_view method) noexcept;

}  // namespace vkxx::detail
