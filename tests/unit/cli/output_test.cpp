#include "output.hpp"

#include <gtest/gtest.h>

namespace vkxx::cli {
namespace {

using namespace std::string_view_literals;

TEST(printable, leaves_ordinary_text_alone) {
  EXPECT_EQ(printable("Привет, 世界 😀 ~!"), "Привет, 世界 😀 ~!");
  EXPECT_EQ(printable(""), "");
}

TEST(printable, keeps_to_one_line) {
  EXPECT_EQ(printable("a\nb\r\n\tc"), "a b   c");
}

TEST(printable, spells_out_what_a_terminal_obeys) {
  EXPECT_EQ(printable("\x1b[31m\0\x7f\xc2\x9b\xe2\x80\xae"sv),
            "\\u001b[31m\\u0000\\u007f\\u009b\\u202e");
}

TEST(printable, spells_out_bytes_that_are_not_utf8) {
  EXPECT_EQ(printable("a\xff\xd0z\xf0\x9f\x98"), "a\\xff\\xd0z\\xf0\\x9f\\x98");
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80");
}

}  // namespace
}  // namespace vkxx::cli
