#include "messages/mailing/mailing_run.hpp"

#include <algorithm>
#include <exception>

#include "messages/sending/message_requests.hpp"
#include "messages/sending/sent_items.hpp"

namespace vkxx::detail {
namespace {

error cancelled_mailing() {
  error failure{errc::cancelled, request_effect::unknown,
                "the mailing was cancelled; the next run goes on where it was"};
  return failure;
}

call_options options_of_call(const mailing_state& state) {
  auto options = state.options.each_call();
  options.priority(call_priority::bulk);
  return options;
}

std::size_t parts_of(const mailing_state& state) {
  return count_of_parts(*state.message);
}

wall_time now_of(const mailing_state& state) {
  const auto& function = state.options.wall_clock();
  return function ? function() : std::chrono::system_clock::now();
}

// One call to some peers: a part of the message.
asio::awaitable<result<std::vector<mailing_outcome>>> send_to(
    shared_mailing state, std::vector<peer_id> peers, std::size_t part,
    std::vector<std::string> attachments, std::optional<std::int32_t> random_id) {
  auto call = std::move(send_requests(std::nullopt, *state->message, attachments).at(part));
  call.set("peer_ids", peers);
  if (random_id) call.set("random_id", *random_id);
  auto calling = state->sender->vk.call(std::move(call), options_of_call(*state));
  const auto answer = co_await std::move(calling);
  if (!answer) co_return answer.error();
  const auto items = sent_items(*answer, peers);
  std::vector<mailing_outcome> outcomes;
  for (std::size_t index = 0; index < peers.size(); ++index)
    outcomes.push_back(outcome_of(items[index], peers[index]));
  co_return outcomes;
}

// A run of a mailing: the machine, the peers, and the version of what is stored.
struct mailing_run {
  shared_mailing state;
  mailing_machine machine;
  std::vector<peer_id> peers;
  std::uint64_t version;

  [[nodiscard]] std::vector<peer_id> peers_of_call() const { return machine.receivers(peers); }
};

using shared_run = std::shared_ptr<mailing_run>;

// Stores the progress and, of a batch that is done, its outcomes.
asio::awaitable<result<void>> commit_progress(shared_run run, std::optional<std::string> outcomes) {
  const auto& state = *run->state;
  const auto bytes = to_json(run->machine.progress());
  state_unit unit;
  unit.write(state.progress_key(), bytes, run->version);
  if (outcomes) {
    const auto call = run->machine.progress().calls - 1;
    unit.write(state.outcomes_key(call), *std::move(outcomes), 0);
  }
  auto committing = state.store->commit(std::move(unit));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  auto reading = state.store->read(state.progress_key());
  const auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  if (!*stored || (*stored)->bytes != bytes) {
    co_return error{errc::state_conflict, request_effect::unknown,
                    "the mailing \"" + state.key + "\" is changed by another process"};
  }
  run->version = (*stored)->version;
  co_return result<void>{};
}

result<void> tell_progress(const mailing_run& run) {
  const auto& told = run.state->options.on_progress();
  if (!told) return result<void>{};
  try {
    told(report_of(run.machine.progress(), std::nullopt));
  } catch (const std::exception& failure) {
    error thrown{errc::handler_failed, request_effect::executed,
                 std::string{"on_progress of the mailing threw: "} + failure.what()};
    return thrown;
  } catch (...) {
    error thrown{errc::handler_failed, request_effect::executed,
                 "on_progress of the mailing threw something that is no std::exception"};
    return thrown;
  }
  return result<void>{};
}

asio::awaitable<result<void>> store_outcomes(shared_run run,
                                             std::vector<mailing_outcome> outcomes) {
  const auto whole = run->machine.answered(outcomes);
  std::optional<std::string> done;
  if (whole) done = outcomes_to_json(*whole);
  auto committing = commit_progress(run, std::move(done));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  if (!whole) co_return result<void>{};
  co_return tell_progress(*run);
}

// The call that the machine has begun.
asio::awaitable<result<void>> make_call(shared_run run) {
  auto beginning = commit_progress(run, std::nullopt);
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return begun.error();
  auto stopping = is_cancelled();
  if (co_await std::move(stopping)) co_return cancelled_mailing();
  auto sending =
      send_to(run->state, run->peers_of_call(), run->machine.part(),
              run->machine.progress().attachments, run->machine.random_id(run->state->key));
  auto outcomes = co_await std::move(sending);
  if (outcomes) {
    auto storing = store_outcomes(run, *std::move(outcomes));
    co_return co_await std::move(storing);
  }
  const auto failure = outcomes.error();
  const bool executed_nothing =
      failure.effect() == request_effect::not_sent || failure.effect() == request_effect::rejected;
  if (!executed_nothing || failure == errc::cancelled) co_return failure;
  run->machine.not_executed();
  auto ending = commit_progress(run, std::nullopt);
  static_cast<void>(co_await std::move(ending));  // The call's failure is what counts.
  co_return failure;
}

asio::awaitable<result<void>> upload_once(shared_run run) {
  if (run->machine.progress().uploaded) co_return result<void>{};
  auto uploading = upload_attachments(run->state->sender, std::nullopt, run->state->message,
                                      options_of_call(*run->state));
  auto names = co_await std::move(uploading);
  if (!names) co_return names.error();
  run->machine.set_attachments(*std::move(names));
  co_return result<void>{};
}

// Ends with the report when nothing is to be done any more.
asio::awaitable<result<mailing_report>> send_to_all(shared_run run) {
  for (;;) {
    auto stopping = is_cancelled();
    if (co_await std::move(stopping)) co_return cancelled_mailing();
    auto asking = stored_control(run->state);
    const auto control = co_await std::move(asking);
    if (!control) co_return control.error();
    auto report = report_of(run->machine.progress(), *control);
    if (report.status != mailing_status::ready) co_return report;
    auto uploading = upload_once(run);
    const auto uploaded = co_await std::move(uploading);
    if (!uploaded) co_return uploaded.error();
    if (run->machine.next(now_of(*run->state)) == mailing_step::give_up) {
      std::vector<mailing_outcome> unknown;
      for (const auto peer : run->peers_of_call()) unknown.emplace_back().peer = peer;
      auto storing = store_outcomes(run, std::move(unknown));
      const auto stored = co_await std::move(storing);
      if (!stored) co_return stored.error();
      continue;
    }
    auto calling = make_call(run);
    const auto called = co_await std::move(calling);
    if (!called) co_return called.error();
  }
}

error other_message(const mailing_state& state) {
  error refusal{errc::invalid_argument, request_effect::not_sent,
                "the mailing \"" + state.key +
                    "\" has begun with another message: finish it with that, forget it, or take "
                    "another key"};
  return refusal;
}

}  // namespace

asio::awaitable<result<std::vector<mailing_outcome>>> test_mailing(shared_mailing state,
                                                                   std::vector<peer_id> few) {
  if (auto refusal = mailing_refusal(*state)) co_return *std::move(refusal);
  few = without_repeats(std::move(few));
  if (few.empty() || few.size() > most_receivers) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "a test of the mailing \"" + state->key + "\" takes 1 to 100 peers, not " +
                        std::to_string(few.size())};
  }
  auto uploading =
      upload_attachments(state->sender, std::nullopt, state->message, options_of_call(*state));
  const auto attachments = co_await std::move(uploading);
  if (!attachments) co_return attachments.error();
  // In memory; it repeats nothing.
  mailing_progress progress;
  progress.peers = few.size();
  mailing_machine machine{std::move(progress), parts_of(*state), few.size(), false};
  for (;;) {
    auto stopping = is_cancelled();
    if (co_await std::move(stopping)) co_return cancelled_mailing();
    static_cast<void>(machine.next(now_of(*state)));
    auto sending =
        send_to(state, machine.receivers(few), machine.part(), *attachments, std::nullopt);
    auto outcomes = co_await std::move(sending);
    if (!outcomes) co_return outcomes.error();
    auto whole = machine.answered(*outcomes);
    if (whole) co_return *std::move(whole);
  }
}

