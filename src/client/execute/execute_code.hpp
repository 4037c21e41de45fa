// Builds a script of VK's `execute` from calls, and splits its answer into theirs.
// https://dev.vk.com/method/execute
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

// Fails with `errc::invalid_argument` if `call` cannot be part of a script. A script runs with one
// token and calls no other script.
[[nodiscard]] result<void> check_scripted(const request& call);

// The script that makes the calls one after another and returns the list of their answers. Safe for
// all values that can be sent: each is written as a JSON string literal. Fails with
// `errc::invalid_argument`, naming the call, if one cannot be part of a script, or if there are
// none or more than `most_execute_calls`.
[[nodiscard]] result<std::string> execute_code(std::span<const request> calls);

// The script that makes one call up to `pages` times, each time with its parameter `from` (that of
// `first` to begin with) set to the `next_from` of the previous answer, and returns the list of the
// answers. It ends after an answer without `next_from` and after a call that fails. Escapes and
// fails as `execute_code`.
[[nodiscard]] result<std::string> following_code(const request& first, std::string_view from,
                                                 std::size_t pages);

// The outcome of each call, in order, from the answer to their script.
//
// A refused call has `false` in the list, but a method may also answer `false`. So each error is
// assigned, in order, to a call of its method that has `false`. Where a method has more `false`s
// than errors, the errors' `request_params` decide. A call that is ambiguous even then gets
// `errc::malformed_answer` with the effect unknown, never a guess. The error that VK sometimes adds
// for `execute` itself belongs to no call.
[[nodiscard]] std::vector<result<reply>> read_execute(std::span<const request> calls,
                                                      const result<reply>& answer);

// The outcomes of the calls that `following_code` made, in order: only the last can have failed. A
// single failure: the script failed, or its answer has an unexpected form.
[[nodiscard]] std::vector<result<reply>> read_following(const request& first, std::size_t pages,
                                                        const result<reply>& answer);

}  // namespace vkxx::detail
