#include "emulator/world/content/keyboard.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/content/text_size.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_label = 40;
constexpr std::size_t longest_button_payload = 255;
constexpr std::size_t longest_link = 2000;  // VK's limits of links and hashes are not known.
constexpr std::size_t most_elements = 10;
constexpr std::size_t longest_element_text = 80;
constexpr std::size_t deepest_keyboard = 16;

[[noreturn]] void keyboard_fault(const std::string& path, std::string_view reason) {
  throw api_failure{api_errc{911},
                    "Keyboard format is invalid: " + path + " " + std::string{reason}};
}

json::object parsed_object(std::string_view text, std::string_view parameter) {
  boost::system::error_code failure;
  json::parse_options options;
  options.max_depth = deepest_keyboard;
  auto value = json::parse({text.data(), text.size()}, failure, {}, options);
  // VK's word for an object, too.
  if (!failure && !value.is_object() && !value.is_array() && parameter == "keyboard")
    keyboard_fault("keyboard", "should be array");
  if (failure || !value.is_object())
    throw bad_parameter(std::string{parameter} + " contains incorrect JSON");
  return std::move(value.get_object());
}

const json::value* member_of(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

bool flag_of(const json::object& object, std::string_view name, const std::string& path) {
  const auto* found = member_of(object, name);
  if (found == nullptr) return false;
  if (found->is_bool()) return found->get_bool();
  if (found->is_int64() && (found->get_int64() == 0 || found->get_int64() == 1))
    return found->get_int64() == 1;
  keyboard_fault(path + std::string{name}, "must be a boolean");
}

std::string text_of(const json::object& object, std::string_view name, const std::string& path,
                    std::size_t longest) {
  const auto* found = member_of(object, name);
  if (found == nullptr) keyboard_fault(path + std::string{name}, "is required");
  if (!found->is_string()) keyboard_fault(path + std::string{name}, "must be a string");
  std::string text{found->get_string()};
  if (text.empty()) keyboard_fault(path + std::string{name}, "must not be empty");
  if (characters_in(text) > longest)
    keyboard_fault(path + std::string{name},
                   "must have at most " + std::to_string(longest) + " characters");
  return text;
}

std::int64_t number_of(const json::object& object, std::string_view name, const std::string& path,
                       bool required) {
  const auto* found = member_of(object, name);
  if (found == nullptr) {
    if (required) keyboard_fault(path + std::string{name}, "is required");
    return 0;
  }
  if (!found->is_int64()) keyboard_fault(path + std::string{name}, "must be an integer");
  return found->get_int64();
}

// VK's answers have the payload as a text, whatever was sent.
void add_payload(json::object& checked, const json::object& action, const std::string& path,
                 bool strict) {
  const auto* found = action.if_contains("payload");
  if (found == nullptr) return;
  if (found->is_null()) {
    if (strict) keyboard_fault(path + "payload", "must be JSON");
    return;
  }
  auto text = found->is_string() ? std::string{found->get_string()} : json::serialize(*found);
  if (text.empty()) return;
  if (characters_in(text) > longest_button_payload)
    keyboard_fault(path + "payload", "must have at most 255 characters");
  boost::system::error_code failure;
  static_cast<void>(json::parse(text, failure));
  if (failure) keyboard_fault(path + "payload", "must be JSON");
  checked["payload"] = text;
}

json::object checked_action(const json::object& action, const std::string& path, bool strict) {
  constexpr std::array<std::string_view, 8> types{
      "text",  "callback", "open_link",        "location",
      "vkpay", "open_app", "intent_subscribe", "intent_unsubscribe"};
  const auto type = text_of(action, "type", path, longest_label);
  if (std::ranges::find(types, type) == types.end())
    keyboard_fault(path + "type", "is not a type of button");
  json::object checked{{"type", type}};
  const bool labelled =
      type == "text" || type == "callback" || type == "open_link" || type == "open_app";
  if (labelled) checked["label"] = text_of(action, "label", path, longest_label);
  if (type == "open_link") checked["link"] = text_of(action, "link", path, longest_link);
  if (type == "vkpay") checked["hash"] = text_of(action, "hash", path, longest_link);
  if (type == "open_app") {
    checked["app_id"] = number_of(action, "app_id", path, true);
    checked["owner_id"] = number_of(action, "owner_id", path, false);
    const auto* hash = member_of(action, "hash");
    const bool has_hash = hash != nullptr && hash->is_string() && !hash->get_string().empty();
    checked["hash"] = has_hash ? text_of(action, "hash", path, longest_link) : std::string{};
  }
  if (type.starts_with("intent_")) {
    checked["peer_id"] = number_of(action, "peer_id", path, true);
    checked["intent"] = text_of(action, "intent", path, longest_label);
    if (member_of(action, "subscribe_id") != nullptr)
      checked["subscribe_id"] = number_of(action, "subscribe_id", path, false);
    if (member_of(action, "label") != nullptr)
      checked["label"] = text_of(action, "label", path, longest_label);
  }
  add_payload(checked, action, path, strict);
  return checked;
}

json::object checked_button(const json::value& value, const std::string& path, bool strict) {
  const auto* button = value.if_object();
  if (button == nullptr) keyboard_fault(path, "must be an object");
  const auto* action = member_of(*button, "action");
  if (action == nullptr || !action->is_object()) keyboard_fault(path + ".action", "is required");
  json::object checked{{"action", checked_action(action->get_object(), path + ".action.", strict)}};
  const auto& type = checked["action"].as_object().at("type").as_string();
  const bool coloured = type == "text" || type == "callback";
  const auto* color = member_of(*button, "color");
  if (color == nullptr) {
    if (coloured) checked["color"] = "default";
    return checked;
  }
  constexpr std::array<std::string_view, 5> colors{"primary", "secondary", "default", "positive",
                                                   "negative"};
  if (!color->is_string() ||
      std::ranges::find(colors, std::string_view{color->get_string()}) == colors.end())
    keyboard_fault(path + ".color", "is not a color of a button");
  if (!coloured && strict) keyboard_fault(path + ".color", "is only for text and callback");
  // VK's name for it in answers.
  if (coloured)
    checked["color"] = color->get_string() == "secondary" ? "default" : color->get_string();
  return checked;
}

bool is_wide(const json::value& button) {
  const auto& type = button.at("action").at("type").as_string();
  return type == "location" || type == "vkpay" || type == "open_app";
}

struct keyboard_size {
  std::size_t rows = 10;
  std::size_t columns = 5;
  std::size_t buttons = 40;
};

json::array checked_rows(const json::value& value, const keyboard_size& most, bool strict) {
  const auto* rows = value.if_array();
  if (rows == nullptr) keyboard_fault("buttons", "must be an array");
  if (rows->size() > most.rows)
    keyboard_fault("buttons", "must have at most " + std::to_string(most.rows) + " rows");
  json::array checked;
  std::size_t total = 0;
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const auto path = "buttons[" + std::to_string(row) + "]";
    const auto* buttons = (*rows)[row].if_array();
    if (buttons == nullptr) keyboard_fault(path, "must be an array");
    if (buttons->size() > most.columns)
      keyboard_fault(path, "must have at most " + std::to_string(most.columns) + " buttons");
    json::array line;
    for (std::size_t column = 0; column < buttons->size(); ++column)
      line.push_back(
          checked_button((*buttons)[column], path + "[" + std::to_string(column) + "]", strict));
    if (strict && line.size() > 2 && std::ranges::any_of(line, is_wide))
      keyboard_fault(path, "has more than two buttons, one of them wide");
    total += line.size();
    if (!line.empty()) checked.push_back(std::move(line));
  }
  if (total > most.buttons)
    keyboard_fault("buttons", "must have at most " + std::to_string(most.buttons) + " buttons");
  return checked;
}

