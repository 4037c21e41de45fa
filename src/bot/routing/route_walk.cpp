#include "bot/routing/route_walk.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "bot/contexts/bot_run.hpp"
#include "core/errors/log_text.hpp"

namespace vkxx::detail {
namespace {

// Where in the tree of routers the walk is.
struct route_place {
  std::shared_ptr<const router_state> table;
  std::vector<const bot_middleware*> around;  // of the routers down to here
  vkxx::captures found;                       // by the filters down to here
  bool always = false;
};

bool is_for(const route& entry, const bot_run& run) {
  switch (entry.kind) {
    case route_kind::message:
      return run.message && !run.only_buttons;
    case route_kind::button:
      return run.press || (run.message && !run.message->payload().slug().empty());
    case route_kind::event:
      return run.received.type() == entry.type && !run.only_buttons;
    case route_kind::any:
    case route_kind::unhandled:
      break;
  }
  return !run.only_buttons;
}

bool is_in_phase(const route& entry, bool always, route_phase phase) {
  if (phase == route_phase::unhandled) return entry.kind == route_kind::unhandled;
  return entry.kind != route_kind::unhandled && always == (phase == route_phase::always);
}

// Nothing: the filter has to wait.
std::optional<bool> is_wanted_at_once(const route& entry, const bot_context& context) {
  if (!entry.wanted) return true;
  if (entry.wanted->immediate()) return entry.wanted->test(context);
  return std::nullopt;
}

asio::awaitable<bool> walk(route_place place, bot_context context, route_phase phase);

asio::awaitable<bool> walk_guarded(route_place place, bot_context context, route_phase phase) {
  std::exception_ptr failure;
  try {
    auto walking = walk(place, context, phase);
    co_return co_await std::move(walking);
  } catch (...) {
    failure = std::current_exception();
  }
  auto settling = settle_failure(place.table, context, failure);
  co_await std::move(settling);
  co_return true;
}

// Whether the handler took it.
asio::awaitable<bool> run_route(const route& entry, const route_place& place, bot_context context) {
  context.run().passed = false;
  context.run().route = entry.label;
  const auto& handler = entry.handler;
  if (place.around.empty()) {
    auto handling = handler(context);
    co_await std::move(handling);
    co_return !context.run().passed;
  }
  middleware_next last = [&handler, context] { return handler(context); };
  auto running = run_inside(place.around, context, std::move(last));
  co_await std::move(running);
  co_return !context.run().passed;
}

asio::awaitable<bool> walk(route_place place, bot_context context, route_phase phase) {
  for (const auto& middleware : place.table->around) place.around.push_back(&middleware);
  auto& run = context.run();
  for (const auto& entry : place.table->routes) {
    if (!entry.child && (!is_in_phase(entry, place.always, phase) || !is_for(entry, run))) continue;
    run.found = place.found;
    auto wanted = is_wanted_at_once(entry, context);
    if (!wanted) {
      auto deciding = entry.wanted->decide(context);
      wanted = co_await std::move(deciding);
    }
    if (!*wanted) continue;
    if (!entry.child) {
      auto running = run_route(entry, place, context);
      if (co_await std::move(running)) co_return true;
      continue;
    }
    route_place inner{entry.child, place.around, run.found, place.always || entry.always};
    auto walking = walk_guarded(std::move(inner), context, phase);
    if (co_await std::move(walking)) co_return true;
  }
  co_return false;
}

asio::awaitable<void> run_from(std::vector<const bot_middleware*> around, std::size_t index,
                               bot_context context, middleware_next last) {
  if (index == around.size()) {
    auto running = last();
    co_await std::move(running);
    co_return;
  }
  const auto& middleware = *around[index];
  middleware_next next = [around, index, context, last] {
    return run_from(around, index + 1, context, last);
  };
  auto running = middleware(context, std::move(next));
  co_await std::move(running);
}

}  // namespace

bool has_routes(const router_state& table, route_phase phase) noexcept {
  return std::any_of(table.routes.begin(), table.routes.end(), [phase](const route& entry) {
    return entry.child || is_in_phase(entry, false, phase);
  });
}

asio::awaitable<bool> walk_routes(std::shared_ptr<const router_state> table, bot_context context,
                                  route_phase phase) {
  route_place root{std::move(table), {}, {}, false};
  return walk_guarded(std::move(root), std::move(context), phase);
}

asio::awaitable<void> run_inside(std::vector<const bot_middleware*> around, bot_context context,
                                 middleware_next last) {
  return run_from(std::move(around), 0, std::move(context), std::move(last));
}

error failure_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const exception& known) {
    return known.error();
  } catch (const boost::system::system_error& known) {
    return error{errc::handler_failed, request_effect::unknown,
                 "the handler failed (" + known.code().message() + ")"};
  } catch (...) {
    // What other exceptions say may be a text of a user.
    return error{errc::handler_failed, request_effect::unknown,
                 "the handler threw " + type_name(failure)};
  }
}

asio::awaitable<void> settle_failure(std::shared_ptr<const router_state> table, bot_context context,
                                     std::exception_ptr failure) {
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  const bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
  if (cancelled || !table->on_failure) std::rethrow_exception(failure);
  std::exception_ptr another;
  try {
    auto asking = table->on_failure(context, failure_of(failure));
    if (co_await std::move(asking) == failure_action::handled) co_return;
  } catch (...) {
    another = std::current_exception();
  }
  const auto now = co_await asio::this_coro::cancellation_state;
  if (another && now.cancelled() != asio::cancellation_type::none) std::rethrow_exception(another);
  // Often for the same reason. The first one is what the update failed by.
  if (another) {
    context.run().environment->log.write(
        log_level::error, "bot: on_failure failed, lane=" + context.unit().lane() + ' ' +
                              text_for_log(failure_of(another)));
  }
  std::rethrow_exception(failure);
}

}  // namespace vkxx::detail
