// The part of the service between the outbox of the Callback API and its sender.
#include "emulator/saving/changes/change_records.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

void service::watch_transports(stage& current) {
  watch_methods(current);
  current.hub.on_news([this](std::string_view channel) { suspensions_.wake(channel); });
  current.hub.on_callbacks([this] {
    const std::lock_guard lock{callbacks_mutex_};
    if (on_callbacks_) on_callbacks_();
  });
}

void service::on_callbacks(std::function<void()> hook) {
  const std::lock_guard lock{callbacks_mutex_};
  on_callbacks_ = std::move(hook);
}

service::callback_work service::take_callbacks() {
  const std::lock_guard lock{mutex_};
  callback_work work;
  auto& outbox = stage_->hub.outbox();
  const auto ended = outbox.ended();
  const auto now_ms = unix_ms(present());
  work.requests = outbox.start(now_ms);
  if (outbox.ended() != ended || !work.requests.empty())
    note(*stage_, [&] { return record_of(callbacks_change{now_ms}); });
  // Those whose time is over.
  if (outbox.ended() != ended) suspensions_.wake(callback_channel);
  if (const auto due = outbox.next_due_ms()) work.next_due = moment_of(*due);
  work.world_of_work = stage_;
  return work;
}

void service::finish_callback(const callback_work& work, std::uint64_t attempt,
                              callback_reply reply) {
  const std::lock_guard lock{mutex_};
  if (stage_ != work.world_of_work) return;
  for (const auto& request : work.requests)
    if (request.attempt == attempt) note_call(*stage_, request.community, {});
  const auto now_ms = unix_ms(present());
  note(*stage_, [&] { return record_of_delivery(now_ms, attempt, reply); });
  stage_->hub.outbox().finish(attempt, std::move(reply), now_ms);
  stage_->hub.callbacks_changed();
  suspensions_.wake(callback_channel);
}

void service::change_transports(const std::function<void(transport_hub&)>& change) {
  const std::lock_guard lock{mutex_};
  change(stage_->hub);
}

}  // namespace vkxx::emulation::detail
