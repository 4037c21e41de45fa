// The type of a file by its first bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/uploads/upload_kind.hpp>

namespace vkxx::detail {

// As many bytes as `type_of` looks at. JPEG pictures have their size anywhere.
inline constexpr std::size_t type_bytes = std::size_t{16} << 10U;

struct file_type {
  std::string_view content_type;
  // In lower case; the first is the usual one.
  std::string_view extensions;
  upload_media media;
};

struct picture_size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

// Null: none that is known here.
[[nodiscard]] const file_type* type_of(std::string_view beginning) noexcept;
// Of PNG, GIF and JPEG; nothing: another format, or it is not in the beginning.
[[nodiscard]] std::optional<picture_size> size_of_picture(std::string_view beginning) noexcept;
// The content type for a name whose content is not known; empty: none.
[[nodiscard]] std::string_view content_type_by_name(std::string_view filename);
// The name with an extension that fits the type. `keep`: an extension that is there stays.
[[nodiscard]] std::string name_with_extension(std::string filename, const file_type* type,
                                              upload_media media, bool keep);

}  // namespace vkxx::detail
