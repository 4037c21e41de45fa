// Runs a hook of the program on the right thread.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <vkxx/client/hook.hpp>
#include "client/caller_thread.hpp"

namespace vkxx::detail {

// Input and output of an ordinary hook. The job on the calling thread owns it.
template <class R, class... Args>
struct hook_job {
  hook<R(Args...)> function;
  std::tuple<Args...> arguments;
  std::optional<R> value{};
  std::exception_ptr failure{};

  hook_job(hook<R(Args...)> called, std::tuple<Args...> values)
      : function{std::move(called)}, arguments{std::move(values)} {}

  void run() noexcept {
    try {
      value.emplace(std::apply([this](Args&... each) { return function.run(std::move(each)...); },
                               arguments));
    } catch (...) {
      failure = std::current_exception();
    }
  }
};

// Runs a coroutine in place, and an ordinary function on `caller` unless that is null. Throws what
// the hook throws. Owns the hook, so the captures of a coroutine lambda stay alive.
template <class R, class... Args>
asio::awaitable<R> run_hook(hook<R(Args...)> function, std::shared_ptr<caller_thread> caller,
                            Args... arguments) {
  if (function.is_coroutine()) {
    auto started = function.start(std::move(arguments)...);
    co_return co_await std::move(started);
  }
  if (!caller) co_return function.run(std::move(arguments)...);
  auto job = std::make_shared<hook_job<R, Args...>>(std::move(function),
                                                    std::tuple<Args...>{std::move(arguments)...});
  std::function<void()> work = [job] { job->run(); };
  auto running = caller_thread::run(std::move(caller), std::move(work));
  co_await std::move(running);
  if (job->failure) std::rethrow_exception(job->failure);
  co_return std::move(*job->value);
}

}  // namespace vkxx::detail
