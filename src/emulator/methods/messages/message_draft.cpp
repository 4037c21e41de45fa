#include "emulator/methods/messages/message_draft.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"
#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_forwarded = 1000;
constexpr std::size_t longest_format = 16'384;  // VK's limit is not known.

json::value parsed_parameter(const method_call& request, std::string_view name) {
  const auto text = request.text(name);
  boost::system::error_code failure;
  auto value = json::parse({text.data(), text.size()}, failure);
  if (failure) throw bad_parameter(std::string{name} + " contains incorrect JSON");
  return value;
}

// A list, or a number where VK expects a list; `null` is the same as nothing.
std::vector<std::int64_t> numbers_in(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr || found->is_null()) return {};
  const auto number_in = [](const json::value& value) -> std::int64_t {
    if (value.is_int64()) return value.get_int64();
    const auto* text = value.if_string();
    const auto number = text == nullptr ? std::nullopt : whole_number({text->data(), text->size()});
    if (!number) throw bad_parameter("forward is invalid");
    return *number;
  };
  std::vector<std::int64_t> numbers;
  if (const auto* list = found->if_array()) {
    if (list->size() > most_forwarded) throw api_failure{api_errc{913}};
    for (const auto& value : *list) numbers.push_back(number_in(value));
  } else {
    numbers.push_back(number_in(*found));
  }
  return numbers;
}

forward_request read_forward(const method_call& request) {
  const auto value = parsed_parameter(request, "forward");
  const auto* object = value.if_object();
  if (object == nullptr) throw bad_parameter("forward is invalid");
  forward_request forward;
  forward.ids = numbers_in(*object, "message_ids");
  forward.cmids = numbers_in(*object, "cmids");
  if (forward.cmids.empty()) forward.cmids = numbers_in(*object, "conversation_message_ids");
  const auto peers = numbers_in(*object, "peer_id");
  if (!peers.empty()) forward.peer = peers.front();
  if (const auto* reply = object->if_contains("is_reply"))
    forward.is_reply = *reply == true || *reply == 1;
  return forward;
}

double coordinate(const method_call& request, std::string_view name, double most) {
  const auto number = vkxx::detail::parse_number<double>(request.text(name));
  if (!number || !(*number >= -most && *number <= most))
    throw bad_parameter(std::string{name} + " is invalid");
  return *number;
}

std::string read_place(const method_call& request) {
  if (!request.given("lat") || !request.given("long")) return {};
  const auto latitude = coordinate(request, "lat", 90);
  const auto longitude = coordinate(request, "long", 180);
  const json::object place{{"type", "point"},
                           {"coordinates", {{"latitude", latitude}, {"longitude", longitude}}},
                           {"place",
                            {{"id", 1},
                             {"title", "Place"},
                             {"latitude", latitude},
                             {"longitude", longitude},
                             {"created", 0},
                             {"total_checkins", 0}}}};
  return json::serialize(place);
}

std::string read_format(const method_call& request) {
  if (!request.given("format_data")) return {};
  if (request.text("format_data").size() > longest_format)
    throw bad_parameter("format_data is too long");
  auto value = parsed_parameter(request, "format_data");
  auto* object = value.if_object();
  const auto* items = object == nullptr ? nullptr : object->if_contains("items");
  if (items == nullptr || !items->is_array()) throw bad_parameter("format_data is invalid");
  (*object)["version"] = "1";
  return json::serialize(value);
}

}  // namespace

bool has_content(const message_draft& draft) noexcept {
  bool forwards = false;
  for (const auto& forward : draft.forwards)
    forwards = forwards || (!forward.empty() && !forward.is_reply);
  return !vkxx::detail::trimmed(draft.text).empty() || !draft.attachments.empty() ||
         draft.sticker != 0 || forwards || !draft.carousel.empty() || !draft.geo.empty();
}

message_draft read_draft(const method_call& request, std::int64_t member) {
  message_draft draft;
  draft.text = request.text("message");
  // VK leaves out what names nothing.
  if (names_attachment(request.text("attachment"))) draft.attachments = request.text("attachment");
  draft.keyboard = request.text("keyboard");
  draft.carousel = request.text("template");
  draft.sticker = request.integer("sticker_id", 0, 0);
  draft.geo = read_place(request);
  draft.format = read_format(request);
  if (member < 0 && request.actor() > 0) draft.admin_author = request.actor();
  if (request.given("payload")) {
    static_cast<void>(parsed_parameter(request, "payload"));
    draft.payload = request.text("payload");
  }
  if (request.given("forward_messages")) {
    forward_request forward;
    forward.ids = numbers_of(request, "forward_messages", most_forwarded);
    draft.forwards.push_back(std::move(forward));
  }
  if (request.given("forward")) draft.forwards.push_back(read_forward(request));
  if (const auto reply = request.integer("reply_to", 0); reply != 0) {
    forward_request forward;
    forward.ids.push_back(reply);
    forward.is_reply = true;
    draft.forwards.push_back(std::move(forward));
  }
  return draft;
}

}  // namespace vkxx::emulation::detail
