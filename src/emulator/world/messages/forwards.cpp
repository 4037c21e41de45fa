// Forwards and replies: snapshots of messages.
#include <algorithm>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

// VK's documentation: 100 messages, 45 levels, 500 with all nested ones.
constexpr std::size_t most_forwards = 100;
constexpr std::uint32_t deepest_forwards = 45;
constexpr std::uint32_t most_nested_forwards = 500;

api_failure forwards_refused(int code) {
  return api_failure{static_cast<api_errc>(code)};
}

}  // namespace

// Null if the reader does not see the message.
std::shared_ptr<const message_snapshot> message_commands::snapshot(
    std::int64_t reader, const message_place& place) const {
  const auto* where = state().messages().find(place.conversation);
  const auto* view = where == nullptr ? nullptr : where->view_of(reader);
  const auto* copy = view == nullptr ? nullptr : view->copy_of(place.cmid);
  const auto* source = copy == nullptr ? nullptr : where->visible(*copy);
  if (source == nullptr) return nullptr;
  auto taken = std::make_shared<message_snapshot>();
  taken->author = source->author;
  taken->date = source->date;
  taken->conversation = where->id;
  taken->cmid = place.cmid;
  taken->text = source->text;
  if (const auto* extra = source->extra.get()) {
    taken->update_time = extra->update_time;
    taken->attachments = extra->attachments;
    taken->geo = extra->geo;
    taken->payload = extra->payload;
    taken->forwards = extra->forwards;
    taken->reply = extra->reply;
  }
  taken->bytes = sizeof *taken + taken->text.size() + taken->attachments.size() +
                 taken->geo.size() + taken->payload.size();
  const auto count = [&taken](const message_snapshot& nested) {
    taken->bytes += nested.bytes;
    taken->total += nested.total;
    taken->depth = std::max(taken->depth, nested.depth + 1);
  };
  for (const auto& nested : taken->forwards) count(*nested);
  if (taken->reply != nullptr) count(*taken->reply);
  return taken;
}

void message_commands::add_forwards(std::int64_t author, std::int64_t peer,
                                    const message_draft& draft, message_extra& extra) const {
  const auto& book = state().messages();
  const auto* here = book.at_peer(author, peer);
  std::vector<message_place> places;
  std::uint32_t total = 0;
  for (const auto& request : draft.forwards) {
    places.clear();
    for (const auto id : request.ids) {
      const auto place = book.by_id(author, id);
      if (!place) throw forwards_refused(921);
      places.push_back(*place);
    }
    const auto* source = request.peer == 0 ? here : book.at_peer(author, request.peer);
    for (const auto cmid : request.cmids) {
      if (source == nullptr || source->find(cmid) == nullptr) throw forwards_refused(921);
      places.push_back({source->id, static_cast<std::uint32_t>(cmid)});
    }
    if (places.size() + extra.forwards.size() > most_forwards) throw forwards_refused(913);
    const bool fits_reply = places.size() == 1 && here != nullptr &&
                            places.front().conversation == here->id && extra.reply == nullptr;
    if (request.is_reply && !fits_reply)
      throw bad_parameter("reply_to have to be message from same chat");
    for (const auto& place : places) {
      auto taken = snapshot(author, place);
      if (taken == nullptr) throw forwards_refused(921);
      total += taken->total;
      if (taken->depth > deepest_forwards || total > most_nested_forwards)
        throw forwards_refused(913);
      if (request.is_reply)
        extra.reply = std::move(taken);
      else
        extra.forwards.push_back(std::move(taken));
    }
  }
}

}  // namespace vkxx::emulation::detail
