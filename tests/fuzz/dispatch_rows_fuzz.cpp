// Rows of an inbox, whatever the file holds: read or refused; and updates as rows: what is written
// is read again, in the same lane and with the same keys. The first byte of the input says how it
// is read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/dispatch/inbox_update.hpp>
#include <vkxx/dispatch/update_lane.hpp>
#include <vkxx/updates/user_update.hpp>
#include "dispatch/rows/update_rows.hpp"
#include "updates/poll/poll_answer.hpp"
#include "updates/values/checked_json.hpp"

namespace {

using namespace vkxx;
using namespace vkxx::detail;

void require(bool holds) {
  if (!holds) std::abort();
}

void use(const update& content) {
  for (const auto& lane : {default_lane(content), lane_by_sender(content)})
    require(!lane.share.empty());
  for (const auto& key : duplicate_keys(content, "source")) require(key.size() < 500);
  static_cast<void>(content.to_json());
  static_cast<void>(content.warning());
  if (const auto view = user_update::from(content)) {
    static_cast<void>(view->peer());
    static_cast<void>(view->text());
  }
}

void read(std::string_view body) {
  const auto row = read_inbox_body(body);
  if (!row) return;
  require(!row->event_key.empty());
  use(row->value);
  if (!checked_json(std::string{body}) || row->value.raw().empty()) return;
  const auto again = read_inbox_body(inbox_body(row->value, row->event_key));
  require(again.has_value());
  require(again->event_key == row->event_key);
  require(again->value.raw() == row->value.raw());
  require(again->value.type() == row->value.type());
  require(again->value.event_id() == row->value.event_id());
  require(again->value.attempt() == row->value.attempt());
}

void write(const update& content) {
  use(content);
  const auto row = row_of(content, "source", update_cursor{"17"}, 3, default_lane);
  const auto again = read_inbox_body(row.body);
  require(again.has_value());
  require(again->value.raw() == content.raw());
  require(again->value.type() == content.type());
  require(again->value.group() == content.group());
  require(duplicate_keys(again->value, "source") == row.keys);
  const auto lane = default_lane(again->value);
  require(lane.name == default_lane(content).name && row.lane.ends_with(lane.name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
  switch (data[0] % 4) {
    case 0:
      read(text);
      break;
    case 1:
      if (const auto json = checked_json(std::string{text}))
        write(update{read_community_update(*json)});
      break;
    case 2:
      if (const auto json = checked_json(std::string{text}))
        write(update{read_mailbox_update(*json, "{\"peer_id\":1}")});
      break;
    default: {
      const auto half = text.size() / 2;
      const state_timer timer{
          std::string{text.substr(0, half)}, "1", "1/a", std::string{text.substr(half)}, {}};
      read(row_of(timer, {}).body);
      break;
    }
  }
  return 0;
}
