// Calls as a script of VK's `execute`, and its answer as theirs. https://dev.vk.com/method/execute
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::detail {

// VK's limit of API calls in one script.
inline constexpr std::size_t most_execute_calls = 25;

// Whether `call` can stand in a script: fails with `errc::invalid_argument`. A script runs with one
// token and calls no other script.
[[nodiscard]] result<void> check_scripted(const request& call);

// The script that makes the calls one after another and returns the list of their answers. Safe for
// values of any bytes that can be sent at all: each is a string literal, as JSON writes it.
// Fails with `errc::invalid_argument`, naming the call, if one cannot stand in a script, or if
// there are none or more than `most_execute_calls`.
[[nodiscard]] result<std::string> execute_code(std::span<const request> calls);

// The script that makes one call up to `pages` times, each time with its parameter `from` (that of
// `first` to begin with) set to the `next_from` of the answer before, and returns the list of the
// answers. It ends with an answer that has no `next_from` and with a call that fails. Safe and
// failing as `execute_code`.
[[nodiscard]] result<std::string> following_code(const request& first, std::string_view from,
                                                 std::size_t pages);

// What each of the calls has come to, out of the answer to their script: as many as there are
// calls, in their order.
//
// A call that was refused has `false` in the list, and a method may truly answer `false`; so each
// error is given to a call of its own method that has `false`, in order. Where a method has more
// `false`s than errors, the errors' `request_params` decide. A call of which even then nothing can
// be said for sure gets `errc::malformed_answer` with the effect unknown, never a guess. The error
// that VK adds at times for `execute` itself belongs to no call.
[[nodiscard]] std::vector<result<reply>> read_execute(std::span<const request> calls,
                                                      const result<reply>& answer);

// What the calls of `following_code` have come to, as many as it made, in their order: only the
// last can have failed. One failure: that of the script, or of an answer that is not its own.
[[nodiscard]] std::vector<result<reply>> read_following(const request& first, std::size_t pages,
                                                        const result<reply>& answer);

}  // namespace vkxx::detail
