// A thread that serves this library only.
#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace vkxx::redis::detail {

// Signals are left to the program's own threads, and a closed socket is reported by its error.
template <class Function>
[[nodiscard]] std::thread thread_without_signals(Function function) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread{std::move(function)};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace vkxx::redis::detail
