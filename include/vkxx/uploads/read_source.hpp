/// @file
/// Reads a file into memory, by the rules of uploads.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include <vkxx/client/client.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/uploads/upload_source.hpp>

namespace vkxx {

/// Reads a source into memory, as an upload would read it: for a program that works on a file
/// before it uploads it. `vk`: whose transport fetches the file of a `url_source`. `largest`:
/// bytes.
///
/// ```cpp
/// vkxx::url_source file{address};
/// file.max_size(most);
/// const auto bytes = co_await vkxx::read_source(vk, file, most);
/// ```
///
/// Completion: the bytes. Errors: in the result: `errc::body_failed` if the source cannot be opened
/// or read, or has more than `largest` bytes; `errc::cancelled`. A `url_source` fetches before the
/// size is known: its `max_size` limits what is transferred. Cancellation: all types. Lifetime: the
/// arguments are copied before the function returns. Executor: the awaiting coroutine's. Thread
/// safety: safe.
[[nodiscard]] asio::awaitable<result<std::string>> read_source(client vk, upload_source source,
                                                               std::uint64_t largest);

}  // namespace vkxx
