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

TEST(PastedExample, CompilesAndRunsBesideGoogletest) {
  ::testing::internal::CaptureStdout();
  test_with_script();
  test_with_emulator();
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("problems: none"));
}

}  // namespace