json::object checked_element(const json::value& value, const std::string& path, bool strict) {
  const auto* element = value.if_object();
  if (element == nullptr) throw bad_parameter("template: " + path + " must be an object");
  json::object checked;
  for (const std::string_view name : {"title", "description", "photo_id"})
    if (member_of(*element, name) != nullptr)
      checked[name] = text_of(*element, name, path + ".", longest_element_text);
  if (!checked.contains("title") && !checked.contains("photo_id"))
    throw bad_parameter("template: " + path + " has neither title nor photo_id");
  if (const auto* action = member_of(*element, "action"); action != nullptr) {
    const auto* object = action->if_object();
    if (object == nullptr) throw bad_parameter("template: " + path + ".action must be an object");
    const auto type = text_of(*object, "type", path + ".action.", longest_label);
    checked["action"] = json::object{{"type", type}};
    if (type == "open_link")
      checked["action"].as_object()["link"] =
          text_of(*object, "link", path + ".action.", longest_link);
    else if (type != "open_photo")
      throw bad_parameter("template: " + path + ".action.type is invalid");
  }
  const auto* buttons = member_of(*element, "buttons");
  const auto* list = buttons == nullptr ? nullptr : buttons->if_array();
  if (list == nullptr || list->empty() || list->size() > 3)
    throw bad_parameter("template: " + path + ".buttons must have 1 to 3 buttons");
  json::array line;
  for (std::size_t i = 0; i < list->size(); ++i)
    line.push_back(
        checked_button((*list)[i], path + ".buttons[" + std::to_string(i) + "]", strict));
  checked["buttons"] = std::move(line);
  return checked;
}

