#include <vkxx/updates/callback_setup.hpp>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "core/async/time_sum.hpp"
#include "core/json/json_field.hpp"
#include "updates/callback/callback_core.hpp"
#include "updates/values/source_failure.hpp"

namespace vkxx {

using namespace detail;

namespace {

namespace json = boost::json;

// Between two looks at the status of the server.
constexpr std::chrono::milliseconds status_pause{500};

// Not aggregates, which g++ 12 copies wrongly in a coroutine.
struct callback_registering {
  callback_registering(client caller, std::shared_ptr<callback_core> receiver, group_id owner,
                       callback_setup_options wanted)
      : vk{std::move(caller)},
        core{std::move(receiver)},
        community{owner},
        options{std::move(wanted)} {}

  client vk;
  std::shared_ptr<callback_core> core;
  group_id community;
  callback_setup_options options;
  secret secret_key;
  callback_setup done;
};

struct known_server {
  known_server() = default;

  std::int64_t id = 0;
  std::string status;
  bool same = false;  // title and secret
};

error no_confirmation(errc code, const std::string& reason) {
  return {code, request_effect::executed,
          "VK did not confirm the server of the Callback API: " + reason};
}

// The server with our address; nothing: there is none.
std::optional<known_server> find_server(const reply& answer, const callback_registering& wanted) {
  const auto* answered = answer.json().if_object();
  const auto* items = answered == nullptr ? nullptr : answered->if_contains("items");
  if (items == nullptr || !items->is_array()) return std::nullopt;
  for (const auto& item : items->get_array()) {
    const auto* server = item.if_object();
    if (server == nullptr || text_or_empty(*server, "url") != wanted.options.url()) continue;
    known_server found;
    found.id = integer_field(*server, "id").value_or(0);
    found.status = text_or_empty(*server, "status");
    const secret shown{text_or_empty(*server, "secret_key")};
    found.same =
        shown == wanted.secret_key && text_or_empty(*server, "title") == wanted.options.title();
    return found;
  }
  return std::nullopt;
}

request server_request(const std::string& method, const callback_registering& wanted) {
  return request{method}
      .set("group_id", wanted.community)
      .set("url", wanted.options.url())
      .set("title", wanted.options.title())
      .set("secret_key", wanted.secret_key.expose());
}

error without_secret(error failure, const callback_registering& wanted) {
  return failure.hide(wanted.secret_key);
}

// Adds the server, or changes it so that VK asks for the confirmation once more.
asio::awaitable<result<void>> register_server(callback_registering& wanted,
                                              std::optional<known_server> known) {
  auto asking = wanted.vk.try_call(
      request{"groups.getCallbackConfirmationCode"}.set("group_id", wanted.community));
  const auto code = co_await std::move(asking);
  if (!code) co_return code.error();
  const auto* answered = code->json().if_object();
  wanted.core->confirmation_code(wanted.community,
                                 answered == nullptr ? "" : text_or_empty(*answered, "code"));
  auto change =
      server_request(known ? "groups.editCallbackServer" : "groups.addCallbackServer", wanted);
  if (known) change.set("server_id", known->id);
  auto changing = wanted.vk.try_call(std::move(change));
  const auto changed = co_await std::move(changing);
  if (!changed) co_return without_secret(changed.error(), wanted);
  if (known) {
    wanted.done.server = server_id{known->id};
  } else {
    const auto* added = changed->json().if_object();
    wanted.done.server =
        server_id{added == nullptr ? 0 : integer_field(*added, "server_id").value_or(0)};
  }
  wanted.done.registered = true;
  co_return result<void>{};
}

asio::awaitable<result<std::optional<known_server>>> look_up(const callback_registering& wanted) {
  auto asking =
      wanted.vk.try_call(request{"groups.getCallbackServers"}.set("group_id", wanted.community));
  const auto servers = co_await std::move(asking);
  if (!servers) co_return without_secret(servers.error(), wanted);
  co_return find_server(*servers, wanted);
}

asio::awaitable<result<void>> await_confirmation(const callback_registering& wanted) {
  const auto time = wanted.vk.environment().time;
  const auto deadline = later_by(time->now(), wanted.options.timeout());
  for (;;) {
    auto looking = look_up(wanted);
    const auto known = co_await std::move(looking);
    if (!known) co_return known.error();
    if (*known && (*known)->status == "ok") co_return result<void>{};
    if (*known && (*known)->status == "failed") {
      co_return no_confirmation(
          errc::authorization_failed,
          "the address answers with something else than the code; check that it leads here");
    }
    if (time->now() >= deadline) {
      co_return no_confirmation(errc::deadline_exceeded,
                                "its request did not come in time; check that the address can be "
                                "reached from the internet");
    }
    auto waiting = wait_until(*time, time->now() + status_pause);
    if (co_await std::move(waiting)) co_return stopped_error(false);
  }
}

asio::awaitable<result<void>> switch_on(callback_registering& wanted) {
  auto asking = wanted.vk.try_call(request{"groups.getCallbackSettings"}
                                       .set("group_id", wanted.community)
                                       .set("server_id", wanted.done.server));
  const auto settings = co_await std::move(asking);
  if (!settings) co_return settings.error();
  const auto* answered = settings->json().if_object();
  const auto* events = answered == nullptr ? nullptr : answered->if_contains("events");
  const auto* switches = events == nullptr ? nullptr : events->if_object();
  const auto is_on = [&](const std::string& type) {
    return switches != nullptr && boolean_field(*switches, type).value_or(false);
  };
  const bool same_version =
      answered != nullptr && text_or_empty(*answered, "api_version") == wanted.options.version();
  const auto& types = wanted.options.events();
  if (same_version && std::all_of(types.begin(), types.end(), is_on)) co_return result<void>{};
  auto change = request{"groups.setCallbackSettings"}
                    .set("group_id", wanted.community)
                    .set("server_id", wanted.done.server)
                    .set("api_version", wanted.options.version());
  for (const auto& type : types) change.set(type, 1);
  auto changing = wanted.vk.try_call(std::move(change));
  const auto changed = co_await std::move(changing);
  if (!changed) co_return changed.error();
  wanted.done.settings_changed = true;
  co_return result<void>{};
}

asio::awaitable<result<callback_setup>> run_setup(callback_registering wanted) {
  const auto secret_key = wanted.core->secret_of(wanted.community);
  if (!secret_key) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "set_up_callback: the receiver does not have this community; add it to "
                    "callback_options"};
  }
  wanted.secret_key = *secret_key;
  auto looking = look_up(wanted);
  const auto known = co_await std::move(looking);
  if (!known) co_return known.error();
  if (*known) wanted.done.server = server_id{(*known)->id};
  if (!*known || !(*known)->same || (*known)->status != "ok") {
    auto registering = register_server(wanted, *known);
    const auto registered = co_await std::move(registering);
    if (!registered) co_return registered.error();
    auto awaiting = await_confirmation(wanted);
    const auto confirmed = co_await std::move(awaiting);
    if (!confirmed) co_return confirmed.error();
  }
  auto switching = switch_on(wanted);
  const auto switched = co_await std::move(switching);
  if (!switched) co_return switched.error();
  co_return wanted.done;
}

}  // namespace

callback_setup_options& callback_setup_options::title(std::string text) {
  title_ = std::move(text);
  return *this;
}
callback_setup_options& callback_setup_options::version(std::string number) {
  version_ = std::move(number);
  return *this;
}
callback_setup_options& callback_setup_options::add_event(std::string_view type) {
  events_.emplace_back(type);
  return *this;
}
callback_setup_options& callback_setup_options::timeout(duration limit) {
  timeout_ = limit;
  return *this;
}

asio::awaitable<result<callback_setup>> set_up_callback(client vk,
                                                        const callback_receiver& receiver,
                                                        group_id community,
                                                        callback_setup_options options) {
  return run_setup(callback_registering{std::move(vk), callback_access::core(receiver), community,
                                        std::move(options)});
}

}  // namespace vkxx
