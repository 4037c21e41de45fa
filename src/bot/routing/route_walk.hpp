// Finds the handler of an update, and runs it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/bot/bot_handler.hpp>
#include "bot/routing/router_state.hpp"

namespace vkxx::detail {

enum class route_phase { always, ordinary, unhandled };

// Whether a handler may be there for the phase; without one there is nothing to walk.
[[nodiscard]] bool has_routes(const router_state& table, route_phase phase) noexcept;

// Whether a handler took the update. Failures pass the `on_failure` of the routers on their way;
// what these do not settle is thrown.
[[nodiscard]] asio::awaitable<bool> walk_routes(std::shared_ptr<const router_state> table,
                                                bot_context context, route_phase phase);

// Runs `last` inside of the middlewares, which must outlive it.
[[nodiscard]] asio::awaitable<void> run_inside(std::vector<const bot_middleware*> around,
                                               bot_context context, middleware_next last);

// The failure as an error, without texts of people.
[[nodiscard]] error failure_of(const std::exception_ptr& failure);

// `on_failure` of the router; rethrows unless it settles the failure. Rethrows cancellation at
// once.
[[nodiscard]] asio::awaitable<void> settle_failure(std::shared_ptr<const router_state> table,
                                                   bot_context context, std::exception_ptr failure);

}  // namespace vkxx::detail
