// The handlers of a router.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <vkxx/bot/filter.hpp>
#include <vkxx/bot/router.hpp>

namespace vkxx::detail {

// A handler, or a router in a router.
struct route {
  route_kind kind = route_kind::any;
  std::string type;  // of `event`
  std::optional<filter> wanted;
  erased_handler handler;
  std::shared_ptr<router_state> child;
  bool always = false;  // of a child
  std::string label;    // what it is for, in metrics
};

struct router_state {
  std::vector<route> routes;
  std::shared_ptr<router_state> always;  // the child of `router::always`
  failure_function on_failure;
  std::vector<bot_middleware> around;
  bool frozen = false;
};

// No handler can be added any more.
void freeze(router_state& table);
// Whether `wanted` is the router, or in it.
[[nodiscard]] bool contains(const router_state& table, const router_state& wanted);
// The types of VK's updates that handlers need.
void collect_types(const router_state& table, std::set<std::string>& types);
// Whether some handler takes updates of any type.
[[nodiscard]] bool takes_any_type(const router_state& table);

}  // namespace vkxx::detail
