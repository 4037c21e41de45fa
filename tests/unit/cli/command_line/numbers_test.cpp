#include "command_line/numbers.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace vkxx::cli {
namespace {

TEST(ReadInteger, TakesTheWholeRangeAndNothingBeyond) {
  EXPECT_EQ(read_integer("1", 1, 100), 1);
  EXPECT_EQ(read_integer("100", 1, 100), 100);
  EXPECT_EQ(read_integer("-9223372036854775808", std::numeric_limits<std::int64_t>::min(), 0),
            std::numeric_limits<std::int64_t>::min());
  for (const auto* text : {"0", "101", "-1", "99999999999999999999"}) {
    EXPECT_THROW(static_cast<void>(read_integer(text, 1, 100)), std::invalid_argument) << text;
  }
}

TEST(ReadInteger, IsDecimalAndNothingElse) {
  EXPECT_EQ(read_integer("010", 0, 100), 10);
  for (const auto* text : {"", " 1", "1 ", "+1", "0x10", "1e1", "1.0", "1_0", "ten", "-"}) {
    EXPECT_THROW(static_cast<void>(read_integer(text, 0, 100)), std::invalid_argument) << text;
  }
}

TEST(ReadUnsigned, RefusesWhatIsNegativeAndKeeps64Bits) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(read_unsigned("18446744073709551615", 0, most), most);
  for (const auto* text : {"-1", "18446744073709551616"}) {
    EXPECT_THROW(static_cast<void>(read_unsigned(text, 0, most)), std::invalid_argument) << text;
  }
}

TEST(ReadReal, RefusesWhatIsNoFiniteNumberInTheRange) {
  EXPECT_EQ(read_real("0.25", 0.001, 10), 0.25);
  for (const auto* text : {"nan", "inf", "-inf", "1e400", "0", "11", "1s"}) {
    EXPECT_THROW(static_cast<void>(read_real(text, 0.001, 10)), std::invalid_argument) << text;
  }
}

TEST(ReadInteger, SaysTheRangeAndWhatCame) {
  try {
    static_cast<void>(read_integer("99999", 0, 65535, "a port"));
    FAIL();
  } catch (const std::invalid_argument& failure) {
    EXPECT_STREQ(failure.what(), "expected a port from 0 to 65535, not \"99999\"");
  }
}

TEST(ReadInteger, DoesNotRepeatWhatMayBeAToken) {
  try {
    static_cast<void>(read_integer(std::string(200, 'a'), 0, 1));
    FAIL();
  } catch (const std::invalid_argument& failure) {
    EXPECT_EQ(std::string{failure.what()}.find("aaa"), std::string::npos);
  }
}

}  // namespace
}  // namespace vkxx::cli