bool has_members_of(const json::object& element, const json::object& first) {
  return element.size() == first.size() && std::ranges::all_of(first, [&](const auto& member) {
           return element.contains(member.key());
         });
}

}  // namespace

checked_keyboard check_keyboard(std::string_view text, std::int64_t author, bool strict) {
  const auto sent = parsed_object(text, "keyboard");
  checked_keyboard result;
  result.is_inline = flag_of(sent, "inline", "");
  const bool one_time = flag_of(sent, "one_time", "");
  if (result.is_inline && one_time) keyboard_fault("one_time", "does not go with inline");
  if (strict && sent.contains("inline") && sent.contains("one_time"))
    keyboard_fault("one_time", "does not go with inline");
  const auto* buttons = sent.if_contains("buttons");
  if (buttons == nullptr) keyboard_fault("buttons", "is required");
  const auto most = result.is_inline ? keyboard_size{6, 5, 10} : keyboard_size{};
  auto rows = checked_rows(*buttons, most, strict);
  result.empty = rows.empty();
  json::object shown;
  shown["one_time"] = one_time;
  shown["author_id"] = author;
  shown["inline"] = result.is_inline;
  shown["buttons"] = std::move(rows);
  result.json = json::serialize(shown);
  return result;
}

std::string check_carousel(std::string_view text, bool strict) {
  const auto sent = parsed_object(text, "template");
  const auto* type = member_of(sent, "type");
  if (type == nullptr || *type != "carousel") throw bad_parameter("template: type is invalid");
  const auto* value = member_of(sent, "elements");
  const auto* elements = value == nullptr ? nullptr : value->if_array();
  if (elements == nullptr || elements->empty() || elements->size() > most_elements)
    throw bad_parameter("template: elements must have 1 to 10 elements");
  json::array checked;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    const auto path = "elements[" + std::to_string(i) + "]";
    auto element = checked_element((*elements)[i], path, strict);
    if (i != 0 && !has_members_of(element, checked[0].as_object()))
      throw bad_parameter("template: " + path + " has other fields than the first element");
    checked.push_back(std::move(element));
  }
  json::object shown;
  shown["type"] = "carousel";
  shown["elements"] = std::move(checked);
  return json::serialize(shown);
}

std::optional<json::object> find_button(std::string_view text, std::size_t row,
                                        std::size_t column) {
  boost::system::error_code failure;
  const auto value = json::parse({text.data(), text.size()}, failure);
  const auto* shown = failure ? nullptr : value.if_object();
  if (shown == nullptr) return std::nullopt;
  const auto* elements = shown->if_contains("elements");
  const auto* rows = elements != nullptr ? elements : shown->if_contains("buttons");
  if (rows == nullptr || !rows->is_array() || row >= rows->get_array().size()) return std::nullopt;
  const auto& line = rows->get_array()[row];
  const auto& buttons = line.is_object() ? line.at("buttons").as_array() : line.as_array();
  if (column >= buttons.size()) return std::nullopt;
  return buttons[column].as_object();
}

}  // namespace vkxx::emulation::detail
