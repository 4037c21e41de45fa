#include "emulator/schema/sample_media.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "emulator/encoding/digit_glyphs.hpp"
#include "emulator/encoding/png.hpp"

namespace vkxx::emulation::detail {
namespace {

using namespace std::string_literals;

void append_big(std::string& out, std::uint32_t number) {
  for (unsigned shift = 32; shift != 0;) {
    shift -= 8;
    out += static_cast<char>((number >> shift) & 0xFFU);
  }
}

void append_little(std::string& out, std::uint32_t number) {
  for (int byte = 0; byte < 4; ++byte, number >>= 8U) out += static_cast<char>(number & 0xFFU);
}

// A second of silence: frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono.
std::string silent_mp3() {
  constexpr std::size_t frame_size = 417;
  std::string result;
  for (int frame = 0; frame < 38; ++frame) {
    result += "\xFF\xFB\x90\xC4";
    result.append(frame_size - 4, '\0');
  }
  return result;
}

// Of Ogg (RFC 3533): the polynomial 0x04C11DB7, not reflected.
std::uint32_t ogg_sum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (const char c : bytes) {
    sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24U;
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum & 0x80000000U) != 0 ? (sum << 1U) ^ 0x04C11DB7U : sum << 1U;
  }
  return sum;
}

// A page with packets of fewer than 255 bytes.
std::string ogg_page(char flags, std::uint32_t position, std::uint32_t number,
                     std::string_view packet, std::size_t count) {
  constexpr std::size_t sum_at = 22;
  auto page = "OggS\0"s + flags;
  append_little(page, position);
  append_little(page, 0);
  append_little(page, 1);  // The stream.
  append_little(page, number);
  append_little(page, 0);  // The sum, below.
  page += static_cast<char>(count);
  page.append(count, static_cast<char>(packet.size()));
  for (std::size_t i = 0; i < count; ++i) page += packet;
  std::string sum;
  append_little(sum, ogg_sum(page));
  return page.replace(sum_at, sum.size(), sum);
}

// A second of silence: Opus (RFC 7845).
std::string silent_ogg() {
  const auto head = "OpusHead\x01\x01\x00\x00\x80\xBB\x00\x00\x00\x00\x00"s;
  const auto tags = "OpusTags\x04\x00\x00\x00vkxx\x00\x00\x00\x00"s;
  const auto silence = "\xF8\xFF\xFE"s;  // 20 ms.
  return ogg_page('\x02', 0, 0, head, 1) + ogg_page('\x00', 0, 1, tags, 1) +
         ogg_page('\x04', 48000, 2, silence, 50);
}

std::string box(std::string_view type, std::string_view content) {
  std::string result;
  append_big(result, static_cast<std::uint32_t>(8 + content.size()));
  return result.append(type).append(content);
}

// A file of MPEG-4 without tracks: one second long.
std::string empty_mp4() {
  std::string header;
  for (const std::uint32_t number :
       {0U,          0U, 0U, 1000U, 1000U,       0x00010000U, 0x01000000U, 0U, 0U,
        0x00010000U, 0U, 0U, 0U,    0x00010000U, 0U,          0U,          0U, 0x40000000U,
        0U,          0U, 0U, 0U,    0U,          0U,          1U})
    append_big(header, number);
  return box("ftyp", "isom\0\0\2\0isommp41"s) + box("moov", box("mvhd", header)) + box("mdat", "");
}

std::string one_page_pdf() {
  const std::array<std::string, 4> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>",
      "<< /Length 0 >>\nstream\n\nendstream"};
  std::string result = "%PDF-1.4\n", table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto place = std::to_string(result.size());
    table += std::string(10 - place.size(), '0') + place + " 00000 n \n";
    result += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const auto place = std::to_string(result.size());
  return result + "xref\n0 5\n" + table + "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n" +
         place + "\n%%EOF\n";
}

std::string one_pixel_gif() {
  return "GIF89a\x01\x00\x01\x00\x80\x00\x00\x4A\x76\xA8\xFF\xFF\xFF\x2C\x00\x00\x00\x00\x01\x00"
         "\x01\x00\x00\x02\x02\x44\x01\x00\x3B"s;
}

// Lottie, as the animations of stickers and reactions are.
std::string still_animation() {
  return R"({"v":"5.5.7","fr":30,"ip":0,"op":30,"w":256,"h":256,"nm":"sample","ddd":0,)"
         R"("assets":[],"layers":[]})";
}

