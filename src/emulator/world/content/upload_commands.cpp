#include "emulator/world/content/upload_commands.hpp"

#include <utility>

namespace vkxx::emulation::detail {

void upload_commands::add(std::int64_t actor, const attachment_name& name, std::string json) {
  attachments().add(name, std::move(json));
  world_event event;
  event.kind = event_kind::upload_done;
  event.actor = actor;
  event.subject = name.owner;
  event.details["kind"] = name.kind;
  event.details["id"] = name.id;
  append(std::move(event));
}

std::uint64_t upload_commands::inject(std::int64_t community, boost::json::object details,
                                      std::size_t bytes) {
  world_event event;
  event.kind = event_kind::raw_event;
  event.subject = -community;
  event.details = std::move(details);
  event.bytes = bytes;
  return append(std::move(event));
}

}  // namespace vkxx::emulation::detail
