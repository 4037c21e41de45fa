#include "dialogues/run/conversation_run.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include <vkxx/messages/cannot_write.hpp>
#include <vkxx/messages/message_sender.hpp>
#include "core/errors/log_text.hpp"
#include "core/text/number.hpp"
#include "dialogues/machine/question_check.hpp"

namespace vkxx::detail {
namespace {

constexpr int most_beginnings = 8;  // of a function by `again`, for one update

// To the message that is handled. A press and a timer are none: what is said then replies to
// nothing.
void settle_reply(outgoing& message, const update& received) {
  const auto object = json_member(received.raw(), "message").value_or(received.raw());
  const auto member = received.type() == "message_new"
                          ? json_member(object, "conversation_message_id")
                          : std::nullopt;
  const auto number = member ? parse_number<std::int64_t>(*member) : std::nullopt;
  if (number) {
    message.reply(cmid{*number});
  } else {
    message.without_reply();
  }
}

class update_turn final : public dialogue_turn {
 public:
  update_turn(std::shared_ptr<const dialogue_core> core, update_context context, peer_id peer)
      : core_{std::move(core)}, context_{std::move(context)}, peer_{peer} {}

  asio::awaitable<result<void>> send(outgoing message) override {
    if (message.replies_to_incoming()) settle_reply(message, context_.update());
    const message_sender messages{context_.vk()};
    auto sending = messages.try_send(peer_, std::move(message));
    const auto sent = co_await std::move(sending);
    if (!sent) co_return sent.error();
    co_return result<void>{};
  }
  asio::awaitable<result<std::string>> once(
      std::string key, std::function<asio::awaitable<std::string>()> effect) override {
    const auto* const kept = &effect;
    auto running = context_.once(std::move(key), [kept] { return (*kept)(); });
    co_return co_await std::move(running);
  }
  wall_time now() override { return context_.now(); }
  std::uint64_t random() override { return core_->random(); }
  const update_context* context() const noexcept override { return &context_; }

 private:
  const std::shared_ptr<const dialogue_core> core_;
  const update_context context_;
  const peer_id peer_;
};

struct failure_facts {
  std::string text;
  bool cancelled = false;
  bool retryable = true;
  bool cannot_write = false;  // to somebody
};

failure_facts facts_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const exception& thrown) {
    const auto& reason = thrown.error();
    return {text_for_log(reason), reason == errc::cancelled, reason.retryable(),
            cannot_write_reason(reason).has_value()};
  } catch (const boost::system::system_error& thrown) {
    return {thrown.code().message(), thrown.code() == asio::error::operation_aborted, true, false};
  } catch (...) {
    // What it says may be a text of a person.
    return {"the function threw " + type_name(failure), false, true, false};
  }
}

}  // namespace

std::string dialogue_key(const conversation_key& key) {
  return "dialogue/" + std::to_string(key.group.value()) + "/" + std::to_string(key.peer.value()) +
         "/" + std::to_string(key.person.value());
}

conversation_run::conversation_run(std::shared_ptr<dialogue_core> core, update_context context,
                                   conversation_key key)
    : core_{std::move(core)},
      context_{std::move(context)},
      key_{key},
      storage_key_{dialogue_key(key)},
      turn_{std::make_shared<update_turn>(core_, context_, key.peer)} {}

bool conversation_run::ends_refused(const std::exception_ptr& failure) {
  if (!facts_of(failure).cannot_write || !context_.vk().has_refused(key_.peer)) return false;
  end();
  core_->report(state_notice_kind::dialogue_refused, storage_key_,
                "the person takes no messages; the dialogue was ended");
  return true;
}

asio::awaitable<bool> conversation_run::take(dialogue_event event) {
  std::exception_ptr failure;
  bool taken = true;
  try {
    auto taking = take_open(std::move(event));
    taken = co_await std::move(taking);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && !ends_refused(failure)) std::rethrow_exception(failure);
  co_return taken;
}

asio::awaitable<void> conversation_run::start(std::string name, std::string state) {
  std::exception_ptr failure;
  try {
    auto beginning = begin(std::move(name), std::move(state));
    co_await std::move(beginning);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && !ends_refused(failure)) std::rethrow_exception(failure);
}

