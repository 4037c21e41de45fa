#include <vkxx/messages/carousel.hpp>

#include <utility>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/utf8.hpp>
#include <vkxx/messages/rich_text.hpp>

namespace vkxx {
namespace {

constexpr std::size_t longest_element_text = 80;
constexpr std::size_t most_element_buttons = 3;
constexpr std::size_t most_elements = 10;

void check_element_text(std::string_view name, const std::string& text,
                        std::vector<std::string>& found) {
  if (!is_utf8(text)) found.push_back("the " + std::string{name} + " is not UTF-8");
  if (const auto length = vk_length(text); length > longest_element_text) {
    found.push_back("the " + std::string{name} + " has " + std::to_string(length) +
                    " characters; VK takes " + std::to_string(longest_element_text));
  }
}

// `-1_2`: two numbers, without the type and the access key.
bool is_photo_id(std::string_view id) {
  const auto middle = id.find('_');
  const auto owner = id.substr(0, middle);
  const auto number = middle == std::string_view::npos ? std::string_view{} : id.substr(middle + 1);
  constexpr std::string_view digits = "0123456789";
  const auto bare = owner.starts_with('-') ? owner.substr(1) : owner;
  return !bare.empty() && !number.empty() &&
         bare.find_first_not_of(digits) == std::string_view::npos &&
         number.find_first_not_of(digits) == std::string_view::npos;
}

std::string difference_of(const carousel_element& element, const carousel_element& first) {
  if (element.title().empty() != first.title().empty()) return "only one has a title";
  if (element.description().empty() != first.description().empty())
    return "only one has a description";
  if (element.photo().empty() != first.photo().empty()) return "only one has a photo";
  if (element.has_action() != first.has_action()) return "only one has an action";
  if (element.buttons().size() != first.buttons().size()) return "the number of buttons";
  return {};
}

}  // namespace

carousel_element::carousel_element(std::string_view title, std::string_view description)
    : title_{title}, description_{description} {}

carousel_element& carousel_element::photo(std::string_view id) {
  if (id.starts_with("photo")) {
    id.remove_prefix(5);
    const auto owner_end = id.find('_');
    const auto key = owner_end == std::string_view::npos ? owner_end : id.find('_', owner_end + 1);
    id = id.substr(0, key);
  }
  photo_ = id;
  return *this;
}

carousel_element& carousel_element::add(button added) {
  buttons_.push_back(std::move(added));
  return *this;
}

carousel_element& carousel_element::open_link(std::string_view address) {
  address_ = address;
  opens_photo_ = false;
  return *this;
}

carousel_element& carousel_element::open_photo() {
  address_.clear();
  opens_photo_ = true;
  return *this;
}

std::string carousel_element::to_json() const {
  std::string json = "{";
  const auto add_member = [&json](std::string_view name, const std::string& value) {
    if (json.size() > 1) json += ',';
    json += json_text(name) + ':' + value;
  };
  if (!title_.empty()) add_member("title", json_text(title_));
  if (!description_.empty()) add_member("description", json_text(description_));
  if (!photo_.empty()) add_member("photo_id", json_text(photo_));
  if (opens_photo_) add_member("action", R"({"type":"open_photo"})");
  if (!address_.empty())
    add_member("action", R"({"type":"open_link","link":)" + json_text(address_) + "}");
  std::string list;
  for (const auto& shown : buttons_) {
    if (!list.empty()) list += ',';
    list += shown.to_json();
  }
  add_member("buttons", '[' + list + ']');
  return json + '}';
}

std::vector<std::string> carousel_element::problems() const {
  std::vector<std::string> found;
  if (title_.empty() && photo_.empty()) found.emplace_back("it has neither a title nor a photo");
  check_element_text("title", title_, found);
  check_element_text("description", description_, found);
  if (!photo_.empty() && !is_photo_id(photo_))
    found.push_back("the photo " + json_text(photo_) + " is no id such as -1_2");
  if (opens_photo_ && photo_.empty())
    found.emplace_back("a press opens its photo, but it has none");
  if (!address_.empty() && !address_.starts_with("https://") && !address_.starts_with("http://"))
    found.emplace_back("the address has to begin with https:// or http://");
  if (buttons_.empty() || buttons_.size() > most_element_buttons) {
    found.push_back("it has " + std::to_string(buttons_.size()) + " buttons; VK takes 1 to " +
                    std::to_string(most_element_buttons));
  }
  for (const auto& shown : buttons_) {
    for (auto& problem : shown.problems()) found.push_back(std::move(problem));
  }
  return found;
}

carousel& carousel::add(carousel_element element) {
  elements_.push_back(std::move(element));
  return *this;
}

std::string carousel::to_json() const {
  std::string list;
  for (const auto& element : elements_) {
    if (!list.empty()) list += ',';
    list += element.to_json();
  }
  return R"({"type":"carousel","elements":[)" + list + "]}";
}

std::vector<std::string> carousel::problems() const {
  std::vector<std::string> found;
  if (elements_.empty() || elements_.size() > most_elements) {
    found.push_back("carousel: it has " + std::to_string(elements_.size()) +
                    " cards; VK takes 1 to " + std::to_string(most_elements));
  }
  for (std::size_t index = 0; index < elements_.size(); ++index) {
    const auto& element = elements_[index];
    const auto name = "carousel, card " + std::to_string(index + 1) +
                      (element.title().empty() ? "" : " (" + json_text(element.title()) + ")");
    for (const auto& problem : element.problems()) found.push_back(name + ": " + problem);
    if (const auto part = difference_of(element, elements_.front()); !part.empty()) {
      found.push_back(
          name + ": it differs from the first card, and VK wants the same parts in all: " + part);
    }
  }
  return found;
}

}  // namespace vkxx
