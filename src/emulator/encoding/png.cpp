#include "emulator/encoding/png.hpp"

#include <zlib.h>

namespace vkxx::emulation::detail {
namespace {

void append_number(std::string& out, std::uint32_t number) {
  for (unsigned shift = 32; shift != 0;) {
    shift -= 8;
    out += static_cast<char>((number >> shift) & 0xFFU);
  }
}

void append_chunk(std::string& out, const std::string& type, const std::string& data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const auto content = type + data;
  out += content;
  append_number(out,
                static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(content.data()),
                                                 static_cast<uInt>(content.size()))));
}

std::string deflated(const std::string& rows) {
  std::string packed(compressBound(static_cast<uLong>(rows.size())), '\0');
  auto size = static_cast<uLongf>(packed.size());
  ::compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
              reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()),
              Z_BEST_SPEED);
  packed.resize(size);
  return packed;
}

}  // namespace

std::string png_file(const png_format& format, const std::string& rows,
                     const std::string& palette) {
  std::string header;
  append_number(header, format.width);
  append_number(header, format.height);
  header += format.bits;
  header += format.palette ? '\x03' : '\x00';
  header += std::string{"\x00\x00\x00", 3};  // Not interlaced.
  std::string result = "\x89PNG\r\n\x1a\n";
  append_chunk(result, "IHDR", header);
  if (format.palette) append_chunk(result, "PLTE", palette);
  append_chunk(result, "IDAT", deflated(rows));
  append_chunk(result, "IEND", {});
  return result;
}

}  // namespace vkxx::emulation::detail