std::string one_line() {
  return "A sample document of the emulator.\n";
}

struct row {
  std::string_view extension;
  std::string_view content_type;
  std::string (*body)();
};

std::string empty_zip() {
  return "PK\x05\x06"s + std::string(18, '\0');
}

std::string empty_flv() {
  return "FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"s;
}

constexpr std::array<row, 9> rows{{{"mp3", "audio/mpeg", silent_mp3},
                                   {"ogg", "audio/ogg", silent_ogg},
                                   {"mp4", "video/mp4", empty_mp4},
                                   {"flv", "video/x-flv", empty_flv},
                                   {"pdf", "application/pdf", one_page_pdf},
                                   {"txt", "text/plain; charset=utf-8", one_line},
                                   {"zip", "application/zip", empty_zip},
                                   {"gif", "image/gif", one_pixel_gif},
                                   {"json", "application/json", still_animation}}};

// Its last digits, at most five.
std::string number_in(std::string_view name) {
  while (!name.empty() && std::isdigit(static_cast<unsigned char>(name.back())) == 0)
    name.remove_suffix(1);
  std::string digits;
  for (; !name.empty() && std::isdigit(static_cast<unsigned char>(name.back())) != 0 &&
         digits.size() < 5;
       name.remove_suffix(1))
    digits.insert(digits.begin(), name.back());
  return digits;
}

// The pixels of two colors, a bit each.
class sheet {
 public:
  sheet(std::size_t width, std::size_t height)
      : width_{width}, height_{height}, row_{1 + (width + 7) / 8}, bits_(row_ * height, '\0') {}

  void write(std::string_view digits) {
    if (digits.empty()) return;
    const std::size_t columns = digits.size() * (glyph_width + 1) - 1;
    const auto scale = std::min(width_ / (2 * columns), height_ / (2 * glyph_height));
    if (scale == 0) return;
    auto left = (width_ - columns * scale) / 2;
    const auto top = (height_ - glyph_height * scale) / 2;
    for (const char digit : digits) {
      const auto& shape = digit_glyphs[static_cast<std::size_t>(digit - '0')];
      for (std::size_t y = 0; y < glyph_height * scale; ++y)
        for (std::size_t x = 0; x < glyph_width * scale; ++x)
          if (((shape[y / scale] >> (glyph_width - 1 - x / scale)) & 1U) != 0)
            put(left + x, top + y);
      left += (glyph_width + 1) * scale;
    }
  }
  [[nodiscard]] const std::string& rows() const noexcept { return bits_; }

 private:
  void put(std::size_t x, std::size_t y) {
    auto& byte = bits_[y * row_ + 1 + x / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | (0x80U >> (x % 8)));
  }

  std::size_t width_, height_, row_;
  std::string bits_;
};

// A mild color, and white.
std::string palette_of(std::string_view name) {
  constexpr std::array<std::string_view, 6> colors{"\x4A\x76\xA8", "\xB5\x5C\x5C", "\x4B\x8F\x5B",
                                                   "\xB0\x86\x3C", "\x7A\x5C\xA8", "\x3E\x8E\x9E"};
  std::uint32_t hash = 0x811c9dc5U;  // FNV-1a.
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return std::string{colors[hash % colors.size()]} + "\xFF\xFF\xFF";
}

}  // namespace

std::optional<sample_file> sample_file_of(std::string_view extension) {
  const auto* found = std::ranges::find(rows, extension, &row::extension);
  if (found == rows.end()) return std::nullopt;
  return sample_file{found->content_type, found->body()};
}

std::int64_t sample_file_size(std::string_view extension) {
  const auto file = sample_file_of(extension);
  return file ? static_cast<std::int64_t>(file->body.size()) : 0;
}

std::string sample_picture(std::string_view name, std::int64_t width, std::int64_t height) {
  constexpr std::int64_t largest = 2560;
  const auto wide = static_cast<std::size_t>(std::clamp<std::int64_t>(width, 1, largest));
  const auto high = static_cast<std::size_t>(std::clamp<std::int64_t>(height, 1, largest));
  sheet drawn{wide, high};
  drawn.write(number_in(name));
  png_format format;
  format.width = static_cast<std::uint32_t>(wide);
  format.height = static_cast<std::uint32_t>(high);
  format.bits = 1;
  format.palette = true;
  return png_file(format, drawn.rows(), palette_of(name));
}

}  // namespace vkxx::emulation::detail
