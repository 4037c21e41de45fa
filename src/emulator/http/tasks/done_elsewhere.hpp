/// @file
/// Work that must not hold the thread of the sockets up.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <type_traits>
#include <utility>

namespace vkxx::emulation::detail {

namespace asio = boost::asio;

/// Runs `work` on `workers`, and resumes with its result on the awaiting coroutine's executor. Both
/// must outlive it.
template <class Work, class Result = std::invoke_result_t<const Work&>>
asio::awaitable<Result> done_elsewhere(const asio::any_io_executor& workers, const Work& work) {
  const auto initiate = [workers = &workers, work = &work](auto handler) {
    auto home = asio::make_work_guard(handler);
    asio::post(*workers, [handler = std::move(handler), home = std::move(home), work]() mutable {
      std::exception_ptr failure;
      Result result;
      try {
        result = (*work)();
      } catch (...) {
        failure = std::current_exception();
      }
      const auto executor = home.get_executor();
      asio::post(executor,
                 [handler = std::move(handler), failure, result = std::move(result)]() mutable {
                   std::move(handler)(failure, std::move(result));
                 });
      home.reset();
    });
  };
  auto completion = asio::use_awaitable;
  auto result =
      co_await asio::async_initiate<asio::use_awaitable_t<>, void(std::exception_ptr, Result)>(
          initiate, completion);
  co_return result;
}

}  // namespace vkxx::emulation::detail
