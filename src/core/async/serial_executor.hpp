// Executors that run one function at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// A new strand on the executor. It knows the type of an executor of `io_context`, so that it fits
// into an `any_io_executor`: neither a copy nor a change of its properties allocates, of which a
// coroutine that is started makes a dozen.
[[nodiscard]] asio::any_io_executor new_strand(const asio::any_io_executor& executor);

// The executor itself if it is a strand, else a new one. A strand in another one would cost twice,
// and run nothing that the other does not.
[[nodiscard]] asio::any_io_executor serial_executor(const asio::any_io_executor& executor);

}  // namespace vkxx::detail
