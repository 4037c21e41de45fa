#include <gtest/gtest.h>

#include <vkxx/http/message.hpp>

namespace vkxx::http {
namespace {

TEST(FindHeader, FirstOfTheNameWhateverTheLetterCase) {
  const std::vector<header> headers{{"X-One", "1"}, {"x-ONE", "2"}, {"X-Empty", ""}};
  EXPECT_EQ(find_header(headers, "x-one"), "1");
  EXPECT_EQ(find_header(headers, "X-EMPTY"), "");
  EXPECT_EQ(find_header(headers, "X-On"), std::nullopt);
  EXPECT_EQ(find_header({}, "X-One"), std::nullopt);
}

}  // namespace
}  // namespace vkxx::http
