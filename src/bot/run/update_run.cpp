#include "bot/run/update_run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include <vkxx/client/request.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/messages/cannot_write.hpp>
#include "bot/contexts/answers.hpp"
#include "bot/contexts/bot_run.hpp"
#include "bot/filters/manager_list.hpp"
#include "bot/routing/route_walk.hpp"
#include "core/errors/log_text.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

using pipeline_pointer = std::shared_ptr<const bot_pipeline>;

constexpr std::string_view timer_type = "vkxx:timer";
constexpr std::string_view own_prefix = "vkxx:";
constexpr std::string_view officers_type = "group_officers_edit";
// VK takes answers to a press for a minute.
constexpr std::chrono::seconds answer_time{55};
// VK shows it for ten seconds.
constexpr duration typing_after = std::chrono::seconds{1};
constexpr duration typing_every = std::chrono::seconds{8};

// The community of a timer is in its lane: `1/peer/2`.
group_id community_of(const update_context& unit, const bot_environment& environment) {
  if (const auto group = unit.update().group()) return *group;
  const auto number = parse_number<std::int64_t>(unit.lane().substr(0, unit.lane().find('/')));
  return number && *number > 0 ? group_id{*number} : environment.community;
}

// Messages that the community sent itself by the API.
bool is_own(const update& received) {
  if (received.type() != "message_reply") return false;
  const auto admin = json_member(received.raw(), "admin_author_id");
  return !admin || *admin == "0" || *admin == "null";
}

due_timer read_timer(const update& received) {
  due_timer timer;
  const auto text = [object = received.raw()](std::string_view name) {
    return json_string_value(json_member(object, name).value_or(""));
  };
  timer.key = text("key");
  timer.value = text("value");
  const auto due = json_member(received.raw(), "due");
  const auto milliseconds = due ? parse_number<std::int64_t>(*due).value_or(0) : 0;
  timer.due = wall_time{std::chrono::milliseconds{milliseconds}};
  return timer;
}

// The whole message; the cropped one if VK does not find it, or does not show it to this token: it
// is worth more than none.
asio::awaitable<incoming_message> load_whole(bot_context context, incoming_message cropped) {
  auto call = request{"messages.getByConversationMessageId"}
                  .set("peer_id", cropped.peer())
                  .set("conversation_message_ids", cropped.number())
                  .set("group_id", context.community());
  auto calling = context.vk().try_call(std::move(call));
  const auto reply = co_await std::move(calling);
  if (!reply) {
    const auto& refusal = reply.error();
    if (!refusal.api_code() || refusal.retryable()) throw_error(refusal);
    context.run().environment->log.write(log_level::warning,
                                         "bot: a cropped message could not be loaded, lane=" +
                                             context.unit().lane() + ' ' + text_for_log(refusal));
    co_return cropped;
  }
  const auto list = json_member(reply->text(), "items").value_or("[]");
  const auto items = json_elements(list);
  if (items.empty()) co_return cropped;
  // With `client_info`, which only the update has.
  std::string object = "{\"message\":";
  object += items.front();
  if (const auto info = json_member(context.update().raw(), "client_info")) {
    object += ",\"client_info\":";
    object += *info;
  }
  object += '}';
  co_return incoming_message::read(object, context.community()).value();
}

// False: the message is cropped, and has to be loaded.
bool read_update(bot_run& run) {
  auto& counters = *run.environment->counters;
  if (run.received.type() == "message_event") {
    ++counters.presses;
    run.press = read_press(run.received.raw()).value();
  } else if (run.received.type() == "message_new") {
    ++counters.messages;
    run.message = incoming_message::read(run.received.raw(), run.community).value();
    return !run.message->is_cropped() || !run.environment->options.load_cropped();
  } else {
    ++counters.others;
  }
  return true;
}

asio::awaitable<bool> offer(std::shared_ptr<bot_extension> part, bot_context context) {
  const auto& run = context.run();
  if (run.message) {
    auto taking = part->take_message(message_context{context});
    co_return co_await std::move(taking);
  }
  if (run.press) {
    auto taking = part->take_button(button_context{context});
    co_return co_await std::move(taking);
  }
  if (run.received.type() == timer_type) {
    auto taking = part->take_timer(context, read_timer(run.received));
    co_return co_await std::move(taking);
  }
  if (!run.received.type().starts_with(own_prefix)) co_return false;
  auto taking = part->take_own_update(context);
  co_return co_await std::move(taking);
}

