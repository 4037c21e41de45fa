// The body of an upload, and the pictures in it. The input: the size of the pieces and the
// boundary, each a line; the rest is the body. However it is cut, the same parts come out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "emulator/files/content/multipart_stream.hpp"
#include "emulator/files/content/picture_header.hpp"

namespace {

using namespace vkxx::emulation::detail;

class collector final : public part_sink {
 public:
  void begin_part(const part_header& header) override {
    text += "[" + header.name + "|" + header.filename.value_or("") + "|";
    picture = {};
  }
  void part_data(std::string_view bytes) override {
    text += bytes;
    picture.feed(bytes);
  }
  void end_part() override {
    text += "]";
    if (picture.result())
      text +=
          std::to_string(picture.result()->width) + "x" + std::to_string(picture.result()->height);
  }

  std::string text;
  picture_reader picture;
};

std::string take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string line{rest.substr(0, end)};
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::string parts_of(std::string_view boundary, std::string_view body, std::size_t piece) {
  collector parts;
  multipart_stream stream{boundary, parts};
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
    stream.feed(body.substr(0, piece));
  stream.finish();
  if (stream.failed()) return "failed";
  return parts.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const auto piece = std::clamp<std::size_t>(take_line(rest).size(), 1, 1000);
  const auto boundary = take_line(rest);
  if (parts_of(boundary, rest, piece) != parts_of(boundary, rest, rest.size() + 1)) std::abort();
  picture_reader whole;
  picture_reader cut;
  whole.feed(rest);
  for (auto left = rest; !left.empty(); left.remove_prefix(std::min(piece, left.size())))
    cut.feed(left.substr(0, piece));
  if (whole.result().has_value() != cut.result().has_value()) std::abort();
  return 0;
}
