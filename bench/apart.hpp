// Runs a measurement in a process of its own, so that its memory and its CPU are measured alone.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <type_traits>

namespace bench {

// What `measure` gives, a plain struct; nothing if it failed, which it says on standard error.
template <class Measure>
[[nodiscard]] std::optional<std::invoke_result_t<Measure>> apart(const char* name,
                                                                 const Measure& measure) {
  using measurement = std::invoke_result_t<Measure>;
  static_assert(std::is_trivially_copyable_v<measurement>, "it goes through a pipe");
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return std::nullopt;
  std::fflush(stdout);
  const auto child = fork();
  if (child == 0) {
    try {
      const measurement seen = measure();
      if (write(ends[1], &seen, sizeof seen) == sizeof seen) std::_Exit(EXIT_SUCCESS);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "%s: %s\n", name, failure.what());
    }
    std::_Exit(EXIT_FAILURE);
  }
  close(ends[1]);
  measurement seen{};
  const bool whole = child > 0 && read(ends[0], &seen, sizeof seen) == sizeof seen;
  close(ends[0]);
  int status = EXIT_FAILURE;
  if (child > 0) waitpid(child, &status, 0);
  if (!whole || status != 0) return std::nullopt;
  return seen;
}

}  // namespace bench
