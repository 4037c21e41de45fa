#include <vkxx/dialogues/answer.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/dialogues/stored_json.hpp>
#include <vkxx/dispatch/update_lane.hpp>
#include "core/text/acting_members.hpp"
#include "core/text/message_text.hpp"
#include "core/text/number.hpp"

namespace vkxx {

BOOST_DESCRIBE_STRUCT(answer_place, (), (latitude, longitude))
BOOST_DESCRIBE_STRUCT(answer_data, (), (text, payload, photos, place, number, choice, timed_out))

answer::answer(answer_data data) {
  data.text = std::string{detail::without_outer_spaces(data.text)};
  data_ = std::make_shared<const answer_data>(std::move(data));
}

answer::answer(std::string text) {
  answer_data data;
  data.text = std::string{detail::without_outer_spaces(text)};
  data_ = std::make_shared<const answer_data>(std::move(data));
}

result<answer> answer::from_json(std::string_view json) {
  auto data = from_stored_json<answer_data>(json);
  if (!data) return data.error();
  return answer{*std::move(data)};
}

std::string answer::to_json() const {
  return to_stored_json(*data_);
}

namespace {

namespace json = boost::json;

constexpr std::size_t deepest_message = 256;  // as `update::as`
constexpr std::int64_t first_chat = 2'000'000'000;

const json::object* object_in(const json::object& parent, std::string_view name) {
  const auto* found = parent.if_contains(name);
  return found != nullptr ? found->if_object() : nullptr;
}
std::int64_t number_in_object(const json::object& parent, std::string_view name) {
  const auto* found = parent.if_contains(name);
  const auto* number = found != nullptr ? found->if_int64() : nullptr;
  return number != nullptr ? *number : 0;
}
std::string text_in(const json::object& parent, std::string_view name) {
  const auto* found = parent.if_contains(name);
  const auto* text = found != nullptr ? found->if_string() : nullptr;
  return text != nullptr ? std::string{text->data(), text->size()} : std::string{};
}

void read_photos(const json::object& message, answer_data& data) {
  const auto* found = message.if_contains("attachments");
  const auto* list = found != nullptr ? found->if_array() : nullptr;
  if (list == nullptr) return;
  for (const auto& item : *list) {
    const auto* attachment = item.if_object();
    const auto* photo = attachment != nullptr ? object_in(*attachment, "photo") : nullptr;
    if (photo == nullptr) continue;
    auto name = "photo" + std::to_string(number_in_object(*photo, "owner_id")) + "_" +
                std::to_string(number_in_object(*photo, "id"));
    if (const auto key = text_in(*photo, "access_key"); !key.empty()) name += "_" + key;
    data.photos.push_back(std::move(name));
  }
}

void read_place(const json::object& message, answer_data& data) {
  const auto* geo = object_in(message, "geo");
  const auto* coordinates = geo != nullptr ? object_in(*geo, "coordinates") : nullptr;
  if (coordinates == nullptr) return;
  const auto* latitude = coordinates->if_contains("latitude");
  const auto* longitude = coordinates->if_contains("longitude");
  if (latitude == nullptr || longitude == nullptr) return;
  if (!latitude->is_number() || !longitude->is_number()) return;
  data.place = answer_place{latitude->to_number<double>(), longitude->to_number<double>()};
}

incoming_answer read_message(const json::object& message, group_id group) {
  answer_data data;
  const auto community = std::to_string(group.value());
  data.text = detail::without_mention(text_in(message, "text"), community);
  data.payload = text_in(message, "payload");
  read_photos(message, data);
  read_place(message, data);
  conversation_key key{group, peer_id{number_in_object(message, "peer_id")},
                       user_id{number_in_object(message, "from_id")}};
  return {key, answer{std::move(data)}, false};
}

incoming_answer read_button(const json::object& event, group_id group) {
  answer_data data;
  if (const auto* payload = event.if_contains("payload")) {
    // Usually an object, sometimes its text.
    const auto* text = payload->if_string();
    data.payload =
        text != nullptr ? std::string{text->data(), text->size()} : json::serialize(*payload);
  }
  conversation_key key{group, peer_id{number_in_object(event, "peer_id")},
                       user_id{number_in_object(event, "user_id")}};
  return {key, answer{std::move(data)}, true};
}

}  // namespace

namespace {

struct owned_object {
  std::int64_t peer_id = 0;
  std::int64_t person = 0;
  std::optional<std::int64_t> group;
};
BOOST_DESCRIBE_STRUCT(owned_object, (), (peer_id, person, group))
struct timer_object {
  std::string value;
};
BOOST_DESCRIBE_STRUCT(timer_object, (), (value))

}  // namespace

namespace {

// What a person did, and whether it says something.
struct person_update {
  incoming_answer given;
  bool service = false;  // a message by which VK reports what the person did to the chat
};

std::optional<person_update> read_person(const update& received) {
  const bool button = received.type() == "message_event";
  if (!button && received.type() != "message_new") return std::nullopt;
  // Forwarded messages contain others; the default of the parser is 32 levels.
  json::parse_options options;
  options.max_depth = deepest_message;
  boost::system::error_code failure;
  const auto tree = json::parse(received.raw(), failure, {}, options);
  const auto* object = failure ? nullptr : tree.if_object();
  if (object == nullptr) return std::nullopt;
  const auto group = received.group().value_or(group_id{});
  const auto* inner = object_in(*object, "message");
  const auto& message = inner != nullptr ? *inner : *object;
  auto given = button ? read_button(*object, group) : read_message(message, group);
  if (given.key.person.value() <= 0 || given.key.peer.value() == 0) return std::nullopt;
  return person_update{std::move(given), !button && object_in(message, "action") != nullptr};
}

// Of another event in the lane of a conversation: somebody allows messages, joins, changes one.
std::optional<conversation_key> key_of_event(const update& received) {
  constexpr std::string_view of_conversation = "peer/";
  const auto lane = default_lane(received).name;
  if (!lane.starts_with(of_conversation) || received.type().starts_with("user:"))
    return std::nullopt;
  const auto number = [](std::string_view text) {
    return detail::parse_number<std::int64_t>(text).value_or(0);
  };
  const auto peer = number(std::string_view{lane}.substr(of_conversation.size()));
  if (peer == 0) return std::nullopt;
  auto person = std::int64_t{0};
  for (const auto member : detail::acting_members) {
    if (person <= 0) person = number(json_member(received.raw(), member).value_or("0"));
  }
  // Of a conversation with a user, whoever of the two did it.
  if (person <= 0 && peer < first_chat) person = peer;
  if (person <= 0) return std::nullopt;
  return conversation_key{received.group().value_or(group_id{}), peer_id{peer}, user_id{person}};
}

}  // namespace

std::optional<conversation_key> conversation_of(const update& received) {
  if (!received.type().starts_with("vkxx:")) {
    if (received.type() != "message_new" && received.type() != "message_event")
      return key_of_event(received);
    const auto incoming = read_person(received);
    if (!incoming) return std::nullopt;
    return incoming->given.key;
  }
  auto json = std::string{received.raw()};
  if (received.type() == "vkxx:timer") {
    auto timer = received.as<timer_object>();
    if (!timer) return std::nullopt;
    json = std::move(timer->value);
  }
  const auto owned = from_stored_json<owned_object>(json);
  if (!owned || owned->peer_id == 0) return std::nullopt;
  const auto group = received.group().value_or(group_id{owned->group.value_or(0)});
  return conversation_key{group, peer_id{owned->peer_id}, user_id{owned->person}};
}

std::optional<incoming_answer> read_incoming_answer(const update& received) {
  auto read = read_person(received);
  if (!read || read->service) return std::nullopt;
  return std::move(read->given);
}

}  // namespace vkxx
