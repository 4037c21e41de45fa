// What users do by the control API: each line is an action and its JSON body.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/control/people/person_actions.hpp"
#include "emulator/control/people/person_view.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace {

using namespace vkxx::emulation::detail;

constexpr std::string_view keyboard =
    R"({"buttons":[[{"action":{"type":"text","label":"Tea","payload":"{}"}},)"
    R"({"action":{"type":"callback","label":"Ping","payload":"{}"}}]]})";

void run(world& state, std::int64_t time_ms, std::string_view line) {
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return;
  const auto action = line.substr(0, blank);
  boost::system::error_code failure;
  const auto body = boost::json::parse(
      boost::json::string_view{line.data() + blank + 1, line.size() - blank - 1}, failure);
  if (failure || !body.is_object()) return;
  const command_context context{time_ms, {cause_kind::control, 0}};
  try {
    if (action == "person")
      static_cast<void>(make_person(state, context, body.get_object()));
    else if (action == "community")
      static_cast<void>(make_community(state, context, body.get_object()));
    else if (action == "chat")
      static_cast<void>(make_chat(state, context, body.get_object()));
    else
      static_cast<void>(act(state, context, 2, action, body.get_object()));
  } catch (const std::invalid_argument&) {  // NOLINT(bugprone-empty-catch): a body is refused
  } catch (const api_failure&) {  // NOLINT(bugprone-empty-catch): the world refuses an action
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  world state;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  std::int64_t time_ms = 1'700'000'000'000;
  message_draft question;
  question.text = "hello";
  message_draft reply;
  reply.text = "choose";
  reply.keyboard = keyboard;
  message_commands commands{state, {time_ms, {}}};
  commands.send(2, -1, std::move(question));
  commands.send(-1, 2, std::move(reply));
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    run(state, ++time_ms, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  static_cast<void>(conversations_seen(state, 2, 200));
  static_cast<void>(messages_seen(state, 2, -1, {}));
  return 0;
}
