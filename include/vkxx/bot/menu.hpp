/// @file
/// Menus: messages whose buttons change them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/bot/button_context.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/dialogues/steps.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include <vkxx/messages/button.hpp>
#include <vkxx/messages/outgoing.hpp>

namespace vkxx {

/// Whose menu it is, in a chat.
enum class menu_access {
  opener,     ///< of the person who opened it; the state is that person's session
  everybody,  ///< of all members; the state is the session of the conversation
};

/// What menus say by themselves, as notices of at most 90 characters (UTF-16 units):
/// `bot_talks::add` refuses longer ones. An empty one is not shown.
struct menu_texts {
  std::string outdated = "This menu has changed.";  ///< for a press on an older form of the menu
  std::string not_yours = "This is the menu of somebody else.";  ///< see `menu_access::opener`
};

namespace detail {

enum class menu_button_kind { press, open, back, link };

// The state is of the menu's own type.
using menu_press = std::function<asio::awaitable<step_move>(void*, button_context)>;

struct menu_button {
  menu_button_kind kind = menu_button_kind::press;
  std::string label;
  vkxx::color color = vkxx::color::secondary;
  std::string target;  // a page, or an address
  menu_press press;
};

// A page as it is shown now.
struct menu_view {
  outgoing message;
  std::vector<std::vector<menu_button>> rows;
};

struct menu_page_rule {
  std::string name;
  std::function<menu_view(const void*)> draw;
};

struct menu_rules {
  std::string name;
  menu_access access = menu_access::opener;
  menu_texts texts;
  std::string state_kind;
  // The state of stored bytes; of none the first state.
  std::function<result<std::shared_ptr<void>>(const std::optional<std::string>&)> read;
  std::function<std::string(const void*)> write;
  std::vector<menu_page_rule> pages;

  // Null: there is none.
  [[nodiscard]] const menu_page_rule* find(std::string_view page) const noexcept;
};

[[noreturn]] void refuse_menu(const std::string& reason);

// The function lives until its coroutine has ended.
template <class T, class Press>
[[nodiscard]] asio::awaitable<step_move> run_menu_press(std::shared_ptr<const Press> press,
                                                        T* state, button_context context) {
  const auto call = [&press, state, &context] {
    if constexpr (std::is_invocable_v<const Press&, T&, button_context>) {
      return (*press)(*state, context);
    } else {
      static_cast<void>(context);  // clang warns of captures that are not used
      return (*press)(*state);
    }
  };
  using returned = decltype(call());
  if constexpr (std::is_same_v<returned, asio::awaitable<step_move>>) {
    auto running = call();
    co_return co_await std::move(running);
  } else if constexpr (std::is_same_v<returned, asio::awaitable<void>>) {
    auto running = call();
    co_await std::move(running);
    co_return stay({});
  } else if constexpr (std::is_void_v<returned>) {
    call();
    co_return stay({});
  } else {
    static_assert(std::is_same_v<returned, step_move>,
                  "a button returns nothing or a vkxx::step_move, also as an awaitable");
    co_return call();
  }
}

}  // namespace detail

/// A page of a menu: a text and buttons in rows; see `menu`.
///
/// Thread safety: distinct objects: safe.
template <class T>
class menu_page {
 public:
  /// What is shown: a text, or a message with attachments. Its keyboard is replaced.
  explicit menu_page(outgoing message) { view_.message = std::move(message); }

  /// A button that calls `press`, which may change the state:
  ///
  /// - `void(T&)`, or `step_move(T&)`: `stay(text)` shows a notice, which is cut like that of
  ///   `button_context::snackbar`, `go_to(page)` and `back()` go on, `finish()` closes the menu,
  ///   `cancel(text)` closes it and leaves only this text,
  /// - the same with a `button_context` after the state, also as a coroutine.
  ///
  /// Then the menu is shown as it is now. A press may be handled twice, like any update: what must
  /// happen once comes by `bot_context::once`.
  template <class Press>
  menu_page& button(std::string label, Press press, vkxx::color color = vkxx::color::secondary) {
    auto kept = std::make_shared<const Press>(std::move(press));
    return add({detail::menu_button_kind::press,
                std::move(label),
                color,
                {},
                [kept](void* state, button_context context) {
                  return detail::run_menu_press<T, Press>(kept, static_cast<T*>(state),
                                                          std::move(context));
                }});
  }
  /// A button that opens another page, from which `back` returns.
  menu_page& open(std::string label, std::string page, vkxx::color color = vkxx::color::secondary) {
    return add({detail::menu_button_kind::open, std::move(label), color, std::move(page), {}});
  }
  /// A button that returns to the page before.
  menu_page& back(std::string label) {
    return add({detail::menu_button_kind::back, std::move(label), vkxx::color::secondary, {}, {}});
  }
  /// A button that opens an address of the web.
  menu_page& link(std::string label, std::string address) {
    return add({detail::menu_button_kind::link,
                std::move(label),
                vkxx::color::secondary,
                std::move(address),
                {}});
  }
  /// The next button begins a new row.
  menu_page& row() {
    if (!view_.rows.empty() && !view_.rows.back().empty()) view_.rows.emplace_back();
    return *this;
  }