asio::awaitable<bool> offer_all(pipeline_pointer pipeline, bot_context context) {
  std::exception_ptr failure;
  try {
    for (const auto& part : pipeline->extensions) {
      auto offering = offer(part, context);
      if (!co_await std::move(offering)) continue;
      context.run().route = "extension";
      co_return true;
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return false;
  auto settling = settle_failure(pipeline->table, context, failure);
  co_await std::move(settling);
  co_return true;
}

// Shows the user that an answer is being written, until it is cancelled.
asio::awaitable<void> type_until_cancelled(bot_context context) {
  const auto time = context.run().environment->time;
  auto pause = typing_after;
  while (true) {
    auto waiting = wait_until(*time, time->now() + pause);
    if (co_await std::move(waiting)) co_return;
    auto typing = show_typing(context);
    co_await std::move(typing);
    pause = typing_every;
  }
}

// Types while it exists.
class typing_guard {
 public:
  typing_guard(const asio::any_io_executor& executor, const bot_context& context) {
    asio::co_spawn(
        executor, type_until_cancelled(context),
        asio::bind_cancellation_slot(stop_->slot(), [kept = stop_](const std::exception_ptr&) {}));
  }
  typing_guard(const typing_guard&) = delete;
  typing_guard& operator=(const typing_guard&) = delete;
  ~typing_guard() { stop_->emit(asio::cancellation_type::terminal); }

 private:
  std::shared_ptr<asio::cancellation_signal> stop_ = std::make_shared<asio::cancellation_signal>();
};

asio::awaitable<bool> route(pipeline_pointer pipeline, bot_context context) {
  auto& run = context.run();
  if (has_routes(*pipeline->table, route_phase::always)) {
    auto always = walk_routes(pipeline->table, context, route_phase::always);
    if (co_await std::move(always)) co_return true;
  }
  if (!pipeline->extensions.empty()) {
    auto offering = offer_all(pipeline, context);
    if (co_await std::move(offering)) co_return true;
  }
  if (run.message && run.message->payload().unwrapped()) {
    run.only_buttons = true;
    auto pressing = walk_routes(pipeline->table, context, route_phase::ordinary);
    const bool taken = co_await std::move(pressing);
    run.only_buttons = false;
    if (taken) co_return true;
  }
  auto walking = walk_routes(pipeline->table, context, route_phase::ordinary);
  if (co_await std::move(walking)) co_return true;
  ++run.environment->counters->unhandled;
  auto last = walk_routes(pipeline->table, context, route_phase::unhandled);
  co_return co_await std::move(last);
}

// A failure to do so is none of the handler, which has ended.
asio::awaitable<void> end_press(bot_context context) {
  auto& run = context.run();
  const auto& environment = *run.environment;
  if (!run.press || run.answered || !environment.options.answer_buttons()) co_return;
  const auto age = std::chrono::system_clock::now() - run.received.received();
  const auto taken = environment.time->now() - run.began;
  if (taken > answer_time || (run.unit->attempt() > 1 && age > answer_time)) co_return;
  std::exception_ptr failure;
  try {
    auto answering = answer_press(context, {});
    co_await std::move(answering);
  } catch (const exception&) {
    failure = std::current_exception();
  }
  if (failure) {
    environment.log.write(log_level::warning,
                          "bot: a press could not be answered, lane=" + run.unit->lane() + ' ' +
                              text_for_log(failure_of(failure)));
  }
}

// Whether the dispatcher makes a dead letter of an update whose handler failed so.
bool is_given_up(const bot_run& run, const std::exception_ptr& failure) {
  if (run.unit->attempt() > run.environment->retries) return true;
  try {
    std::rethrow_exception(failure);
  } catch (const exception& known) {
    return known.error() != errc::cancelled && !known.error().retryable();
  } catch (...) {
    return false;
  }
}

void log_failure(const bot_run& run, const error& failure) {
  ++run.environment->counters->failures;
  std::string line = "bot: a handler failed, type=" + run.received.type() +
                     " lane=" + run.unit->lane() +
                     " attempt=" + std::to_string(run.unit->attempt());
  line += ' ' + text_for_log(failure);
  run.environment->log.write(log_level::error, std::move(line));
}

// Somebody blocked the community, or removed it from the chat, while their update was on its way:
// that is no fault of the program's, and no retry changes it.
bool ended_refused(const bot_context& context, const error& failure) {
  if (!cannot_write_reason(failure) || !context.vk().has_refused(context.peer())) return false;
  const auto& run = context.run();
  ++run.environment->counters->refused;
  run.environment->log.write(
      log_level::info, "bot: the conversation takes no messages, type=" + run.received.type() +
                           " lane=" + run.unit->lane() + ' ' + text_for_log(failure));
  return true;
}

// `taken`: whether a handler took it.
asio::awaitable<void> run_around(pipeline_pointer pipeline, bot_context context,
                                 std::shared_ptr<bool> taken) {
  middleware_next last = [pipeline, context, taken]() -> asio::awaitable<void> {
    return [](pipeline_pointer all, bot_context same,
              std::shared_ptr<bool> result) -> asio::awaitable<void> {
      auto routing = route(std::move(all), std::move(same));
      *result = co_await std::move(routing);
    }(pipeline, context, taken);
  };
  std::vector<const bot_middleware*> around;
  around.reserve(pipeline->around.size());
  for (const auto& middleware : pipeline->around) around.push_back(&middleware);
  auto running = run_inside(std::move(around), context, std::move(last));
  co_await std::move(running);
}

asio::awaitable<bool> run_update(pipeline_pointer pipeline, bot_context context) {
  const auto& run = context.run();
  std::optional<typing_guard> typing;
  if (run.message && run.environment->options.keep_typing())
    typing.emplace(co_await asio::this_coro::executor, context);
  auto taken = std::make_shared<bool>(false);
  if (pipeline->around.empty()) {
    auto routing = route(pipeline, context);
    *taken = co_await std::move(routing);
  } else {
    auto running = run_around(pipeline, context, taken);
    co_await std::move(running);
  }
  if (run.press) {
    auto ending = end_press(context);
    co_await std::move(ending);
  }
  co_return *taken;
}

}  // namespace

bool is_needed(const bot_pipeline& pipeline, const update& received) {
  if (pipeline.environment->options.ignore_own() && is_own(received)) return false;
  const auto& type = received.type();
  if (pipeline.any_type || !pipeline.around.empty() || pipeline.types.contains(type)) return true;
  // Messages and presses also go to extensions; changes of the managers to their list.
  return type == "message_new" || type == "message_event" || type == officers_type ||
         type.starts_with(own_prefix);
}

asio::awaitable<handler_outcome> handle_update(pipeline_pointer pipeline, update_context unit) {
  const auto& environment = pipeline->environment;
  const auto& received = unit.update();
  if (environment->options.ignore_own() && is_own(received)) co_return handler_outcome::pass();
  if (!received.warning().empty()) {
    environment->log.write(log_level::warning,
                           "bot: VK sent a warning in place of an update, type=" + received.type() +
                               ": raise the version of the API in the settings of the community");
    co_return handler_outcome::pass();
  }
  const auto run =
      std::make_shared<bot_run>(environment, received, community_of(unit, *environment));
  run->unit = unit;
  run->began = environment->time->now();
  // Before any handler, whatever becomes of them.
  if (received.type() == officers_type) environment->managers->forget();
  const bot_context context{run};
  std::exception_ptr failure;
  bool taken = false;
  try {
    if (!read_update(*run)) {
      auto loading = load_whole(context, *run->message);
      run->message = co_await std::move(loading);
    }
    auto running = run_update(pipeline, context);
    taken = co_await std::move(running);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) failure = run->unit->failure();  // where nothing could be thrown
  if (!run->route.empty()) {
    environment->counters->times.add(received.type(), run->route,
                                     environment->time->now() - run->began);
  }
  if (failure) {
    const auto reason = failure_of(failure);
    if (ended_refused(context, reason)) co_return handler_outcome::done();
    log_failure(*run, reason);
    // A later run may still show something; after the last one nobody answers.
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() == asio::cancellation_type::none && is_given_up(*run, failure)) {
      auto ending = end_press(context);
      co_await std::move(ending);
    }
    std::rethrow_exception(failure);
  }
  co_return taken ? handler_outcome::done() : handler_outcome::pass();
}

}  // namespace vkxx::detail
