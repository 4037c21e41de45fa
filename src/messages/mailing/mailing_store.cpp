// A mailing in its store.
#include <utility>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "messages/mailing/mailing_run.hpp"
#include "messages/sending/message_requests.hpp"

namespace vkxx::detail {

shared_mailing make_mailing_state(client vk, std::shared_ptr<state_store> store, std::string key,
                                  outgoing message, mailing_options options) {
  if (!store) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "a mailing needs a store: without one nobody knows who got the message"});
  }
  auto client_of_mailing = sender_client{vk, {}, {}, {}};
  client_of_mailing.call = [vk = std::move(vk)](request call, std::optional<call_options> given) {
    return vk.try_call(std::move(call), given ? *std::move(given) : call_options{});
  };
  return std::make_shared<const mailing_state>(mailing_state{
      make_sender_state(std::move(client_of_mailing)), std::move(store), std::move(key),
      std::make_shared<const outgoing>(std::move(message)), std::move(options)});
}

error not_begun(const mailing_state& state) {
  error refusal{errc::invalid_argument, request_effect::not_sent,
                "the mailing \"" + state.key + "\" has not begun: call begin with its peers"};
  return refusal;
}

error unreadable_value(const std::string& name) {
  error refusal{errc::state_failed, request_effect::not_sent,
                "the stored value " + name +
                    " is no part of a mailing: it was written by something else, or is damaged"};
  return refusal;
}

std::string fingerprint_of(const outgoing& message) {
  std::string text;
  for (const auto& call : send_requests(std::nullopt, message, names_of_attachments(message)))
    text += call.parameters().form() + '\n';
  return to_hex(sha256(text));
}

std::optional<error> mailing_refusal(const mailing_state& state) {
  const auto& message = *state.message;
  const auto action = "the mailing \"" + state.key + "\" was not sent";
  if (auto refusal = refusal_of(message, action)) return refusal;
  std::string problem;
  const auto& forwarded = message.forwarded();
  if (message.reply_target() || (forwarded && !forwarded->from))
    problem = "a message to many cannot refer to messages of one conversation";
  if (problem.empty()) return std::nullopt;
  error refusal{errc::invalid_argument, request_effect::not_sent, action + ": " + problem};
  return refusal;
}

asio::awaitable<result<std::optional<stored_mailing>>> stored_progress(shared_mailing state) {
  auto reading = state->store->read(state->progress_key());
  const auto value = co_await std::move(reading);
  if (!value) co_return value.error();
  if (!*value) co_return std::optional<stored_mailing>{};
  auto progress = progress_from_json((*value)->bytes);
  if (!progress) co_return unreadable_value(state->progress_key());
  std::optional<stored_mailing> stored{std::in_place};
  stored->progress = *std::move(progress);
  stored->version = (*value)->version;
  co_return stored;
}

asio::awaitable<result<std::optional<std::string>>> stored_control(shared_mailing state) {
  auto reading = state->store->read(state->control_key());
  const auto value = co_await std::move(reading);
  if (!value) co_return value.error();
  std::optional<std::string> control;
  if (*value) control = (*value)->bytes;
  co_return control;
}

asio::awaitable<result<void>> control_mailing(shared_mailing state, std::string control) {
  auto reading = state->store->read(state->control_key());
  const auto known = co_await std::move(reading);
  if (!known) co_return known.error();
  // What is stopped stays so.
  if (*known && (*known)->bytes == "stop") co_return result<void>{};
  const std::uint64_t version = *known ? (*known)->version : 0;
  if (control.empty() && version == 0) co_return result<void>{};
  state_unit unit;
  if (control.empty()) {
    unit.erase(state->control_key(), version);
  } else {
    unit.write(state->control_key(), std::move(control), version);
  }
  auto committing = state->store->commit(std::move(unit));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return result<void>{};
}

asio::awaitable<result<mailing_report>> report_of_mailing(shared_mailing state) {
  auto reading = stored_progress(state);
  const auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  if (!*stored) co_return not_begun(*state);
  auto asking = stored_control(state);
  const auto control = co_await std::move(asking);
  if (!control) co_return control.error();
  co_return report_of((*stored)->progress, *control);
}

asio::awaitable<result<std::vector<mailing_outcome>>> outcomes_of_mailing(shared_mailing state) {
  auto reading = stored_progress(state);
  const auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  if (!*stored) co_return not_begun(*state);
  std::vector<mailing_outcome> outcomes;
  for (std::size_t call = 0; call < (*stored)->progress.calls; ++call) {
    auto reading_call = state->store->read(state->outcomes_key(call));
    const auto value = co_await std::move(reading_call);
    if (!value) co_return value.error();
    const auto some = *value ? outcomes_from_json((*value)->bytes) : std::nullopt;
    if (!some) co_return unreadable_value(state->outcomes_key(call));
    outcomes.insert(outcomes.end(), some->begin(), some->end());
  }
  co_return outcomes;
}

asio::awaitable<result<bool>> begin_mailing_again(shared_mailing state, shared_mailing earlier) {
  auto asking = report_of_mailing(earlier);
  const auto report = co_await std::move(asking);
  if (!report) co_return report.error();
  const bool over =
      report->status == mailing_status::finished || report->status == mailing_status::stopped;
  if (!over || earlier->key == state->key) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "another round of the mailing \"" + earlier->key +
                        "\" needs a key of its own, and begins when this one is finished or "
                        "stopped; it is " +
                        std::string{to_string(report->status)}};
  }
  auto reading = outcomes_of_mailing(earlier);
  const auto outcomes = co_await std::move(reading);
  if (!outcomes) co_return outcomes.error();
  std::vector<peer_id> peers;
  for (const auto& outcome : *outcomes) {
    if (outcome.may_be_tried_again()) peers.push_back(outcome.peer);
  }
  auto beginning = begin_mailing(state, std::move(peers));
  co_return co_await std::move(beginning);
}

asio::awaitable<result<void>> forget_mailing(shared_mailing state) {
  auto reading = stored_progress(state);
  const auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  if (!*stored) co_return result<void>{};
  state_unit unit;
  unit.erase(state->progress_key(), (*stored)->version).erase(state->peers_key());
  unit.erase(state->control_key());
  for (std::size_t call = 0; call < (*stored)->progress.calls; ++call)
    unit.erase(state->outcomes_key(call));
  auto committing = state->store->commit(std::move(unit));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return result<void>{};
}

}  // namespace vkxx::detail
