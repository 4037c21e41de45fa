#include "core/async/serial_executor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace vkxx::detail {
namespace {

using loop_executor = asio::io_context::executor_type;
using pool_executor = asio::thread_pool::executor_type;

bool is_strand(const asio::any_io_executor& executor) noexcept {
  return executor.target<asio::strand<loop_executor>>() != nullptr ||
         executor.target<asio::strand<pool_executor>>() != nullptr ||
         executor.target<asio::strand<asio::any_io_executor>>() != nullptr;
}

}  // namespace

asio::any_io_executor new_strand(const asio::any_io_executor& executor) {
  if (const auto* loop = executor.target<loop_executor>()) return asio::make_strand(*loop);
  if (const auto* pool = executor.target<pool_executor>()) return asio::make_strand(*pool);
  return asio::make_strand(executor);
}

asio::any_io_executor serial_executor(const asio::any_io_executor& executor) {
  return is_strand(executor) ? executor : new_strand(executor);
}

}  // namespace vkxx::detail
