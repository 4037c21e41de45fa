#include "emulator/files/file_commands.hpp"

#include <boost/json/serialize.hpp>

namespace vkxx::emulation::detail {

std::string file_commands::open(upload_ticket ticket) {
  ticket.created = context().date();
  return files_.uploads().open(std::move(ticket));
}

void file_commands::show(const attachment& value, std::string_view base_url) {
  attachments().add({value.type, value.owner, value.id, value.key},
                    boost::json::serialize(attachment_object(value, base_url)));
}

const attachment& file_commands::save(attachment value, std::string_view kind,
                                      std::string_view base_url) {
  value.date = context().date();
  const auto& saved = files_.attachments().add(std::move(value));
  show(saved, base_url);
  // The file of a video comes later.
  if (saved.type != "video" || saved.content != nullptr) report(saved, kind);
  return saved;
}

void file_commands::report(const attachment& saved, std::string_view kind) {
  world_event event;
  event.kind = event_kind::upload_done;
  event.actor = saved.creator;
  event.subject = saved.owner;
  event.details["upload"] = kind;
  event.details["type"] = saved.type;
  event.details["id"] = saved.id;
  event.details["size"] = saved.content == nullptr ? 0 : saved.content->size;
  append(std::move(event));
}

void file_commands::complete_video(const attachment_name& name,
                                   std::shared_ptr<const stored_file> content,
                                   std::string extension, std::string_view base_url) {
  auto* video = files_.attachments().change(name);
  if (video == nullptr) return;
  video->content = std::move(content);
  video->extension = std::move(extension);
  show(*video, base_url);
  report(*video, "video");
}

const photo_album& file_commands::create_album(photo_album value) {
  value.created = context().date();
  value.updated = value.created;
  return files_.add_album(std::move(value));
}

}  // namespace vkxx::emulation::detail
