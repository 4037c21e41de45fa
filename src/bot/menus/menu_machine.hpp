// Decides what a press on a menu means, and what the menu shows.
#pragma once

#include <boost/describe/class.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot/menu.hpp>
#include <vkxx/messages/payload.hpp>

namespace vkxx::detail {

inline constexpr std::string_view menu_slug = "vkxx:menu";
inline constexpr std::size_t longest_menu_name = 50;

// Where a menu is: the pages that are open, the last one is shown; and how it was closed last. The
// buttons of a closed menu are gone, but a second press of them may be on its way.
struct menu_place {
  static constexpr std::string_view kind = "menu";
  std::vector<std::string> pages;
  std::optional<std::string> closed_at = {};        // the fingerprint of what was shown
  std::optional<std::int64_t> closed_message = {};  // its number, if it is known
  [[nodiscard]] friend bool operator==(const menu_place&, const menu_place&) = default;
};
BOOST_DESCRIBE_STRUCT(menu_place, (), (pages, closed_at, closed_message))

// What the payload of a button says.
struct menu_ticket {
  std::string menu;
  user_id opener;
  std::size_t button = 0;  // row by row
  std::string fingerprint;
};

// Nothing: it is none of a menu.
[[nodiscard]] std::optional<menu_ticket> read_ticket(const payload& carried);

class menu_machine {
 public:
  // The pages that the program does not have any more are left out; at least the first is open.
  // Precondition: there is a page.
  menu_machine(const menu_rules& rules, menu_place place);

  // The page that is shown.
  [[nodiscard]] const menu_page_rule& page() const;
  [[nodiscard]] const menu_place& place() const noexcept { return place_; }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  // Whether a press is one of a menu that was closed: of the message that was closed, or, if
  // numbers are not known, of what it showed.
  [[nodiscard]] bool is_of_closed(const menu_ticket& ticket, std::optional<cmid> message) const;
  // What is remembered of the menu that the last move has closed.
  void remember_closed(const menu_ticket& ticket, std::optional<cmid> message);

  // Of what a person sees.
  [[nodiscard]] std::string fingerprint(const menu_view& view) const;
  // The message, with buttons that carry the fingerprint.
  [[nodiscard]] outgoing message(const menu_view& view, user_id opener) const;
  // The button that was pressed; null: the person saw another form of the menu.
  [[nodiscard]] const menu_button* pressed(const menu_view& view, const menu_ticket& ticket) const;
  // Goes on as the function of a button decided. A page that does not exist: `refuse_menu`.
  void move(const step_move& move);
  // As above, for buttons without a function.
  void move(const menu_button& button);

 private:
  void open(const std::string& page);
  void back();

  const menu_rules& rules_;
  menu_place place_;
  bool closed_ = false;
};

}  // namespace vkxx::detail
