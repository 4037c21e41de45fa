// The line that shows how far a transfer is.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "terminal/transfer_bar.hpp"

namespace vkxx::cli {
namespace {

using std::chrono::duration;

TEST(TransferText, ShowsShareSizesSpeedAndRest) {
  EXPECT_EQ(transfer_text("cat.jpg", 0, 2'600'000, duration<double>{0}, 100),
            "cat.jpg   0% [                    ] 0 B of 2.6 MB");
  EXPECT_EQ(transfer_text("cat.jpg", 1'300'000, 2'600'000, duration<double>{2}, 100),
            "cat.jpg  50% [##########          ] 1.3 MB of 2.6 MB, 650 kB/s, 2 s left");
  EXPECT_EQ(transfer_text("f", 5'000'000'000, 5'000'000'000, duration<double>{10}, 100),
            "f 100% [####################] 5.00 GB of 5.00 GB, 500.0 MB/s");
}

TEST(TransferText, FitsIntoTheTerminal) {
  const auto text =
      transfer_text(std::string(100, 'x') + "\x1b[2J", 5, 10, duration<double>{1}, 60);
  EXPECT_LT(text.size(), 60U);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(transfer_text("a", 1, 2, duration<double>{1}, 0), "");
  EXPECT_FALSE(transfer_text("a", 1, 0, duration<double>{1}, 80).empty());
}

}  // namespace
}  // namespace vkxx::cli
