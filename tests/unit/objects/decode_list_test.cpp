// How often the decoder reserves memory for a list of large items.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <vkxx/objects/users.hpp>
#include "objects/codec.hpp"

namespace {

using user = vkxx::api::users::user_full;

// A list of users that counts its reservations.
int reservations = 0;
using counted = std::vector<user>;
constexpr vkxx::detail::list_operations counting{
    [](void* self) { static_cast<counted*>(self)->clear(); },
    [](void* self, std::size_t count) {
      ++reservations;
      static_cast<counted*>(self)->reserve(count);
    },
    [](void* self) -> void* { return &static_cast<counted*>(self)->emplace_back(); },
    [](void* self) { static_cast<counted*>(self)->pop_back(); },
    nullptr,
    nullptr};
constexpr vkxx::detail::codec counting_codec{
    [](vkxx::detail::reader& in, void* self) {
      return vkxx::detail::read_list(in, counting, vkxx::detail::codec_for<user>(), self);
    },
    nullptr, nullptr, vkxx::detail::json_form::array};

TEST(DecodeList, MovesFewItemsWhenManySmallOnesFollowALargeOne) {
  auto text = R"([{"status":")" + std::string(1'000'000, 's') + "\"}";
  for (int i = 0; i < 3000; ++i) text += ",{}";
  counted read;
  reservations = 0;
  ASSERT_TRUE(vkxx::detail::read_document(text + "]", false, counting_codec, &read, {}));
  EXPECT_EQ(read.size(), 3001U);
  EXPECT_LE(reservations, 25);  // each half as large again
}

std::string list_of(const char* item, std::size_t count) {
  std::string text{"["};
  for (std::size_t i = 0; i != count; ++i) text.append(i == 0 ? "" : ",").append(item);
  return text + "]";
}

// Empty objects take a thousand times their text.
TEST(DecodeMemory, OfAMadeUpAnswerIsLimited) {
  constexpr std::size_t limit = std::size_t{64} << 20U;
  const auto text = list_of("{}", 2 * limit / sizeof(user));
  const auto read = vkxx::decode<counted>(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), vkxx::errc::answer_too_large);
  EXPECT_NE(read.error().message().find("decode_options::memory_limit"), std::string::npos);
  // An answer of VK's has no more than some thousand.
  EXPECT_TRUE(vkxx::decode<counted>(list_of("{}", 5000)));
}

TEST(DecodeMemory, IsCountedWhereItIsTaken) {
  vkxx::decode_options options;
  options.memory_limit = 100 * sizeof(user);
  EXPECT_EQ(vkxx::decode<counted>(list_of("{}", 100), options).value().size(), 100U);
  EXPECT_EQ(vkxx::decode<counted>(list_of("{}", 101), options).error(),
            vkxx::errc::answer_too_large);
  // Lists of lists, numbers, texts.
  using numbers = std::vector<std::int64_t>;
  options.memory_limit = 100 * sizeof(std::int64_t);
  EXPECT_TRUE(vkxx::decode<numbers>(list_of("1", 100), options));
  EXPECT_EQ(vkxx::decode<numbers>(list_of("1", 101), options).error(),
            vkxx::errc::answer_too_large);
  options.memory_limit = 100 * sizeof(vkxx::text);
  using texts = std::vector<vkxx::text>;
  EXPECT_TRUE(vkxx::decode<texts>(list_of("\"\"", 100), options));
  EXPECT_EQ(vkxx::decode<texts>(list_of("\"\"", 101), options).error(),
            vkxx::errc::answer_too_large);
}

// Memory is not reserved beyond the limit either: 16,000,000 users would be 40 GB.
TEST(DecodeMemory, IsNotReservedBeyondTheLimit) {
  std::size_t most = 0;
  static std::size_t* seen = nullptr;
  seen = &most;
  constexpr vkxx::detail::list_operations watching{
      [](void* self) { static_cast<counted*>(self)->clear(); },
      [](void* self, std::size_t count) {
        *seen = std::max(*seen, count);
        static_cast<counted*>(self)->reserve(count);
      },
      [](void* self) -> void* { return &static_cast<counted*>(self)->emplace_back(); },
      [](void* self) { static_cast<counted*>(self)->pop_back(); },
      nullptr,
      nullptr,
      sizeof(user)};
  static constexpr auto operations = watching;
  constexpr vkxx::detail::codec watching_codec{
      [](vkxx::detail::reader& in, void* self) {
        return vkxx::detail::read_list(in, operations, vkxx::detail::codec_for<user>(), self);
      },
      nullptr, nullptr, vkxx::detail::json_form::array};
  counted read;
  vkxx::decode_options options;
  options.memory_limit = 1000 * sizeof(user);
  EXPECT_FALSE(
      vkxx::detail::read_document(list_of("{}", 1'000'000), false, watching_codec, &read, options));
  EXPECT_LE(most, 1001U);
}

}  // namespace
