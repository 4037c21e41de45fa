// The part of the service that reports the changes of its world, and makes them again at the start.
#include <cstdio>
#include <exception>
#include <memory>
#include <utility>
#include <variant>

#include "emulator/api/api_attempt.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/saving/changes/change_log.hpp"
#include "emulator/saving/changes/change_records.hpp"
#include "emulator/saving/changes/change_sink.hpp"
#include "emulator/saving/files/world_file.hpp"
#include "emulator/saving/parts/saved_files.hpp"
#include "emulator/saving/snapshot.hpp"
#include "emulator/service.hpp"
#include "emulator/world/accounts/account_commands.hpp"

namespace vkxx::emulation::detail {

void service::begin_keeping(change_sink& changes) {
  const std::lock_guard lock{mutex_};
  changes_ = &changes;
  report_whole();
}

void service::end_keeping() {
  const std::lock_guard lock{mutex_};
  changes_ = nullptr;
}

void service::report_whole() noexcept {
  if (changes_ == nullptr) return;
  changes_->replaced([this](std::uint64_t log) { return snapshot_locked(log); });
}

void service::note_request(const stage& changed, const http_message& message) noexcept {
  note(changed, [&] { return record_of_request(unix_ms(present()), message); });
}

// What is resent may be older than the snapshot.
void service::note_attempt(std::uint64_t number) noexcept {
  note(*stage_, [&] {
    attempt_change change;
    for (const auto& kept : stage_->hub.outbox().attempts())
      if (kept->number == number) change.attempt = *kept;
    return record_of(change);
  });
}

void service::note_tokens(stage& changed) noexcept {
  auto& tokens = changed.logins.tokens();
  for (const auto& text : tokens.take_changed())
    note(changed, [&] {
      token_change change;
      if (const auto* record = changed.state.token(text)) change.record = *record;
      for (const auto& ending : tokens.ending())
        if (ending.text == text) change.end_ms = unix_ms(ending.ends);
      return record_of(change);
    });
}

void service::note_clock() noexcept {
  const std::lock_guard lock{mutex_};
  note(*stage_, [&] {
    clock_change_record change;
    if (time_->frozen())
      change.frozen_at_ms = unix_ms(time_->now());
    else
      change.offset_ms =
          std::chrono::duration_cast<std::chrono::milliseconds>(time_->offset()).count();
    return record_of(change);
  });
}

void service::watch_methods(stage& current) {
  current.methods.on_change([this, &current](const api::attempt& call, const std::string& method,
                                             const argument_list& arguments) {
    note(current, [&] {
      return record_of_method(call.when.unix_ms, call.when.request, method, arguments,
                              call.caller == nullptr ? std::string_view{} : call.caller->text,
                              call.when.base_url);
    });
  });
}

time_point service::present() const {
  return replayed_ms_ ? moment_of(*replayed_ms_) : time_->now();
}

// Nobody else has the world yet. A record that cannot be read ends it: what follows builds on it.
void service::make_changes_again() {
  snapshot_facts facts;
  facts.offset_ms = std::chrono::duration_cast<std::chrono::milliseconds>(time_->offset()).count();
  if (time_->frozen()) facts.frozen_at_ms = unix_ms(time_->now());
  // Of the emulator that recorded them.
  base_url_ = stage_->saved_base_url;
  const auto last = stage_->log;
  std::uint64_t done = 0;
  try {
    const auto found = read_changes(options_.keep(), last, [&](std::string_view record) {
      make_again(record, facts);
      ++done;
    });
    if (found.missing)
      report(log_level::warning, "The changes of the world in `" + options_.keep() +
                                     "` after its snapshot are missing: `" +
                                     change_log_name(options_.keep(), last) +
                                     "` is not there, or empty. Copy it together with the "
                                     "snapshot, or stop the emulator before.");
    if (found.torn_bytes != 0)
      report(log_level::warning,
             "The last change of the world in `" + options_.keep() +
                 "` was not written whole, and is left out: " + std::to_string(found.torn_bytes) +
                 " bytes. Its program has got no answer, unless the machine has stopped, too.");
  } catch (const other_program_failure& failure) {
    // Its changes may come out differently here: what was acknowledged would silently be another.
    throw std::invalid_argument{"world file `" + options_.keep() + "`: " + failure.what()};
  } catch (const std::exception& failure) {
    for (const auto& [number, name] : change_logs_of(options_.keep()))
      if (number >= last) std::rename(name.c_str(), (name + ".unread").c_str());
    report(log_level::warning, "The changes of the world in `" + options_.keep() +
                                   "` cannot be made again after the first " +
                                   std::to_string(done) + ": " + failure.what() +
                                   ". They are left in `" + change_log_name(options_.keep(), last) +
                                   ".unread`.");
  }
  replayed_ms_.reset();
  // What was under way begins again, as after a snapshot.
  facts.base_url = base_url_;
  for (const auto& token : stage_->logins.tokens().ending())
    facts.ending_tokens.emplace_back(token.text, unix_ms(token.ends));
  const auto text = write_snapshot(facts, stage_->state, stage_->hub, stage_->files);
  const auto document = parse_snapshot(text);
  stage_ = stage_of(&document);
  base_url_.clear();
}

void service::make_again(std::string_view record, snapshot_facts& facts) {
  const auto change = read_change(record);
  std::visit(
      [&](const auto& each) {
        if constexpr (requires { each.time_ms; }) replayed_ms_ = each.time_ms;
        using kind = std::remove_cvref_t<decltype(each)>;
        auto& outbox = stage_->hub.outbox();
        if constexpr (std::same_as<kind, callbacks_change>) {
          static_cast<void>(outbox.start(each.time_ms));
        } else if constexpr (std::same_as<kind, delivery_change>) {
          outbox.finish(each.attempt, each.reply, each.time_ms);
        } else if constexpr (std::same_as<kind, attempt_change>) {
          outbox.remember(each.attempt);
        } else if constexpr (std::same_as<kind, due_change>) {
          const command_context context{each.time_ms, {cause_kind::clock, 0}};
          message_commands{stage_->state, context}.expire();
          community_commands{stage_->state, context}.expire_bans();
          outbox.expire(each.time_ms);
        } else if constexpr (std::same_as<kind, clock_change_record>) {
          facts.offset_ms = each.offset_ms;
          facts.frozen_at_ms = each.frozen_at_ms;
        } else {
          make_again(each);
        }
      },
      change);
}

void service::make_again(const method_change& change) {
  const auto known = own_methods_.find(change.method);
  if (known == own_methods_.end() || known->second.run == nullptr)
    throw std::invalid_argument{"there is no method " + change.method};
  auto& current = *stage_;
  const command_context context{change.time_ms, {cause_kind::request, change.request}};
  const command_context by_clock{change.time_ms, {cause_kind::clock, 0}};
  message_commands{current.state, by_clock}.expire();
  community_commands{current.state, by_clock}.expire_bans();
  const auto* caller = change.token.empty() ? nullptr : current.state.token(change.token);
  if (caller == nullptr && !change.token.empty())
    throw std::invalid_argument{"the token of a call is unknown"};
  const method_call request{current.state, change.arguments, caller,         context,
                            current.files, current.hub,      change.base_url};
  try {
    static_cast<void>(known->second.run(request));
  } catch (const api_failure&) {  // NOLINT(bugprone-empty-catch)
    // It was refused when it was recorded, too.
  }
}

void service::make_again(const request_change& change) {
  const auto path = path_of(change.message.target);
  constexpr std::string_view prefix = "/_emulator/";
  if (path.starts_with(prefix)) {
    static_cast<void>(control_live(change.message, path.substr(prefix.size())));
    return;
  }
  recorded_request record;
  static_cast<void>(stream_rules(change.message, record));
}

void service::make_again(const upload_change& change) {
  auto* ticket = stage_->files.uploads().find(change.token);
  if (ticket == nullptr) throw std::invalid_argument{"the address of an upload is unknown"};
  std::vector<received_file> received;
  for (const auto& file : change.files)
    received.push_back(
        {file.field, file.filename, file.extension, file.content_type,
         file.content.empty() ? nullptr : file_from_text(file.content, stage_->files.space())});
  moment when;
  when.unix_ms = change.time_ms;
  when.unix_time = change.time_ms / 1000;
  when.request = change.request;
  when.base_url = change.base_url;
  take_files(*stage_, *ticket, std::move(received), change.old_format, when);
}

void service::make_again(const token_change& change) {
  account_commands commands{stage_->state, {}};
  if (stage_->state.token(change.record.text) == nullptr)
    commands.add_token(change.record);
  else
    commands.revoke_token(change.record.text, change.record.trouble);
  if (change.end_ms && change.record.trouble.empty())
    stage_->logins.tokens().add_ending({change.record.text, moment_of(*change.end_ms)});
}

void service::make_again(const poll_change& change) {
  static_cast<void>(
      poll_once(*stage_, {change.of_community, change.owner}, change.query, change.last));
}

}  // namespace vkxx::emulation::detail
