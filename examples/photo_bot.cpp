// A bot that works on photos: it loads the photo of a person, reads its size, draws a frame of
// these proportions with lines at the thirds, and sends it back.
//
//   VK_ACCESS_TOKEN=… photo_bot [EMULATOR-ADDRESS]
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/crc.hpp>

#include <vkxx/bot.hpp>
#include <vkxx/objects/photos.hpp>

namespace asio = boost::asio;
namespace filters = vkxx::filters;

namespace photo {

struct extent {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

// A number of `count` bytes, the highest first; 0 beyond the end.
std::uint32_t number_at(std::string_view file, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  if (at + count > file.size()) return 0;
  for (const char byte : file.substr(at, count)) number = number << 8 | (byte & 0xFF);
  return number;
}

// The size of a PNG or JPEG picture; nothing: it is none.
std::optional<extent> extent_of(std::string_view file) {
  extent found;
  if (file.starts_with("\x89PNG\r\n\x1a\n")) {
    found = {number_at(file, 16, 4), number_at(file, 20, 4)};
  } else if (file.starts_with("\xFF\xD8")) {
    for (std::size_t at = 2; number_at(file, at, 1) == 0xFF;) {
      const auto marker = number_at(file, at + 1, 1);
      const bool frame = marker >= 0xC0 && marker <= 0xCF && marker % 4 != 0;
      if (frame || marker == 0xC0) {
        found = {number_at(file, at + 7, 2), number_at(file, at + 5, 2)};
        break;
      }
      at += 2 + number_at(file, at + 2, 2);
    }
  }
  if (found.width == 0 || found.height == 0) return std::nullopt;
  return found;
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xFF);
  return bytes;
}

std::string chunk(std::string type_and_data) {
  boost::crc_32_type sum;
  sum.process_bytes(type_and_data.data(), type_and_data.size());
  return big_endian(static_cast<std::uint32_t>(type_and_data.size() - 4)) + type_and_data +
         big_endian(sum.checksum());
}

// A grey picture as PNG, without compression. `rows`: up to 65,535 bytes; each row begins with a 0.
std::string png(extent size, std::string_view rows) {
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char byte : rows) {
    low = (low + (byte & 0xFF)) % 65521;
    high = (high + low) % 65521;
  }
  std::string data{"IDAT\x78\x01\x01"};
  for (const auto length : {rows.size(), ~rows.size()}) {
    data += static_cast<char>(length & 0xFF);
    data += static_cast<char>(length >> 8 & 0xFF);
  }
  data.append(rows).append(big_endian(high << 16 | low));
  const std::string header{"\x08\x00\x00\x00\x00", 5};
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR" + big_endian(size.width) + big_endian(size.height) + header) + chunk(data) +
         chunk("IEND");
}

// A frame with the proportions of a picture, 240 pixels at its longer side.
std::string frame(extent of) {
  const double scale = 240.0 / std::max(of.width, of.height);
  const auto scaled = [scale](std::uint32_t side) {
    return std::max(12U, static_cast<std::uint32_t>(side * scale));
  };
  const extent size{scaled(of.width), scaled(of.height)};
  const auto on_line = [](std::uint32_t at, std::uint32_t side) {
    return at < 2 || at + 2 >= side || at == side / 3 || at == side * 2 / 3;
  };
  std::string rows;
  for (std::uint32_t y = 0; y < size.height; ++y) {
    rows += '\0';
    for (std::uint32_t x = 0; x < size.width; ++x)
      rows += on_line(x, size.width) || on_line(y, size.height) ? '\x20' : '\xE0';
  }
  return png(size, rows);
}

// The address of the largest copy of the first photo; empty: there is none.
std::string address_in(const vkxx::incoming_message& message) {
  for (const auto& attachment : message.message().attachments) {
    if (!attachment.photo || attachment.photo->sizes.empty()) continue;
    const auto& largest =
        std::ranges::max(attachment.photo->sizes, {}, [](const auto& copy) { return copy.width; });
    return std::string{largest.url.value_or("")};
  }
  return {};
}

asio::awaitable<void> work_on(vkxx::message_context m) {
  const auto file = co_await m.download(address_in(m.incoming()));
  if (!file) {
    co_await m.reply("I could not load it. Please send it once more.");
    co_return;
  }
  const auto size = extent_of(*file);
  if (!size) {
    co_await m.reply("That is no picture that I can read.");
    co_return;
  }
  vkxx::outgoing drawn{std::to_string(size->width) + " × " + std::to_string(size->height)};
  drawn.photo(vkxx::memory_source{"frame.png", frame(*size)});
  co_await m.reply(drawn);
}

void set_up(vkxx::bot& bot) {
  bot.on_message(filters::has_photo(), work_on);
  bot.on_message(filters::has_attachment("doc"), [] { return "Please send it as a photo."; });
  bot.on_message([] { return "Send me a photo."; });
}

}  // namespace photo

int main(int argc, char** argv) {
  const char* token = std::getenv("VK_ACCESS_TOKEN");
  vkxx::config settings;
  settings.access_token(token != nullptr ? token : "");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::bot bot{settings};
  photo::set_up(bot);
  return bot.run();
}
