// How often the decoder makes room in a list of large items.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <vkxx/objects/users.hpp>
#include "objects/codec.hpp"

namespace {

using user = vkxx::api::users::user_full;

// A list of users that counts how often it is given room.
int rooms = 0;
using counted = std::vector<user>;
constexpr vkxx::detail::list_operations counting{
    [](void* self) { static_cast<counted*>(self)->clear(); },
    [](void* self, std::size_t count) {
      ++rooms;
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
  rooms = 0;
  ASSERT_TRUE(vkxx::detail::read_document(text + "]", false, counting_codec, &read, {}));
  EXPECT_EQ(read.size(), 3001U);
  EXPECT_LE(rooms, 25);  // each half as much again
}

}  // namespace
