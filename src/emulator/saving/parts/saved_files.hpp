/// @file
/// Uploads, attachments and albums in a snapshot.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "emulator/files/file_registry.hpp"
#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {

/// The bytes of a file are kept if it is at most this large,
inline constexpr std::size_t largest_saved_file = std::size_t{256} << 10U;
/// and as long as all of them are not more than this. Of others only the facts are kept.
inline constexpr std::size_t most_saved_bytes = std::size_t{16} << 20U;

/// A file by itself, with its bytes if it is small enough.
[[nodiscard]] std::string saved_file_text(const stored_file& file);
/// @throws snapshot_failure
[[nodiscard]] std::shared_ptr<const stored_file> file_from_text(
    std::string_view text, const std::shared_ptr<file_space>& space);

void save_files(snapshot_writer& into, file_registry& files);
/// @throws snapshot_failure
void save_files(snapshot_reader& from, file_registry& files);

}  // namespace vkxx::emulation::detail