asio::awaitable<bool> conversation_run::take_open(dialogue_event event) {
  auto reading = context_.read(storage_key_);
  auto read = co_await std::move(reading);
  const auto bytes = std::move(read).value();
  if (!bytes) co_return false;
  stored_ = *bytes;
  const auto stored = stored_value::read(stored_);
  if (stored && stored->kind() == steps_log::kind) {
    auto log = from_stored<steps_log>(stored_);
    if (log) known_ = {log->name, log->dialogue_version, {}};
    if (log) co_return co_await take_steps(*std::move(log), std::move(event));
  }
  auto log = from_stored<dialogue_log>(stored_);
  if (log) known_ = {log->name, log->dialogue_version, log->state};
  if (log) co_return co_await take_function(*std::move(log), std::move(event));
  auto losing =
      lose(state_notice_kind::unreadable, log.error().message(), core_->options.texts().lost);
  co_await std::move(losing);
  co_return true;
}

asio::awaitable<void> conversation_run::begin(std::string name, std::string state) {
  core_->frames.drop(storage_key_);
  const auto& entry = core_->kinds.find(name)->second;
  if (entry.steps) {
    steps_machine machine{*entry.steps, steps_log{}};
    auto action = machine.begin(state);
    auto applying = apply_steps(*entry.steps, std::move(machine), std::move(action));
    co_await std::move(applying);
    co_return;
  }
  dialogue_log log;
  log.name = std::move(name);
  log.dialogue_version = entry.function->version();
  log.state = std::move(state);
  auto running = run_function(std::move(log));
  co_await std::move(running);
}

void conversation_run::end() {
  core_->frames.drop(storage_key_);
  context_.erase(storage_key_);
  context_.cancel_timer(std::string{dialogue_timer_prefix} + storage_key_);
}

frame_owner conversation_run::new_frame(asio::any_io_executor executor, dialogue_log log) const {
  const auto& kind = core_->kinds.find(log.name)->second.function;
  return frame_owner{
      std::make_shared<dialogue_frame>(std::move(executor), kind, key_, std::move(log))};
}

asio::awaitable<bool> conversation_run::take_function(dialogue_log log, dialogue_event event) {
  const auto& texts = core_->options.texts();
  const auto entry = core_->kinds.find(log.name);
  std::string fault = "there is no dialogue " + log.name;
  if (entry != core_->kinds.end() && entry->second.function) {
    const auto& kind = *entry->second.function;
    fault = version_fault(log, kind.version(), kind.compatible_from());
  }
  if (!fault.empty()) {
    auto losing = lose(state_notice_kind::dialogue_lost, std::move(fault), texts.lost);
    co_await std::move(losing);
    co_return true;
  }
  if (event.given) {
    // Before the function runs: a person can always get out of it.
    dialogue_machine machine{log};
    if (auto action = machine.word(*event.given, texts)) {
      if (action->kind == input_action_kind::restart) {
        core_->frames.drop(storage_key_);
        auto running = run_function(machine.log());
        co_await std::move(running);
        co_return true;
      }
      if (action->kind == input_action_kind::end) end();
      auto saying = say_if_allowed(std::move(action->text));
      co_await std::move(saying);
      co_return true;
    }
  }
  auto frame = core_->frames.take(storage_key_, stored_);
  if (!frame) {
    auto replaying = replayed(std::move(log));
    frame = co_await std::move(replaying);
    if (!frame) co_return true;
  }
  auto& machine = frame.get()->machine();
  std::exception_ptr failure;
  input_action action;
  try {
    action =
        event.given ? machine.input(*event.given, texts) : machine.timed_out(event.serial, texts);
  } catch (...) {
    failure = std::current_exception();  // of the program's function that checks the answer
  }
  if (failure) {
    frame.reset();
    auto failing = fail(failure);
    co_await std::move(failing);
    co_return true;
  }
  auto applying = apply(std::move(frame), std::move(action));
  co_return co_await std::move(applying);
}

// Says the open question once more, with its keyboard.
asio::awaitable<void> conversation_run::ask_again(question open, std::string mark) {
  auto sending = turn_->send(open.message(mark));
  const auto sent = co_await std::move(sending);
  sent.value();
}

asio::awaitable<bool> conversation_run::apply(frame_owner frame, input_action action) {
  switch (action.kind) {
    case input_action_kind::ignore:
      if (!core_->replay_always) {
        core_->frames.put(storage_key_, stored_, std::move(frame));
      }
      co_return false;
    case input_action_kind::ask_again:
    case input_action_kind::say: {
      if (action.kind == input_action_kind::ask_again) {
        const auto& machine = frame.get()->machine();
        auto asking = ask_again(*machine.waits_at(), question_mark(*machine.log().open));
        co_await std::move(asking);
      } else {
        auto saying = say(std::move(action.text));
        co_await std::move(saying);
      }
      frame_stop stop{frame_stop_kind::asks, {}, nullptr};
      auto settling = settle(std::move(frame), std::move(stop));
      co_await std::move(settling);
      co_return true;
    }
    case input_action_kind::restart:
    case input_action_kind::end: {
      frame.reset();
      end();
      auto saying = say_if_allowed(std::move(action.text));
      co_await std::move(saying);
      co_return true;
    }
    case input_action_kind::resume:
      break;
  }
  auto saying = say_if_allowed(std::move(action.text));
  co_await std::move(saying);
  auto running = dialogue_frame::run(frame.get(), turn_, std::move(action.value));
  auto stop = co_await std::move(running);
  auto settling = settle(std::move(frame), std::move(stop));
  co_await std::move(settling);
  co_return true;
}

