// Objects that must not be used on the other side of fork().
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "core/async/process_mark.hpp"

namespace vkxx::detail {
namespace {

// The exit status of a child process that runs `check`.
template <class Check>
int status_of_child(Check check) {
  const auto child = ::fork();
  if (child == 0) ::_exit(check());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ProcessMark, IsOfTheProcessThatMadeIt) {
  const process_mark mark;
  EXPECT_TRUE(mark.is_here());
  const auto status = status_of_child([&] {
    if (mark.is_here()) return 1;
    const process_mark of_child;
    if (!of_child.is_here()) return 2;
    const auto of_grandchild =
        status_of_child([&] { return of_child.is_here() || mark.is_here() ? 3 : 0; });
    return of_child.is_here() ? of_grandchild : 4;
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(mark.is_here());
}

}  // namespace
}  // namespace vkxx::detail
