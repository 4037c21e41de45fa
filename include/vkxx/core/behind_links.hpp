/// @file
/// Symbolic links in front of a file that is replaced.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

namespace vkxx {

/// The path that `path` leads to, also of a file that is still to be made; `path` itself if it is
/// no link.
///
/// A file that is replaced by renaming, and the lock beside it, must be those behind a symbolic
/// link. Otherwise the link itself is replaced, and programs that come by the link and by the file
/// no longer share them. Thread safety: safe to call from any thread.
[[nodiscard]] inline std::string behind_links(const std::string& path) {
  constexpr int most_links = 40;
  std::filesystem::path at{path};
  for (int i = 0; i < most_links; ++i) {
    std::error_code failure;
    const auto target = std::filesystem::read_symlink(at, failure);
    if (failure) break;
    at = target.is_absolute() ? target : at.parent_path() / target;
  }
  return at.string();
}

}  // namespace vkxx
