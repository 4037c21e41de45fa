#include <vkxx/state/state_unit.hpp>

#include <iterator>

namespace vkxx {

std::string_view to_string(inbox_state state) noexcept {
  switch (state) {
    case inbox_state::waiting:
      return "waiting";
    case inbox_state::running:
      return "running";
    case inbox_state::retrying:
      return "retrying";
    case inbox_state::dead:
      return "dead";
  }
  return "unknown";
}

state_unit& state_unit::put_row(inbox_row row) {
  changes_.emplace_back(detail::put_row_change{std::move(row)});
  return *this;
}
state_unit& state_unit::put_cursor(std::string source, std::string cursor) {
  changes_.emplace_back(detail::put_cursor_change{std::move(source), std::move(cursor)});
  return *this;
}
state_unit& state_unit::begin(std::uint64_t seq, wall_time at) {
  changes_.emplace_back(detail::begin_change{seq, at});
  return *this;
}
state_unit& state_unit::finish(std::uint64_t seq, wall_time forget_keys_at) {
  changes_.emplace_back(detail::finish_change{seq, forget_keys_at});
  return *this;
}
state_unit& state_unit::retry(std::uint64_t seq, int failures, wall_time due, std::string error) {
  changes_.emplace_back(detail::retry_change{seq, failures, due, std::move(error)});
  return *this;
}
state_unit& state_unit::release(std::uint64_t seq) {
  changes_.emplace_back(detail::release_change{seq});
  return *this;
}
state_unit& state_unit::bury(std::uint64_t seq, std::string error) {
  changes_.emplace_back(detail::bury_change{seq, std::move(error)});
  return *this;
}
state_unit& state_unit::revive(std::uint64_t seq) {
  changes_.emplace_back(detail::revive_change{seq});
  return *this;
}
state_unit& state_unit::put_row_value(std::uint64_t seq, std::string name, std::string bytes) {
  changes_.emplace_back(detail::row_value_change{seq, std::move(name), std::move(bytes)});
  return *this;
}
state_unit& state_unit::forget_keys(wall_time now, std::size_t limit) {
  changes_.emplace_back(detail::forget_keys_change{now, limit});
  return *this;
}
state_unit& state_unit::write(std::string key, std::string bytes,
                              std::optional<std::uint64_t> expected) {
  changes_.emplace_back(detail::write_change{std::move(key), std::move(bytes), expected});
  return *this;
}
state_unit& state_unit::erase(std::string key, std::optional<std::uint64_t> expected) {
  changes_.emplace_back(detail::write_change{std::move(key), std::nullopt, expected});
  return *this;
}
state_unit& state_unit::schedule(state_timer timer) {
  changes_.emplace_back(detail::schedule_change{std::move(timer)});
  return *this;
}
state_unit& state_unit::cancel_timer(std::string key) {
  changes_.emplace_back(detail::cancel_timer_change{std::move(key)});
  return *this;
}
state_unit& state_unit::take_timer(std::string key, wall_time due) {
  changes_.emplace_back(detail::take_timer_change{std::move(key), due});
  return *this;
}

state_unit& state_unit::append(state_unit other) {
  changes_.insert(changes_.end(), std::make_move_iterator(other.changes_.begin()),
                  std::make_move_iterator(other.changes_.end()));
  return *this;
}

}  // namespace vkxx
