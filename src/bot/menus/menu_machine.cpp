#include "bot/menus/menu_machine.hpp"

#include <algorithm>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/messages/keyboard.hpp>
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t fingerprint_digits = 12;
constexpr std::size_t most_pages = 50;

void add_part(std::string& all, std::string_view part) {
  all += std::to_string(part.size()) + ":";
  all += part;
}

}  // namespace

const menu_page_rule* menu_rules::find(std::string_view page) const noexcept {
  const auto found = std::ranges::find(pages, page, &menu_page_rule::name);
  return found != pages.end() ? &*found : nullptr;
}

void refuse_menu(const std::string& reason) {
  throw usage_exception{error{errc::invalid_argument, request_effect::not_sent, "menu: " + reason}};
}

std::optional<menu_ticket> read_ticket(const payload& carried) {
  if (carried.slug() != menu_slug) return std::nullopt;
  const auto button = carried.number("b");
  const auto opener = carried.id<user_id>("o");
  if (!button || *button < 0 || !opener) return std::nullopt;
  return menu_ticket{carried.text("m"), *opener, static_cast<std::size_t>(*button),
                     carried.text("f")};
}

menu_machine::menu_machine(const menu_rules& rules, menu_place place)
    : rules_{rules}, place_{std::move(place)} {
  std::erase_if(place_.pages,
                [&](const std::string& page) { return rules_.find(page) == nullptr; });
  if (place_.pages.empty()) place_.pages.push_back(rules_.pages.front().name);
}

const menu_page_rule& menu_machine::page() const {
  return *rules_.find(place_.pages.back());
}

// The way to the page belongs to it: it is what `back` does.
std::string menu_machine::fingerprint(const menu_view& view) const {
  std::string all;
  for (const auto& page : place_.pages) add_part(all, page);
  add_part(all, view.message.text().text());
  for (const auto& row : view.rows) {
    all += '\n';
    for (const auto& some : row) {
      add_part(all, some.label);
      add_part(all, some.target);
      all += std::to_string(static_cast<int>(some.kind));
    }
  }
  return to_hex(sha256(all)).substr(0, fingerprint_digits);
}

outgoing menu_machine::message(const menu_view& view, user_id opener) const {
  const auto seen = fingerprint(view);
  auto keys = keyboard::under_message();
  std::size_t number = 0;
  for (const auto& row : view.rows) {
    for (const auto& some : row) {
      const auto carried = payload{menu_slug}
                               .set("m", rules_.name)
                               .set("o", opener)
                               .set("b", static_cast<std::int64_t>(number++))
                               .set("f", seen);
      if (some.kind == menu_button_kind::link) {
        keys.link(some.label, some.target);
      } else {
        keys.callback(some.label, carried, some.color);
      }
    }
    keys.row();
  }
  auto shown = view.message;
  if (number != 0) shown.keyboard(std::move(keys));
  return shown;
}

const menu_button* menu_machine::pressed(const menu_view& view, const menu_ticket& ticket) const {
  if (ticket.fingerprint != fingerprint(view)) return nullptr;
  auto left = ticket.button;
  for (const auto& row : view.rows) {
    if (left < row.size()) return &row[left];
    left -= row.size();
  }
  return nullptr;
}

bool menu_machine::is_of_closed(const menu_ticket& ticket, std::optional<cmid> message) const {
  if (message && place_.closed_message) return *place_.closed_message == message->value();
  return place_.closed_at == ticket.fingerprint;
}

void menu_machine::remember_closed(const menu_ticket& ticket, std::optional<cmid> message) {
  place_ = menu_place{{}, ticket.fingerprint, std::nullopt};
  if (message) place_.closed_message = message->value();
}

void menu_machine::open(const std::string& page) {
  if (rules_.find(page) == nullptr) {
    refuse_menu("the menu " + rules_.name + " has no page " + page);
  }
  // Pages that open one another in a circle.
  if (place_.pages.size() >= most_pages) place_.pages.erase(place_.pages.begin() + 1);
  if (place_.pages.back() != page) place_.pages.push_back(page);
}

void menu_machine::back() {
  if (place_.pages.size() > 1) place_.pages.pop_back();
}

void menu_machine::move(const step_move& move) {
  switch (move.kind()) {
    case step_move::kind_type::go_to:
      open(move.text());
      break;
    case step_move::kind_type::back:
      back();
      break;
    case step_move::kind_type::finish:
    case step_move::kind_type::cancel:
      closed_ = true;
      break;
    case step_move::kind_type::stay:
      break;
  }
}

void menu_machine::move(const menu_button& button) {
  if (button.kind == menu_button_kind::open) open(button.target);
  if (button.kind == menu_button_kind::back) back();
}

}  // namespace vkxx::detail
