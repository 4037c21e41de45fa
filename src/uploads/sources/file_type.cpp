#include "uploads/sources/file_type.hpp"

#include <algorithm>
#include <array>

#include "core/text/ascii.hpp"
#include "uploads/machine/name_list.hpp"

namespace vkxx::detail {
namespace {

using namespace std::string_view_literals;
using media = upload_media;

struct signature {
  std::size_t at;
  std::string_view bytes;
  std::size_t second_at;
  std::string_view second;
  file_type type;
};

// The first that fits counts.
constexpr std::array signatures{
    signature{0, "\xFF\xD8\xFF"sv, 0, {}, {"image/jpeg", "jpg jpeg jpe jfif", media::picture}},
    signature{0, "\x89PNG\r\n\x1A\n"sv, 0, {}, {"image/png", "png", media::picture}},
    signature{0, "GIF87a"sv, 0, {}, {"image/gif", "gif", media::picture}},
    signature{0, "GIF89a"sv, 0, {}, {"image/gif", "gif", media::picture}},
    signature{0, "RIFF"sv, 8, "WEBP"sv, {"image/webp", "webp", media::picture}},
    signature{0, "RIFF"sv, 8, "WAVE"sv, {"audio/wav", "wav", media::sound}},
    signature{0, "RIFF"sv, 8, "AVI "sv, {"video/x-msvideo", "avi", media::video}},
    signature{0, "II*\0"sv, 0, {}, {"image/tiff", "tif tiff", media::picture}},
    signature{0, "MM\0*"sv, 0, {}, {"image/tiff", "tif tiff", media::picture}},
    signature{4, "ftypheic"sv, 0, {}, {"image/heic", "heic heif", media::picture}},
    signature{4, "ftypmif1"sv, 0, {}, {"image/heif", "heif heic", media::picture}},
    signature{4, "ftypavif"sv, 0, {}, {"image/avif", "avif", media::picture}},
    signature{4, "ftypM4A "sv, 0, {}, {"audio/mp4", "m4a", media::sound}},
    signature{4, "ftypqt  "sv, 0, {}, {"video/quicktime", "mov qt", media::video}},
    signature{4, "ftyp"sv, 0, {}, {"video/mp4", "mp4 m4v mov 3gp 3g2 m4a", media::video}},
    signature{0, "OggS"sv, 28, "OpusHead"sv, {"audio/ogg", "ogg oga opus", media::sound}},
    signature{0, "OggS"sv, 28, "\x80theora"sv, {"video/ogg", "ogv ogg", media::video}},
    signature{0, "OggS"sv, 0, {}, {"audio/ogg", "ogg oga opus ogv", media::sound}},
    signature{0, "ID3"sv, 0, {}, {"audio/mpeg", "mp3", media::sound}},
    signature{0, "\xFF\xFB"sv, 0, {}, {"audio/mpeg", "mp3", media::sound}},
    signature{0, "\xFF\xF3"sv, 0, {}, {"audio/mpeg", "mp3", media::sound}},
    signature{0, "\xFF\xF2"sv, 0, {}, {"audio/mpeg", "mp3", media::sound}},
    signature{0, "\xFF\xF1"sv, 0, {}, {"audio/aac", "aac", media::sound}},
    signature{0, "\xFF\xF9"sv, 0, {}, {"audio/aac", "aac", media::sound}},
    signature{0, "fLaC"sv, 0, {}, {"audio/flac", "flac", media::sound}},
    signature{0, "#!AMR"sv, 0, {}, {"audio/amr", "amr", media::sound}},
    signature{0, "\x1A\x45\xDF\xA3"sv, 0, {}, {"video/webm", "webm mkv mka", media::video}},
    signature{0, "FLV\x01"sv, 0, {}, {"video/x-flv", "flv", media::video}},
    signature{0,
              "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv,
              0,
              {},
              {"video/x-ms-wmv", "wmv wma asf", media::video}},
    signature{0, "\0\0\x01\xBA"sv, 0, {}, {"video/mpeg", "mpg mpeg", media::video}},
    signature{0, "\0\0\x01\xB3"sv, 0, {}, {"video/mpeg", "mpg mpeg", media::video}},
    signature{0, "%PDF-"sv, 0, {}, {"application/pdf", "pdf", media::anything}},
    signature{0, "PK\x03\x04"sv, 0, {}, {"application/zip", "zip", media::anything}},
    signature{0, "\x1F\x8B"sv, 0, {}, {"application/gzip", "gz", media::anything}},
    signature{0, "Rar!\x1A\x07"sv, 0, {}, {"application/vnd.rar", "rar", media::anything}},
    signature{
        0, "7z\xBC\xAF\x27\x1C"sv, 0, {}, {"application/x-7z-compressed", "7z", media::anything}},
};

struct named_type {
  std::string_view extension;
  std::string_view content_type;
};

// Of files that have no signature, or one that is that of a container.
constexpr std::array named_types{
    named_type{"csv", "text/csv"},
    named_type{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    named_type{"html", "text/html"},
    named_type{"json", "application/json"},
    named_type{"md", "text/markdown"},
    named_type{"odt", "application/vnd.oasis.opendocument.text"},
    named_type{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    named_type{"svg", "image/svg+xml"},
    named_type{"txt", "text/plain"},
    named_type{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    named_type{"xml", "application/xml"},
};

bool has_at(std::string_view text, std::size_t at, std::string_view part) noexcept {
  return text.size() >= at + part.size() && text.substr(at, part.size()) == part;
}

std::uint32_t number_at(std::string_view text, std::size_t at, std::size_t count,
                        bool big_endian) noexcept {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + (big_endian ? i : count - 1 - i)]);
    number = (number << 8U) | byte;
  }
  return number;
}

// Walks the segments up to the one that begins a frame.
std::optional<picture_size> size_of_jpeg(std::string_view bytes) noexcept {
  std::size_t at = 2;
  while (at + 9 < bytes.size()) {
    if (bytes[at] != '\xFF') return std::nullopt;
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    const bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame)
      return picture_size{number_at(bytes, at + 7, 2, true), number_at(bytes, at + 5, 2, true)};
    at += 2 + number_at(bytes, at + 2, 2, true);
  }
  return std::nullopt;
}

// Empty: the name has none.
std::string extension_of_name(std::string_view filename) {
  const auto point = filename.find_last_of('.');
  if (point == std::string_view::npos || point == 0 || point + 1 == filename.size()) return {};
  const auto extension = filename.substr(point + 1);
  return extension.size() > 16 ? std::string{} : lower_case(extension);
}

}  // namespace

