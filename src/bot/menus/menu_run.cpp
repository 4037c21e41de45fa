#include "bot/menus/menu_run.hpp"

#include <string>
#include <utility>

#include <vkxx/dialogues/sessions.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include "bot/contexts/answers.hpp"

namespace vkxx::detail {
namespace {

// What is stored of a menu, while an update is handled.
struct stored_menu {
  conversation_key owner;
  std::string state_key;
  std::optional<std::string> state_stored;
  std::string state_bytes;
  std::shared_ptr<void> state;
  std::string place_key;
  menu_place place;
};

conversation_key owner_of(const menu_rules& rules, const bot_context& context, user_id opener) {
  const auto community = conversation_of(context.update());
  return {community ? community->group : context.community(), context.peer(),
          rules.access == menu_access::everybody ? user_id{} : opener};
}

session_scope scope_of(const menu_rules& rules) {
  return rules.access == menu_access::everybody ? session_scope::conversation
                                                : session_scope::person;
}

asio::awaitable<std::optional<std::string>> read_bytes(update_context unit, std::string key) {
  auto reading = unit.read(std::move(key));
  auto read = co_await std::move(reading);
  co_return std::move(read).value();
}

// What cannot be read begins again.
asio::awaitable<stored_menu> read_menu(std::shared_ptr<const menu_rules> rules, bot_context context,
                                       user_id opener, menu_notice on_notice) {
  const auto& unit = context.unit();
  stored_menu stored;
  stored.owner = owner_of(*rules, context, opener);
  stored.state_key = session_key(rules->state_kind, stored.owner, scope_of(*rules));
  stored.place_key = session_key("menu/" + rules->name, stored.owner, scope_of(*rules));
  auto reading_state = read_bytes(unit, stored.state_key);
  stored.state_stored = co_await std::move(reading_state);
  auto state = rules->read(stored.state_stored);
  if (!state) {
    set_aside(unit, stored.state_key, *stored.state_stored, state.error(), on_notice);
    state = rules->read(std::nullopt);
  } else {
    stored.state_bytes = stored.state_stored ? *stored.state_stored : rules->write(state->get());
  }
  stored.state = std::move(state).value();
  auto reading_place = read_bytes(unit, stored.place_key);
  const auto place_bytes = co_await std::move(reading_place);
  if (!place_bytes) co_return stored;
  auto place = from_stored<menu_place>(*place_bytes);
  if (place) {
    stored.place = *std::move(place);
  } else {
    set_aside(unit, stored.place_key, *place_bytes, place.error(), on_notice);
  }
  co_return stored;
}

void write_menu(const menu_rules& rules, const bot_context& context, const stored_menu& stored,
                const menu_machine& machine) {
  const auto& unit = context.unit();
  auto bytes = rules.write(stored.state.get());
  if (bytes != stored.state_bytes)
    unit.replace(stored.state_key, stored.state_stored, std::move(bytes));
  unit.write(stored.place_key, to_stored(machine.place()));
}

asio::awaitable<void> change_message(button_context context, outgoing message) {
  auto editing = context.edit(std::move(message));
  static_cast<void>(co_await std::move(editing));
}

asio::awaitable<void> show_notice(button_context context, std::string text) {
  if (text.empty() || context.answered()) co_return;
  auto showing = context.snackbar(std::move(text));
  co_await std::move(showing);
}

// What a person sees of a menu that was closed.
outgoing last_message(const menu_view& before, const step_move& move) {
  if (!move.text().empty()) return outgoing{move.text()};
  return before.message;
}

asio::awaitable<step_move> decide(const menu_button* button, std::shared_ptr<void> state,
                                  button_context context) {
  if (!button->press) co_return stay({});
  auto pressing = button->press(state.get(), std::move(context));
  co_return co_await std::move(pressing);
}

}  // namespace

asio::awaitable<void> open_menu(std::shared_ptr<const menu_rules> rules, bot_context context,
                                menu_notice on_notice) {
  const user_id opener{context.from().value()};
  auto reading = read_menu(rules, context, opener, std::move(on_notice));
  const auto stored = co_await std::move(reading);
  const menu_machine machine{*rules, {}};
  const auto view = machine.page().draw(stored.state.get());
  auto sending = send_in_run(context, machine.message(view, opener));
  static_cast<void>(co_await std::move(sending));
  write_menu(*rules, context, stored, machine);
}

asio::awaitable<void> press_menu(std::shared_ptr<const menu_rules> rules, button_context context,
                                 menu_ticket ticket, menu_notice on_notice) {
  if (rules->access == menu_access::opener && context.from() != owner_id{ticket.opener}) {
    auto showing = show_notice(context, rules->texts.not_yours);
    co_await std::move(showing);
    co_return;
  }
  auto reading = read_menu(rules, context, ticket.opener, std::move(on_notice));
  const auto stored = co_await std::move(reading);
  menu_machine machine{*rules, stored.place};
  const bool closed = machine.is_of_closed(ticket, context.number());
  if (closed && !context.by_message()) {
    // What its last button left stays.
    auto showing = show_notice(context, rules->texts.outdated);
    co_await std::move(showing);
    co_return;
  }
  const auto before = machine.page().draw(stored.state.get());
  const auto* const button = closed ? nullptr : machine.pressed(before, ticket);
  if (button == nullptr) {
    auto changing = change_message(context, machine.message(before, ticket.opener));
    co_await std::move(changing);
    write_menu(*rules, context, stored, machine);
    auto showing = show_notice(context, rules->texts.outdated);
    co_await std::move(showing);
    co_return;
  }
  auto deciding = decide(button, stored.state, context);
  const auto move = co_await std::move(deciding);
  machine.move(*button);
  machine.move(move);
  if (machine.closed()) machine.remember_closed(ticket, context.number());
  write_menu(*rules, context, stored, machine);
  if (machine.closed()) {
    auto changing = change_message(context, last_message(before, move));
    co_await std::move(changing);
    co_return;
  }
  const auto after = machine.page().draw(stored.state.get());
  if (machine.fingerprint(after) != ticket.fingerprint || context.by_message()) {
    auto changing = change_message(context, machine.message(after, ticket.opener));
    co_await std::move(changing);
  }
  if (move.kind() != step_move::kind_type::stay) co_return;
  auto showing = show_notice(context, move.text());
  co_await std::move(showing);
}

}  // namespace vkxx::detail