asio::awaitable<result<bool>> begin_mailing(shared_mailing state, std::vector<peer_id> peers) {
  if (auto refusal = mailing_refusal(*state)) co_return *std::move(refusal);
  auto reading = stored_progress(state);
  const auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  if (*stored) {
    if ((*stored)->progress.fingerprint != fingerprint_of(*state->message))
      co_return other_message(*state);
    co_return false;
  }
  peers = without_repeats(std::move(peers));
  mailing_progress progress;
  progress.fingerprint = fingerprint_of(*state->message);
  progress.began =
      std::chrono::duration_cast<std::chrono::milliseconds>(now_of(*state).time_since_epoch())
          .count();
  progress.peers = peers.size();
  state_unit unit;
  unit.write(state->progress_key(), to_json(progress), 0);
  unit.write(state->peers_key(), peers_to_json(peers), 0);
  auto committing = state->store->commit(std::move(unit));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return true;
}

asio::awaitable<result<mailing_report>> run_mailing(shared_mailing state) {
  if (auto refusal = mailing_refusal(*state)) co_return *std::move(refusal);
  auto reading = stored_progress(state);
  auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  if (!*stored) co_return not_begun(*state);
  if ((*stored)->progress.fingerprint != fingerprint_of(*state->message))
    co_return other_message(*state);
  auto reading_peers = state->store->read(state->peers_key());
  const auto value = co_await std::move(reading_peers);
  if (!value) co_return value.error();
  auto peers = *value ? peers_from_json((*value)->bytes) : std::nullopt;
  if (!peers || peers->size() != (*stored)->progress.peers)
    co_return unreadable_value(state->peers_key());
  const auto parts = parts_of(*state);
  if ((*stored)->progress.part >= parts) co_return unreadable_value(state->progress_key());
  mailing_machine machine{std::move((*stored)->progress), parts, state->options.peers_per_call(),
                          state->options.repeat_forgotten()};
  auto run = std::make_shared<mailing_run>(
      mailing_run{state, std::move(machine), *std::move(peers), (*stored)->version});
  auto sending = send_to_all(std::move(run));
  co_return co_await std::move(sending);
}

}  // namespace vkxx::detail