asio::awaitable<void> conversation_run::run_function(dialogue_log log) {
  auto frame = new_frame(co_await asio::this_coro::executor, std::move(log));
  auto running = dialogue_frame::run(frame.get(), turn_, std::nullopt);
  auto stop = co_await std::move(running);
  auto settling = settle(std::move(frame), std::move(stop));
  co_await std::move(settling);
}

asio::awaitable<frame_owner> conversation_run::replayed(dialogue_log log) {
  auto frame = new_frame(co_await asio::this_coro::executor, std::move(log));
  auto running = dialogue_frame::run(frame.get(), turn_, std::nullopt);
  auto stop = co_await std::move(running);
  if (stop.kind == frame_stop_kind::asks) co_return frame;
  frame.reset();
  if (stop.kind == frame_stop_kind::failed) {
    auto failing = fail(stop.failure);
    co_await std::move(failing);
    co_return frame_owner{};
  }
  std::string reason = stop.kind == frame_stop_kind::lost
                           ? std::move(stop.text)
                           : std::string{"the function ends before its open question"};
  auto losing =
      lose(state_notice_kind::dialogue_lost, std::move(reason), core_->options.texts().lost);
  co_await std::move(losing);
  co_return frame_owner{};
}

asio::awaitable<void> conversation_run::settle(frame_owner frame, frame_stop stop) {
  for (int beginnings = 0; stop.kind == frame_stop_kind::again; ++beginnings) {
    if (beginnings == most_beginnings) {
      stop = {frame_stop_kind::lost, "the function begins again and again without a question", {}};
      break;
    }
    const auto& before = frame.get()->machine().log();
    dialogue_log log;
    log.name = before.name;
    log.dialogue_version = core_->kinds.find(log.name)->second.function->version();
    log.state = std::move(stop.text);
    log.questions = before.questions;
    log.runs = before.runs + 1;
    frame = new_frame(co_await asio::this_coro::executor, std::move(log));
    auto running = dialogue_frame::run(frame.get(), turn_, std::nullopt);
    stop = co_await std::move(running);
  }
  if (stop.kind == frame_stop_kind::asks) {
    const auto& log = frame.get()->machine().log();
    auto bytes = to_stored(log);
    save(bytes, log.open);
    stored_ = bytes;
    if (!core_->replay_always) {
      core_->frames.put(storage_key_, std::move(bytes), std::move(frame));
      co_return;
    }
    auto again = log;
    frame.reset();
    auto replaying = replayed(std::move(again));
    const auto compared = co_await std::move(replaying);
    co_return;
  }
  frame.reset();
  if (stop.kind == frame_stop_kind::ended) {
    end();
  } else if (stop.kind == frame_stop_kind::failed) {
    auto failing = fail(stop.failure);
    co_await std::move(failing);
  } else {
    auto losing =
        lose(state_notice_kind::dialogue_lost, std::move(stop.text), core_->options.texts().lost);
    co_await std::move(losing);
  }
}

asio::awaitable<void> conversation_run::say(std::string text) {
  if (text.empty()) co_return;
  outgoing message{std::move(text)};
  auto sending = turn_->send(std::move(message));
  const auto sent = co_await std::move(sending);
  sent.value();
}

asio::awaitable<void> conversation_run::say_if_allowed(std::string text) {
  if (text.empty()) co_return;
  outgoing message{std::move(text)};
  auto sending = turn_->send(std::move(message));
  const auto sent = co_await std::move(sending);
  if (!sent && !cannot_write_reason(sent.error())) sent.value();
}

lost_action conversation_run::action_for(std::string reason) const noexcept {
  if (was_lost_ || !core_->options.on_lost()) return lost_action::drop();
  try {
    return core_->options.on_lost()(
        lost_dialogue{key_, known_.name, known_.version, std::move(reason)});
  } catch (...) {
    return lost_action::drop();  // as promised
  }
}

