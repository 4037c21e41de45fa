// Files of users: they become attachments without an upload server.
#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/text/ascii.hpp"
#include "emulator/control/control_reply.hpp"
#include "emulator/control/people/person_actions.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/encoding/utf8_repair.hpp"
#include "emulator/files/file_commands.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_file_name = 255;

struct file_kind {
  std::string_view name;
  std::string_view upload;  // The kind of upload that a program would use.
};

constexpr std::array file_kinds{
    file_kind{"photo", "message_photo"}, file_kind{"doc", "message_document"},
    file_kind{"audio_message", "audio_message"}, file_kind{"graffiti", "graffiti"}};

std::string extension_in(std::string_view name) {
  const auto point = name.rfind('.');
  if (point == std::string_view::npos || name.size() - point > 10) return "bin";
  return vkxx::detail::lower_case(name.substr(point + 1));
}

// Every name is checked before anything is saved: a mistyped one would do nothing.
std::optional<std::int64_t> peer_of(const argument_list& query) {
  constexpr std::array known{std::string_view{"kind"}, std::string_view{"name"},
                             std::string_view{"to"}, std::string_view{"text"}};
  for (const auto& [name, value] : query.all())
    if (std::ranges::find(known, std::string_view{name}) == known.end())
      throw std::invalid_argument{"send_file takes kind, name, to and text"};
  const auto text = query.find("to");
  if (!text) {
    if (query.find("text")) throw std::invalid_argument{"\"text\" needs \"to\""};
    return std::nullopt;
  }
  const auto peer = whole_number(*text);
  if (!peer) throw std::invalid_argument{"\"to\" must be a whole number"};
  return peer;
}

}  // namespace

// `?kind=photo&name=cat.png`, and with `to` also `text`: writes a message with it.
answer service::control_send_file(const http_message& message, std::int64_t person) {
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto name =
      repaired_utf8(utf8_front(query.find("name").value_or("file.bin"), longest_file_name));
  const auto* kind =
      std::ranges::find(file_kinds, query.find("kind").value_or("doc"), &file_kind::name);
  if (kind == file_kinds.end())
    throw std::invalid_argument{"kind is photo, doc, audio_message or graffiti"};
  const auto to = peer_of(query);
  std::unique_lock lock{mutex_};
  const auto current = stage_;
  if (current->state.find_person(person) == nullptr) return complaint(404, "there is no such user");
  lock.unlock();
  file_builder builder{current->files.space()};
  builder.add(message.body);
  std::vector<received_file> received(1);
  received.front().content = builder.finish();
  attachment value;
  value.type = kind->name;
  value.owner = value.creator = person;
  value.title = name;
  value.extension = extension_in(name);
  if (kind->name == "photo" || kind->name == "graffiti") {
    const auto& picture = received.front().content->picture;
    if (!picture) throw std::invalid_argument{"the body is no picture"};
    value.extension = extension_of(picture->format);
  }
  lock.lock();
  note_request(*current, message);
  const auto context = control_context();
  current->files.publish(received);
  value.content = received.front().content;
  value.date = context.date();
  const auto& saved = file_commands{current->state, context, current->files}.save(
      std::move(value), kind->upload, now_for(message).base_url);
  const auto text = saved.type + std::to_string(saved.owner) + "_" + std::to_string(saved.id) +
                    (saved.key.empty() ? "" : "_" + saved.key);
  json::object result{{"attachment", text}};
  if (to) {
    json::object body{{"to", *to},
                      {"text", repaired_utf8(query.find("text").value_or(""))},
                      {"attachments", text}};
    result = act(current->state, context, person, "say", body);
    result["attachment"] = text;
  }
  return control_reply(result);
}

}  // namespace vkxx::emulation::detail
