/// @file
/// Keyboards of messages.
#pragma once

#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/messages/button.hpp>

namespace vkxx {

/// A keyboard: buttons in rows, under one message or in place of the user's own keyboard.
///
/// ```cpp
/// const auto shop = vkxx::keyboard::under_message()
///                       .callback("Tea", vkxx::payload{"buy"}.set("item", "tea"))
///                       .callback("Coffee", vkxx::payload{"buy"}.set("item", "coffee"))
///                       .row()
///                       .link("Our site", "https://example.org");
/// ```
///
/// A community needs its bot features switched on to send one. What VK would refuse does not throw:
/// it is in `problems()`, and a message with such a keyboard fails before it is sent.
/// https://dev.vk.com/api/bots/development/keyboard
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class keyboard {
 public:
  /// Belongs to its message: up to 6 rows of 5 buttons, 10 in all.
  [[nodiscard]] static keyboard under_message();
  /// Stands in place of the user's keyboard until another one comes: up to 10 rows of 5 buttons, 40
  /// in all.
  [[nodiscard]] static keyboard persistent();
  /// Takes a persistent keyboard away.
  [[nodiscard]] static keyboard none();

  /// Disappears after a press. For persistent keyboards.
  keyboard& one_time();
  /// Adds a button to the current row.
  keyboard& add(button added);
  /// @name A button in the current row; see `button`
  /// @{
  /// Sends a message with the label as its text.
  keyboard& text(std::string_view label, vkxx::payload payload = vkxx::payload{},
                 vkxx::color color = vkxx::color::secondary);
  keyboard& text(std::string_view label, vkxx::color color) {
    return text(label, vkxx::payload{}, color);
  }
  /// Sends an event to the program.
  keyboard& callback(std::string_view label, vkxx::payload payload = vkxx::payload{},
                     vkxx::color color = vkxx::color::secondary);
  /// Opens a page.
  keyboard& link(std::string_view label, std::string_view address,
                 vkxx::payload payload = vkxx::payload{});
  /// Asks for the place of the user.
  keyboard& location(vkxx::payload payload = vkxx::payload{});
  /// Opens a payment.
  keyboard& vk_pay(std::string_view hash, vkxx::payload payload = vkxx::payload{});
  /// Opens a mini app.
  keyboard& open_app(std::string_view label, app_id app, owner_id owner = owner_id{},
                     std::string_view hash = {}, vkxx::payload payload = vkxx::payload{});
  /// @}
  /// The following buttons begin a new row. Without effect in an empty row.
  keyboard& row();

  /// Adds rows of `columns` buttons, beginning with a new row. The items are labels, buttons, or
  /// pairs of a label and a payload; labels become text buttons. The next button begins a new row.
  template <std::ranges::input_range Items>
  keyboard& grid(const Items& items, std::size_t columns) {
    return grid(items, columns, [](const auto& item) { return button_of(item); });
  }
  /// The same for items of any type; `make` returns the button of one.
  template <std::ranges::input_range Items, class Make>
  keyboard& grid(const Items& items, std::size_t columns, Make make) {
    row();
    std::size_t count = 0;
    for (const auto& item : items) {
      if (count != 0 && columns != 0 && count % columns == 0) row();
      add(make(item));
      ++count;
    }
    return row();
  }

  /// Whether it belongs to its message.
  [[nodiscard]] bool is_under_message() const noexcept { return under_message_; }
  /// Whether it disappears after a press.
  [[nodiscard]] bool is_one_time() const noexcept { return one_time_; }
  /// Whether it has no buttons.
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  /// The rows that have buttons.
  [[nodiscard]] const std::vector<std::vector<button>>& rows() const noexcept { return rows_; }
  /// As JSON text, in VK's form: the value of the parameter `keyboard`.
  [[nodiscard]] std::string to_json() const;
  /// What VK would refuse, in words that name the button; empty: nothing. Labels are counted in
  /// UTF-16 units: an emoji counts as two characters.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  keyboard() = default;

  template <class Item>
  [[nodiscard]] static button button_of(const Item& item) {
    if constexpr (std::convertible_to<const Item&, button>) {
      return item;
    } else if constexpr (std::convertible_to<const Item&, std::string_view>) {
      return button::text(std::string_view{item});
    } else {
      return button::text(item.first, item.second);
    }
  }

  std::vector<std::vector<button>> rows_;
  bool under_message_ = false;
  bool one_time_ = false;
  bool new_row_ = true;
};

}  // namespace vkxx
