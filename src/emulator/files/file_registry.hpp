/// @file
/// All files of a world: uploads, attachments, albums.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/files/attachment.hpp"
#include "emulator/files/content/stored_file.hpp"
#include "emulator/files/upload_desk.hpp"

namespace vkxx::emulation::detail {

struct photo_album {
  std::int64_t id = 0;
  std::int64_t owner = 0;
  std::string title;
  std::string description;
  std::int64_t created = 0;
  std::int64_t updated = 0;
};

/// Guarded by the lock of the world, except for `space()`.
class file_registry {
 public:
  static constexpr std::size_t most_bytes = std::size_t{256} << 20U;  ///< Of all files together.
  static constexpr std::size_t most_albums = 10'000;

  file_registry(std::uint64_t seed, const upload_style& style);

  [[nodiscard]] upload_desk& uploads() noexcept { return uploads_; }
  [[nodiscard]] const upload_desk& uploads() const noexcept { return uploads_; }
  [[nodiscard]] attachment_registry& attachments() noexcept { return attachments_; }
  [[nodiscard]] const attachment_registry& attachments() const noexcept { return attachments_; }
  [[nodiscard]] const upload_style& style() const noexcept { return style_; }
  [[nodiscard]] const std::shared_ptr<file_space>& space() const noexcept { return space_; }

  /// The files that are served. Equal ones become one.
  void publish(std::vector<received_file>& files);
  [[nodiscard]] std::shared_ptr<const stored_file> find_file(const std::string& hash) const {
    return index_.find(hash);
  }

  /// @throws api_failure 302 when there are too many
  const photo_album& add_album(photo_album value);
  /// Null: no such album.
  [[nodiscard]] photo_album* find_album(std::int64_t owner, std::int64_t id);
  [[nodiscard]] std::vector<const photo_album*> albums_of(std::int64_t owner) const;

 private:
  template <class>
  friend struct saved_part;

  upload_style style_;
  std::shared_ptr<file_space> space_ = std::make_shared<file_space>(most_bytes);
  file_index index_;
  upload_desk uploads_;
  attachment_registry attachments_;
  std::map<std::pair<std::int64_t, std::int64_t>, photo_album> albums_;
  std::int64_t last_album_ = 0;
};

}  // namespace vkxx::emulation::detail
