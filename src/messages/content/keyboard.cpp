#include <vkxx/messages/keyboard.hpp>

#include <algorithm>
#include <utility>

namespace vkxx {
namespace {

constexpr std::size_t longest_row = 5;
constexpr std::size_t longest_wide_row = 2;

bool is_wide(const button& shown) {
  return shown.kind() == button_kind::location || shown.kind() == button_kind::vk_pay ||
         shown.kind() == button_kind::open_app;
}

std::string first_label(const std::vector<button>& buttons) {
  const auto& first = buttons.front();
  return first.label().empty() ? std::string{to_string(first.kind())} : "\"" + first.label() + "\"";
}

void add_row_problems(const std::vector<button>& buttons, std::size_t number,
                      std::vector<std::string>& found) {
  const auto place =
      "row " + std::to_string(number) + " (it begins with " + first_label(buttons) + ")";
  if (buttons.size() > longest_row) {
    found.push_back(place + ": it has " + std::to_string(buttons.size()) +
                    " buttons; VK takes 5 in a row");
  } else if (buttons.size() > longest_wide_row &&
             std::any_of(buttons.begin(), buttons.end(), is_wide)) {
    found.push_back(place +
                    ": a location, vk_pay or open_app button is wide; VK takes 2 buttons in its "
                    "row");
  }
  for (const auto& shown : buttons) {
    for (const auto& problem : shown.problems())
      found.push_back(problem + " (row " + std::to_string(number) + ")");
  }
}

}  // namespace

keyboard keyboard::under_message() {
  keyboard shown;
  shown.under_message_ = true;
  return shown;
}

keyboard keyboard::persistent() {
  return keyboard{};
}
keyboard keyboard::none() {
  return keyboard{};
}

keyboard& keyboard::one_time() {
  one_time_ = true;
  return *this;
}

keyboard& keyboard::add(button added) {
  if (new_row_) rows_.emplace_back();
  new_row_ = false;
  rows_.back().push_back(std::move(added));
  return *this;
}

keyboard& keyboard::text(std::string_view label, vkxx::payload payload, vkxx::color color) {
  return add(button::text(label, std::move(payload), color));
}
keyboard& keyboard::callback(std::string_view label, vkxx::payload payload, vkxx::color color) {
  return add(button::callback(label, std::move(payload), color));
}
keyboard& keyboard::link(std::string_view label, std::string_view address, vkxx::payload payload) {
  return add(button::link(label, address, std::move(payload)));
}
keyboard& keyboard::location(vkxx::payload payload) {
  return add(button::location(std::move(payload)));
}
keyboard& keyboard::vk_pay(std::string_view hash, vkxx::payload payload) {
  return add(button::vk_pay(hash, std::move(payload)));
}
keyboard& keyboard::open_app(std::string_view label, app_id app, owner_id owner,
                             std::string_view hash, vkxx::payload payload) {
  return add(button::open_app(label, app, owner, hash, std::move(payload)));
}

keyboard& keyboard::row() {
  new_row_ = true;
  return *this;
}

std::string keyboard::to_json() const {
  std::string json = under_message_ ? R"({"inline":true)"
                     : one_time_    ? R"({"one_time":true)"
                                    : R"({"one_time":false)";
  // VK takes the two only apart; what is wrong is in `problems`.
  if (under_message_ && one_time_) json += R"(,"one_time":true)";
  json += R"(,"buttons":[)";
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    json += row == 0 ? "[" : ",[";
    for (std::size_t column = 0; column < rows_[row].size(); ++column) {
      if (column != 0) json += ',';
      json += rows_[row][column].to_json();
    }
    json += ']';
  }
  return json + "]}";
}

std::vector<std::string> keyboard::problems() const {
  std::vector<std::string> found;
  const std::size_t most_rows = under_message_ ? 6 : 10;
  const std::size_t most_buttons = under_message_ ? 10 : 40;
  const std::string name = under_message_ ? "keyboard under a message" : "persistent keyboard";
  if (under_message_ && one_time_) found.push_back(name + ": one_time is for persistent keyboards");
  if (under_message_ && rows_.empty()) found.push_back(name + ": it has no buttons");
  if (rows_.size() > most_rows) {
    found.push_back(name + ": it has " + std::to_string(rows_.size()) + " rows; VK takes " +
                    std::to_string(most_rows));
  }
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    count += rows_[row].size();
    add_row_problems(rows_[row], row + 1, found);
  }
  if (count > most_buttons) {
    found.push_back(name + ": it has " + std::to_string(count) + " buttons; VK takes " +
                    std::to_string(most_buttons));
  }
  return found;
}

}  // namespace vkxx
