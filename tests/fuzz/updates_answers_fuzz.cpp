// Answers of long poll servers, pages of the history, frames of streams: none is lost, and no bytes
// crash. The first byte of the input says how it is read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <vkxx/updates/user_update.hpp>
#include "updates/poll/poll_machine.hpp"
#include "updates/stream/stream_frame.hpp"
#include "updates/values/checked_json.hpp"

namespace {

using namespace vkxx;
using namespace vkxx::detail;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_all(const update& content) {
  require(checked_json(content.to_json()).has_value() || content.raw().empty());
  static_cast<void>(content.warning());
  const auto view = user_update::from(content);
  if (!view) return;
  static_cast<void>(view->message());
  static_cast<void>(view->cmid());
  static_cast<void>(view->peer());
  static_cast<void>(view->users());
  static_cast<void>(view->text());
  static_cast<void>(view->timestamp());
  static_cast<void>(view->random_id());
  static_cast<void>(view->has(message_flag::unread));
}

void poll(std::string body, bool mailbox) {
  const auto answer = read_poll_answer(std::move(body));
  poll_rules rules;
  rules.mailbox = mailbox;
  poll_machine machine{rules, {"1", 5, false}};
  const auto now = time_point{};
  machine.resume(poll_event::begun{}, now);
  machine.resume(poll_event::server_given{"2", 6}, now);
  const auto action = machine.resume(poll_event::answered{answer}, now);
  require(action != poll_action::deliver || machine.action() == poll_action::deliver);
  const auto& position = machine.position();
  require(read_cursor(to_cursor(position)).has_value());
  // What was received is handed over, or the position stays before it.
  const auto batch = machine.take_batch();
  if (!answer.updates.empty() && answer.content != poll_content::failed)
    require(batch.items.size() == answer.updates.size());
  for (const auto& item : batch.items) {
    read_all(update{mailbox ? read_mailbox_update(item.update, "{}")
                            : read_community_update(item.update)});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
  switch (data[0] % 5) {
    case 0:
      poll(std::move(text), false);
      break;
    case 1:
      poll(std::move(text), true);
      break;
    case 2:
      if (const auto json = checked_json(std::move(text))) {
        if (const auto history = read_poll_history(*json))
          for (const auto& item : history->items)
            read_all(update{read_mailbox_update(item.update, item.details)});
      }
      break;
    case 3:
      read_all(update{read_stream_frame(std::move(text)).update});
      break;
    default:
      if (const auto position = read_cursor(text))
        require(read_cursor(to_cursor(*position)).has_value());
      break;
  }
  return 0;
}
