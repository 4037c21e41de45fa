/// @file
/// The commands that turn uploads into attachments of the world.
#pragma once

#include <string_view>

#include "emulator/files/file_registry.hpp"
#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

class file_commands : private command_base {
 public:
  file_commands(world& state, const command_context& context, file_registry& files)
      : command_base{state, context}, files_{files} {}

  [[nodiscard]] file_registry& files() const noexcept { return files_; }
  /// Keeps the address of an upload server for the kind of the ticket. @return its token.
  std::string open(upload_ticket ticket);
  /// Adds the attachment, shows it to messages and posts, and appends `upload_done`.
  /// @param kind the name of the upload's kind.
  /// @param base_url of the addresses in its object.
  const attachment& save(attachment value, std::string_view kind, std::string_view base_url);
  /// The file of a video that exists already.
  void complete_video(const attachment_name& name, std::shared_ptr<const stored_file> content,
                      std::string extension, std::string_view base_url);
  const photo_album& create_album(photo_album value);
  /// What shows it already goes on showing it.
  void remove(const attachment_name& name) { files_.attachments().remove(name); }

 private:
  void report(const attachment& saved, std::string_view kind);
  void show(const attachment& value, std::string_view base_url);

  file_registry& files_;
};

}  // namespace vkxx::emulation::detail
