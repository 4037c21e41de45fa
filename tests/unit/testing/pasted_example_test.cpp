// The code of docs/testing.md inside a GoogleTest program, whose own namespace is `testing`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wreturn-type"  // Only `main` may do without a return.
#define main example_main
#include "../examples/testing.cpp"
#undef main
#pragma GCC diagnostic pop

namespace {

using ::testing::HasSubstr;

TEST(pasted_example, compiles_and_runs_beside_googletest) {
  ::testing::internal::CaptureStdout();
  by_a_script();
  by_an_emulator();
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("problems: none"));
}

}  // namespace