  /// For `menu`.
  [[nodiscard]] detail::menu_view take() && { return std::move(view_); }

 private:
  menu_page& add(detail::menu_button some) {
    if (view_.rows.empty()) view_.rows.emplace_back();
    view_.rows.back().push_back(std::move(some));
    return *this;
  }

  detail::menu_view view_;
};

/// A menu: a message with buttons that is changed in place, with pages that open one another.
///
/// ```cpp
/// const auto shop = vkxx::menu<basket>{"shop"}
///     .page("start", [](const basket& b) {
///       vkxx::menu_page<basket> page{"Cups of tea: " + std::to_string(b.tea)};
///       page.button("One more", [](basket& some) { ++some.tea; });
///       page.row().open("Pay", "pay");
///       return page;
///     })
///     .page("pay", [](const basket& b) {
///       vkxx::menu_page<basket> page{"Pay for " + std::to_string(b.tea) + "?"};
///       page.button("Yes", [](basket& some) {
///         some = {};
///         return vkxx::cancel("Thank you!");
///       });
///       return page.back("Back");
///     });
/// bot.on_command("shop", talks.add(shop));
/// ```
///
/// `T` is the state: the session of this type (`bot_talks::session`), which other handlers see,
/// too. A page is drawn from the state alone, and again at each press. State and page are committed
/// with the update.
///
/// Buttons carry a fingerprint of what the menu shows. A press counts only while the menu would
/// show the same: the second press of two, a press on an older message, and a press after the
/// program or the state has changed get the current menu and a notice. A menu that was closed
/// begins at its first page. If the message cannot be changed any more, a new one is sent.
///
/// With lanes by person (`dispatcher_options::lanes`) a menu of `everybody` is not safe.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
template <class T>
class menu {
 public:
  /// `name` identifies it in payloads and in the store, and must not change: 1 to 50 bytes.
  explicit menu(std::string name) {
    rules_.name = std::move(name);
    rules_.state_kind = stored_traits<T>::kind();
    rules_.read = [](const std::optional<std::string>& bytes) -> result<std::shared_ptr<void>> {
      auto state = std::make_shared<T>();
      if (bytes) {
        auto stored = from_stored<T>(*bytes);
        if (!stored) return stored.error();
        *state = *std::move(stored);
      }
      return std::shared_ptr<void>{std::move(state)};
    };
    rules_.write = [](const void* state) { return to_stored(*static_cast<const T*>(state)); };
  }

  /// Adds a page; the first is where the menu begins. `draw`: `menu_page<T>(const T&)`. Throws
  /// `usage_exception` if there is a page of this name.
  template <class Draw>
  menu& page(std::string name, Draw draw) {
    static_assert(std::is_invocable_r_v<menu_page<T>, const Draw&, const T&>,
                  "a page is drawn from the state: vkxx::menu_page<T>(const T&)");
    if (rules_.find(name) != nullptr) detail::refuse_menu("there are two pages " + name);
    rules_.pages.push_back({std::move(name), [draw = std::move(draw)](const void* state) {
                              menu_page<T> drawn = draw(*static_cast<const T*>(state));
                              return std::move(drawn).take();
                            }});
    return *this;
  }
  /// Whose menu it is in a chat; `menu_access::opener` by default.
  menu& access(menu_access who) {
    rules_.access = who;
    return *this;
  }
  /// What it says by itself.
  menu& texts(menu_texts value) {
    rules_.texts = std::move(value);
    return *this;
  }

  /// For `bot_talks`.
  [[nodiscard]] const detail::menu_rules& rules() const noexcept { return rules_; }

 private:
  detail::menu_rules rules_;
};

}  // namespace vkxx