const file_type* type_of(std::string_view beginning) noexcept {
  for (const auto& known : signatures) {
    if (has_at(beginning, known.at, known.bytes) &&
        has_at(beginning, known.second_at, known.second))
      return &known.type;
  }
  return nullptr;
}

std::optional<picture_size> size_of_picture(std::string_view beginning) noexcept {
  const auto* const type = type_of(beginning);
  if (type == nullptr) return std::nullopt;
  if (type->content_type == "image/png" && beginning.size() >= 24)
    return picture_size{number_at(beginning, 16, 4, true), number_at(beginning, 20, 4, true)};
  if (type->content_type == "image/gif" && beginning.size() >= 10)
    return picture_size{number_at(beginning, 6, 2, false), number_at(beginning, 8, 2, false)};
  if (type->content_type == "image/jpeg") return size_of_jpeg(beginning);
  return std::nullopt;
}

std::string_view content_type_by_name(std::string_view filename) {
  const auto extension = extension_of_name(filename);
  const auto found = std::ranges::find(named_types, extension, &named_type::extension);
  return found == named_types.end() ? std::string_view{} : found->content_type;
}

std::string name_with_extension(std::string filename, const file_type* type, upload_media media,
                                bool keep) {
  const auto extension = extension_of_name(filename);
  if (filename.empty() || filename == "." || filename == "..") filename = "file";
  if (!extension.empty() && (keep || type == nullptr || lists_name(type->extensions, extension)))
    return filename;
  std::string_view fitting = "bin";
  if (type != nullptr) {
    fitting = type->extensions.substr(0, type->extensions.find(' '));
  } else if (media == upload_media::picture) {
    fitting = "jpg";
  } else if (media == upload_media::video) {
    fitting = "mp4";
  } else if (media == upload_media::sound) {
    fitting = "ogg";
  }
  if (!extension.empty()) filename.erase(filename.size() - extension.size() - 1);
  if (filename.ends_with('.')) filename.pop_back();
  return filename + '.' + std::string{fitting};
}

}  // namespace vkxx::detail
