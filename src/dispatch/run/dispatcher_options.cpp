#include <vkxx/dispatch/dispatcher_options.hpp>

#include <utility>

namespace vkxx {

dispatcher_options& dispatcher_options::client(std::optional<vkxx::client> vk) {
  client_ = std::move(vk);
  return *this;
}
dispatcher_options& dispatcher_options::clients(client_function choose) {
  clients_ = std::move(choose);
  return *this;
}
dispatcher_options& dispatcher_options::only_open_shares(bool on) noexcept {
  only_open_shares_ = on;
  return *this;
}
dispatcher_options& dispatcher_options::on_closed_share(
    std::function<void(const std::string&)> function) {
  on_closed_share_ = std::move(function);
  return *this;
}
dispatcher_options& dispatcher_options::lanes(lane_function choose) {
  lanes_ = std::move(choose);
  return *this;
}
dispatcher_options& dispatcher_options::handle_only(update_choice wanted) {
  handle_only_ = std::move(wanted);
  return *this;
}
dispatcher_options& dispatcher_options::handlers(std::size_t count) {
  handlers_ = count;
  return *this;
}
dispatcher_options& dispatcher_options::handler_time(duration limit) {
  handler_time_ = limit;
  return *this;
}
dispatcher_options& dispatcher_options::retry_after(std::vector<duration> pauses) {
  retry_after_ = std::move(pauses);
  return *this;
}
dispatcher_options& dispatcher_options::max_interruptions(int count) {
  max_interruptions_ = count;
  return *this;
}
dispatcher_options& dispatcher_options::threads(std::size_t count) {
  threads_ = count;
  return *this;
}
dispatcher_options& dispatcher_options::blocking(std::size_t threads) {
  blocking_ = threads;
  return *this;
}
dispatcher_options& dispatcher_options::inbox_limit(std::size_t rows) {
  inbox_limit_ = rows;
  return *this;
}
dispatcher_options& dispatcher_options::lane_window(std::size_t rows) {
  lane_window_ = rows;
  return *this;
}
dispatcher_options& dispatcher_options::max_in_memory(std::size_t rows) {
  max_in_memory_ = rows;
  return *this;
}
dispatcher_options& dispatcher_options::duplicate_time(duration limit) {
  duplicate_time_ = limit;
  return *this;
}
dispatcher_options& dispatcher_options::on_notice(
    std::function<void(const dispatch_notice&)> function) {
  on_notice_ = std::move(function);
  return *this;
}
dispatcher_options& dispatcher_options::time_source(std::shared_ptr<clock> time) {
  time_ = std::move(time);
  return *this;
}
dispatcher_options& dispatcher_options::wall_clock(std::function<wall_time()> function) {
  wall_clock_ = std::move(function);
  return *this;
}

std::string_view to_string(dispatch_notice_kind kind) noexcept {
  switch (kind) {
    case dispatch_notice_kind::loss:
      return "loss";
    case dispatch_notice_kind::retry:
      return "retry";
    case dispatch_notice_kind::dead_letter:
      return "dead_letter";
    case dispatch_notice_kind::stuck_handler:
      return "stuck_handler";
    case dispatch_notice_kind::may_repeat:
      return "may_repeat";
    case dispatch_notice_kind::store_failure:
      return "store_failure";
    case dispatch_notice_kind::source_ended:
      return "source_ended";
    case dispatch_notice_kind::cursor_ignored:
      return "cursor_ignored";
    case dispatch_notice_kind::row_removed:
      return "row_removed";
    case dispatch_notice_kind::taken_over:
      return "taken_over";
    case dispatch_notice_kind::dead_letters_removed:
      return "dead_letters_removed";
  }
  return "unknown";
}

}  // namespace vkxx
