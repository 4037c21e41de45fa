#include "emulator/world/walls/own_attachments.hpp"

#include "emulator/world/content/attachment_book.hpp"

namespace vkxx::emulation::detail {

std::string own_attachments(const wall_post& post) {
  if (!wall_book::original_of(post)) return post.attachments;
  std::string list;
  bool first = true;
  for (const auto item : attachment_list(post.attachments)) {
    const auto name = read_attachment(item);
    if (first && name && name->kind == "wall") {
      first = false;
      continue;
    }
    if (!list.empty()) list += ',';
    list += item;
  }
  return list;
}

}  // namespace vkxx::emulation::detail
