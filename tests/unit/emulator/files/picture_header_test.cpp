// Sizes of pictures from their first bytes.
#include "emulator/files/content/picture_header.hpp"

#include <gtest/gtest.h>

#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::emulation::detail {
namespace {

using namespace std::string_literals;

// `format WIDTHxHEIGHT`, or nothing.
std::string read(std::string_view bytes, std::size_t piece) {
  picture_reader reader;
  for (std::size_t at = 0; at < bytes.size(); at += piece) reader.feed(bytes.substr(at, piece));
  const auto& found = reader.result();
  if (!found) return {};
  return std::string{extension_of(found->format)} + " " + std::to_string(found->width) + "x" +
         std::to_string(found->height);
}

std::string read(std::string_view bytes) {
  const auto whole = read(bytes, bytes.size() + 1);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 13U}) EXPECT_EQ(read(bytes, piece), whole);
  return whole;
}

TEST(PictureHeader, IsReadOfEveryFormat) {
  EXPECT_EQ(read(png(1920, 1080)), "png 1920x1080");
  EXPECT_EQ(read(gif(3, 500)), "gif 3x500");
  EXPECT_EQ(read(jpeg(4000, 3000)), "jpg 4000x3000");
  EXPECT_EQ(read(jpeg(4000, 3000, 65'533)), "jpg 4000x3000");
  EXPECT_EQ(read(webp("VP8X", std::string(4, '\0') + little_endian_bytes(99, 3) +
                                  little_endian_bytes(49, 3))),
            "webp 100x50");
  EXPECT_EQ(read(webp("VP8L", "\x2F"s + little_endian_bytes(99U | (49U << 14U), 4))),
            "webp 100x50");
  EXPECT_EQ(read(webp("VP8 ", "\1\2\3\x9D\x01\x2A"s + little_endian_bytes(100U | 0x4000U, 2) +
                                  little_endian_bytes(50, 2))),
            "webp 100x50");
}

TEST(PictureHeader, IsNotFoundInOtherBytes) {
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("<html><body>no picture</body></html>"), "");
  EXPECT_EQ(read(std::string(100, '\xFF')), "");
  EXPECT_EQ(read(png(0, 10)), "");
  EXPECT_EQ(read(gif(10, 0)), "");
  EXPECT_EQ(read(png(10, 10).replace(12, 4, "IDAT")), "");
  EXPECT_EQ(read(webp("ALPH", std::string(20, '\1'))), "");
}

TEST(PictureHeader, IsNotFoundInWhatIsCutOrEndsTooEarly) {
  for (const auto& bytes : {png(10, 20), gif(10, 20).substr(0, 12), jpeg(10, 20)}) {
    const auto header = bytes.size() > 100 ? 300U + 13 : bytes.size() > 20 ? 23U : 11U;
    EXPECT_EQ(read(bytes.substr(0, header)), "");
  }
  // The scan begins, the picture ends, a segment is shorter than its own length.
  EXPECT_EQ(read("\xFF\xD8\xFF\xDA\x00\x08"s + std::string(40, '\0')), "");
  EXPECT_EQ(read("\xFF\xD8\xFF\xD9"s + jpeg(10, 20)), "");
  EXPECT_EQ(read("\xFF\xD8\xFF\xE0\x00\x01"s + jpeg(10, 20)), "");
}

}  // namespace
}  // namespace vkxx::emulation::detail
