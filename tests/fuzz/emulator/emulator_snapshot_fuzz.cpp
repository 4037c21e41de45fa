// Snapshots and worlds written by hand: refused with a path, or a world that can be read, saved
// again to the same bytes, and written to.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "emulator/api/api_failure.hpp"
#include "emulator/control/people/person_view.hpp"
#include "emulator/saving/snapshot.hpp"
#include "emulator/saving/written_world.hpp"
#include "emulator/transports/transport_hub.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace {

using namespace vkxx::emulation::detail;

void use(world& state) {
  for (const std::int64_t member : {1, 2, 3}) {
    static_cast<void>(conversations_seen(state, member, 200));
    static_cast<void>(messages_seen(state, member, -1, {}));
    static_cast<void>(messages_seen(state, member, 2'000'000'001, {}));
  }
  message_draft draft;
  draft.text = "hello";
  message_commands commands{state, {1'800'000'000'000, {}}};
  try {
    commands.send(2, -1, std::move(draft));
    commands.expire();
  } catch (const api_failure&) {  // NOLINT(bugprone-empty-catch): the world refuses it
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  world state;
  transport_hub hub{state, 1};
  file_registry files{1, {}};
  try {
    const auto document = parse_snapshot(text);
    if (is_whole_snapshot(document)) {
      const auto facts = read_snapshot(document, "", state, hub, files);
      const auto saved = write_snapshot(facts, state, hub, files);
      world again;
      transport_hub other_hub{again, 1};
      file_registry other_files{1, {}};
      const auto other = read_snapshot(parse_snapshot(saved), "", again, other_hub, other_files);
      if (write_snapshot(other, again, other_hub, other_files) != saved) std::abort();
    } else {
      add_written_world(document, state, {1'800'000'000'000, {}});
    }
    use(state);
  } catch (const snapshot_failure&) {  // NOLINT(bugprone-empty-catch): it says where
  }
  return 0;
}
