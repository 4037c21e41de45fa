#include <algorithm>
#include <utility>

#include <vkxx/bot/router.hpp>
#include <vkxx/core/exception.hpp>
#include "bot/routing/router_state.hpp"

namespace vkxx {
namespace {

[[noreturn]] void refuse_route(std::string reason) {
  throw_error(error{errc::invalid_argument, request_effect::not_sent, std::move(reason)});
}

void check_open(const detail::router_state& table) {
  if (table.frozen) refuse_route("router: handlers are added before the bot runs");
}

filter any_of(std::vector<std::string> names, filter (*make)(std::string_view)) {
  auto wanted = make(names.front());
  for (std::size_t index = 1; index < names.size(); ++index) {
    wanted = wanted || make(names[index]);
  }
  return wanted;
}

std::string label_of(detail::route_kind kind, const std::string& type) {
  switch (kind) {
    case detail::route_kind::message:
      return "message";
    case detail::route_kind::button:
      return "button";
    case detail::route_kind::event:
      return "event " + type;
    case detail::route_kind::any:
      return "any";
    case detail::route_kind::unhandled:
      break;
  }
  return "unhandled";
}

}  // namespace

namespace detail {

void freeze(router_state& table) {
  table.frozen = true;
  for (auto& entry : table.routes) {
    if (entry.child) freeze(*entry.child);
  }
}

bool contains(const router_state& table, const router_state& wanted) {
  if (&table == &wanted) return true;
  for (const auto& entry : table.routes) {
    if (entry.child && contains(*entry.child, wanted)) return true;
  }
  return false;
}

void collect_types(const router_state& table, std::set<std::string>& types) {
  for (const auto& entry : table.routes) {
    if (entry.wanted) {
      for (auto& type : entry.wanted->needed_types()) types.insert(std::move(type));
    }
    if (entry.child) {
      collect_types(*entry.child, types);
    } else if (entry.kind == route_kind::message) {
      types.insert("message_new");
    } else if (entry.kind == route_kind::button) {
      types.insert("message_event");
    } else if (entry.kind == route_kind::event && !entry.type.starts_with("vkxx:")) {
      types.insert(entry.type);
    }
  }
}

bool takes_any_type(const router_state& table) {
  return std::any_of(table.routes.begin(), table.routes.end(), [](const route& entry) {
    if (entry.child) return takes_any_type(*entry.child);
    return entry.kind == route_kind::any || entry.kind == route_kind::unhandled;
  });
}

}  // namespace detail

router::router() : state_{std::make_shared<detail::router_state>()} {}

router& router::add(detail::route_kind kind, std::string type, std::optional<filter> wanted,
                    detail::erased_handler handler) {
  check_open(*state_);
  auto label = label_of(kind, type);
  state_->routes.push_back({kind, std::move(type), std::move(wanted), std::move(handler), nullptr,
                            false, std::move(label)});
  return *this;
}

router& router::label(std::string_view kind, std::string_view name) {
  state_->routes.back().label = std::string{kind} + ' ' + std::string{name};
  return *this;
}

router& router::use(const router& other) {
  check_open(*state_);
  if (detail::contains(*other.state_, *state_)) refuse_route("router::use: it contains itself");
  state_->routes.push_back({{}, {}, std::nullopt, {}, other.state_, false, {}});
  return *this;
}

router& router::use(const filter& wanted, const router& other) {
  use(other);
  state_->routes.back().wanted = wanted;
  return *this;
}

router router::always() {
  check_open(*state_);
  if (!state_->always) {
    state_->always = std::make_shared<detail::router_state>();
    state_->routes.push_back({{}, {}, std::nullopt, {}, state_->always, true, {}});
  }
  return router{state_->always};
}

router& router::set_failure(detail::failure_function function) {
  check_open(*state_);
  if (state_->on_failure) refuse_route("router::on_failure: it is set already");
  state_->on_failure = std::move(function);
  return *this;
}

router& router::around_handler(bot_middleware middleware) {
  check_open(*state_);
  state_->around.push_back(std::move(middleware));
  return *this;
}

filter router::command_filter(std::vector<std::string> names) {
  if (names.empty()) refuse_route("router::on_command: the name of the command is missing");
  return any_of(std::move(names), &filters::command);
}

filter router::text_filter(std::vector<std::string> words) {
  return words.empty() ? filters::has_text() : filters::text_is(std::move(words));
}

}  // namespace vkxx