asio::awaitable<void> conversation_run::lose(state_notice_kind kind, std::string reason,
                                             std::string text) {
  if (!stored_.empty()) context_.write("unreadable/" + storage_key_, stored_);
  end();
  core_->report(kind, storage_key_, reason);
  const auto action = action_for(std::move(reason));
  was_lost_ = true;
  auto name = action.restarts() ? known_.name : action.starts();
  const bool starts = !name.empty() && core_->kinds.contains(name);
  const bool wanted = action.restarts() || !action.starts().empty();
  if (action.text() && starts == wanted) text = *action.text();
  auto saying = say_if_allowed(std::move(text));
  co_await std::move(saying);
  if (!starts) co_return;
  auto starting = begin(std::move(name), action.restarts() ? known_.state : std::string{});
  co_await std::move(starting);
}

asio::awaitable<void> conversation_run::fail(std::exception_ptr failure) {
  if (ends_refused(failure)) co_return;
  auto facts = facts_of(failure);
  const bool last = !facts.retryable || context_.attempt() >= core_->options.failures();
  if (facts.cancelled || !last) std::rethrow_exception(failure);
  if (!stored_.empty()) context_.write("unreadable/" + storage_key_, stored_);
  end();
  core_->report(state_notice_kind::dialogue_failed, storage_key_, std::move(facts.text), failure);
  // The person may be the reason: somebody who takes no messages.
  outgoing message{core_->options.texts().failed};
  if (message.text().empty()) co_return;
  auto sending = turn_->send(std::move(message));
  static_cast<void>(co_await std::move(sending));
}

void conversation_run::save(std::string bytes, const std::optional<open_question>& open) {
  context_.write(storage_key_, std::move(bytes));
  auto timer = std::string{dialogue_timer_prefix} + storage_key_;
  if (!open || !open->due) {
    context_.cancel_timer(std::move(timer));
    return;
  }
  const std::chrono::milliseconds due{*open->due};
  context_.schedule(std::move(timer),
                    wall_time{std::chrono::duration_cast<wall_time::duration>(due)},
                    std::to_string(open->serial));
}

asio::awaitable<bool> conversation_run::take_steps(steps_log log, dialogue_event event) {
  const auto& texts = core_->options.texts();
  const auto entry = core_->kinds.find(log.name);
  if (entry == core_->kinds.end() || !entry->second.steps) {
    auto losing =
        lose(state_notice_kind::dialogue_lost, "there are no steps " + log.name, texts.lost);
    co_await std::move(losing);
    co_return true;
  }
  const auto& rules = *entry->second.steps;
  steps_machine machine{rules, std::move(log)};
  std::exception_ptr failure;
  steps_action action;
  try {
    auto fault = machine.open_stored();
    if (fault) {
      action = *std::move(fault);
    } else {
      action =
          event.given ? machine.input(*event.given, texts) : machine.timed_out(event.serial, texts);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    auto failing = fail(failure);
    co_await std::move(failing);
    co_return true;
  }
  if (action.kind == steps_action_kind::ignore) co_return false;
  auto applying = apply_steps(rules, std::move(machine), std::move(action));
  co_await std::move(applying);
  co_return true;
}

asio::awaitable<void> conversation_run::apply_steps(const steps_rules& rules, steps_machine machine,
                                                    steps_action action) {
  if (action.kind == steps_action_kind::lost) {
    auto losing =
        lose(state_notice_kind::dialogue_lost, std::move(action.text), core_->options.texts().lost);
    co_await std::move(losing);
    co_return;
  }
  const bool ends = action.kind == steps_action_kind::end;
  auto saying = ends ? say_if_allowed(std::move(action.text)) : say(std::move(action.text));
  co_await std::move(saying);
  if (action.kind == steps_action_kind::ask) {
    machine.reached(*action.open, context_.now());
    const auto mark = question_mark(*machine.log().open);
    auto sending = turn_->send(action.open->message(mark));
    const auto sent = co_await std::move(sending);
    sent.value();
  }
  if (action.kind == steps_action_kind::ask_again) {
    auto asking = ask_again(*action.open, question_mark(*machine.log().open));
    co_await std::move(asking);
  }
  if (action.kind == steps_action_kind::ask || action.kind == steps_action_kind::ask_again ||
      action.kind == steps_action_kind::say) {
    save(to_stored(machine.log()), machine.log().open);
    co_return;
  }
  end();
  if (action.kind != steps_action_kind::finish || !rules.finish) co_return;
  finished_dialogue finished{turn_, key_};
  std::exception_ptr failure;
  try {
    auto finishing = rules.finish(machine.log().state, std::move(finished));
    co_await std::move(finishing);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    auto failing = fail(failure);
    co_await std::move(failing);
  }
}

}  // namespace vkxx::detail
