// An event, what led to it, and what it led to.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <utility>

#include "emulator/control/control_reply.hpp"
#include "emulator/control/feed/feed_json.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr int longest_chain = 100;
constexpr std::size_t most_links = 1000;

// An event or a request by its number.
struct chain_link {
  bool is_event = true;
  std::uint64_t number = 0;
  [[nodiscard]] auto operator<=>(const chain_link&) const noexcept = default;
};

chain_link cause_of(const world_event& event) {
  if (event.cause.kind == cause_kind::event) return {true, event.cause.number};
  if (event.cause.kind == cause_kind::request) return {false, event.cause.number};
  return {};
}

// The first event or request of all that led to the event.
chain_link root_of(const world& state, const request_causes& causes, std::uint64_t number) {
  chain_link root{true, number};
  for (int step = 0; step < longest_chain; ++step) {
    const auto* event = root.is_event ? state.events().find(root.number) : nullptr;
    const auto next = event != nullptr
                          ? cause_of(*event)
                          : chain_link{true, root.is_event ? 0 : causes.find(root.number)};
    // A cause is older; anything else would not end.
    if (next.number == 0 || (next.is_event && state.events().find(next.number) == nullptr)) break;
    root = next;
  }
  return root;
}

}  // namespace

answer service::control_chain(std::string_view name) const {
  const auto number = whole_number(name);
  std::unique_lock lock{mutex_};
  const auto& state = stage_->state;
  const auto& causes = stage_->causes;
  const auto* event =
      number && *number > 0 ? state.events().find(static_cast<std::uint64_t>(*number)) : nullptr;
  if (event == nullptr) return complaint(404, "there is no event with this number, or no longer");
  const auto root = root_of(state, causes, event->number);
  std::set<chain_link> links{root};
  json::array chain;
  const auto add_request = [&](std::uint64_t request, std::uint64_t cause) {
    json::object shown{{"request", request}};
    if (cause != 0) shown["cause"] = json::object{{"event", cause}};
    chain.push_back(std::move(shown));
  };
  if (!root.is_event) add_request(root.number, 0);
  // Effects have higher numbers than their causes.
  const auto first = root.is_event ? root.number - 1 : 0;
  for (const auto& each : state.events().since(first)) {
    if (chain.size() >= most_links) break;
    const bool is_root = root.is_event && each.number == root.number;
    const auto cause = cause_of(each);
    if (!is_root && cause.number != 0 && !cause.is_event && !links.contains(cause)) {
      const auto known = causes.find(cause.number);
      if (known == 0 || !links.contains({true, known})) continue;
      links.insert(cause);
      add_request(cause.number, known);
    }
    if (!is_root && (cause.number == 0 || !links.contains(cause))) continue;
    links.insert({true, each.number});
    chain.push_back(event_json(state, each));
  }
  // Calls that changed nothing.
  for (const auto& [request, cause] : causes.all()) {
    if (chain.size() >= most_links) break;
    if (links.contains({true, cause}) && links.insert({false, request}).second)
      add_request(request, cause);
  }
  json::object shown{{"event", event_json(state, *event)}, {"chain", std::move(chain)}};
  lock.unlock();
  return control_reply(shown);
}

}  // namespace vkxx::emulation::detail
