#include "redis/state/state_answers.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include <vkxx/core/printable.hpp>
#include "redis/state/unit_words.hpp"

namespace vkxx::redis::detail {
namespace {

constexpr std::size_t row_columns = 13;
constexpr std::size_t timer_columns = 5;

error conflict(std::string text) {
  return {errc::state_conflict, request_effect::not_sent, std::move(text)};
}
error other_shape() {
  return store_failure("Redis: an answer of another shape than the script's");
}

std::int64_t signed_number(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return vkxx::detail::kept_milliseconds(number);
}

wall_time time_of(const redisReply& answer) {
  return vkxx::detail::from_milliseconds(signed_number(text_of(answer)));
}
std::optional<wall_time> optional_time(const redisReply& answer) {
  return text_of(answer).empty() ? std::nullopt : std::optional{time_of(answer)};
}
int count_of(const redisReply& answer) {
  return static_cast<int>(std::clamp<std::int64_t>(signed_number(text_of(answer)), 0, 1'000'000));
}

inbox_row row_of(const std::vector<const redisReply*>& cells, std::uint32_t parts) {
  inbox_row row;
  row.seq = number_of(*cells[0]);
  row.part = part_of_row(row.seq, parts);
  row.source = text_of(*cells[1]);
  row.share = text_of(*cells[2]);
  row.lane = text_of(*cells[3]);
  row.type = text_of(*cells[4]);
  row.body = text_of(*cells[5]);
  row.received = time_of(*cells[6]);
  const auto state = count_of(*cells[7]);
  row.state = state <= static_cast<int>(inbox_state::dead) ? static_cast<inbox_state>(state)
                                                           : inbox_state::waiting;
  row.failures = count_of(*cells[8]);
  row.interruptions = count_of(*cells[9]);
  row.first_run = optional_time(*cells[10]);
  if (row.state == inbox_state::retrying) row.due = optional_time(*cells[11]);
  row.error = text_of(*cells[12]);
  return row;
}

}  // namespace

error store_failure(std::string text) {
  return {errc::state_failed, request_effect::not_sent, std::move(text)};
}

std::string text_of(const redisReply& answer) {
  if (answer.type == REDIS_REPLY_INTEGER) return std::to_string(answer.integer);
  if (answer.type != REDIS_REPLY_STRING && answer.type != REDIS_REPLY_STATUS) return {};
  return {answer.str, static_cast<std::size_t>(answer.len)};
}

std::uint64_t number_of(const redisReply& answer) {
  const auto text = text_of(answer);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<const redisReply*> elements_of(const redisReply& answer) {
  std::vector<const redisReply*> all;
  if (answer.type != REDIS_REPLY_ARRAY) return all;
  all.assign(answer.element, answer.element + answer.elements);
  return all;
}

commit_answer read_commit(const redisReply& answer) {
  const auto cells = elements_of(answer);
  const auto kind = cells.empty() ? std::string{} : text_of(*cells[0]);
  if (kind == "ok") {
    commit_receipt receipt;
    if (cells.size() > 1) receipt.removed_dead = number_of(*cells[1]);
    for (std::size_t index = 2; index < cells.size(); ++index) {
      receipt.rows.push_back(number_of(*cells[index]));
    }
    return {std::move(receipt), {}};
  }
  if (cells.size() < 2) return {other_shape(), {}};
  const auto name = text_of(*cells[1]);
  if (kind == "fence") {
    return {store_failure("nothing was committed: the lease " + printable(name) +
                          " belongs to another process by now"),
            name};
  }
  if (kind == "row") {
    return {conflict("row " + name +
                     " of the inbox could not be changed: it does not exist, or is not in a state "
                     "that allows it"),
            {}};
  }
  if (kind == "value") {
    return {conflict("the value " + printable(name) +
                     " was not written: somebody else has written it since it was read; read it "
                     "again"),
            {}};
  }
  if (kind == "timer") {
    return {conflict("the timer " + printable(name) +
                     " was not taken: it was set to another time, or removed"),
            {}};
  }
  return {other_shape(), {}};
}

result<inbox_page> read_page(const redisReply& answer, std::uint32_t parts) {
  const auto cells = elements_of(answer);
  if (cells.empty()) return other_shape();
  inbox_page page;
  page.complete = number_of(*cells[0]) == 1;
  for (std::size_t index = 1; index < cells.size(); ++index) {
    const auto columns = elements_of(*cells[index]);
    if (columns.size() != row_columns) return other_shape();
    page.rows.push_back(row_of(columns, parts));
  }
  return page;
}

result<due_timers> read_timers(const redisReply& answer) {
  const auto cells = elements_of(answer);
  if (cells.empty()) return other_shape();
  due_timers due;
  due.next = optional_time(*cells[0]);
  for (std::size_t index = 1; index < cells.size(); ++index) {
    const auto columns = elements_of(*cells[index]);
    if (columns.size() != timer_columns) return other_shape();
    due.timers.push_back({text_of(*columns[0]), text_of(*columns[1]), text_of(*columns[2]),
                          text_of(*columns[3]), time_of(*columns[4])});
  }
  return due;
}

result<inbox_summary> read_summary(const redisReply& answer) {
  const auto cells = elements_of(answer);
  if (cells.size() != 4) return other_shape();
  inbox_summary summary;
  summary.rows = number_of(*cells[0]);
  summary.dead = number_of(*cells[1]);
  summary.last = number_of(*cells[2]);
  for (const auto* share : elements_of(*cells[3])) summary.shares.push_back(text_of(*share));
  return summary;
}

result<std::map<std::string, std::string>> read_row_values(const redisReply& answer) {
  const auto cells = elements_of(answer);
  std::map<std::string, std::string> values;
  for (std::size_t index = 0; index + 1 < cells.size(); index += 2) {
    const auto name = text_of(*cells[index]);
    if (name.starts_with("v:")) values.emplace(name.substr(2), text_of(*cells[index + 1]));
  }
  return values;
}

result<std::optional<state_value>> read_value(const redisReply& answer) {
  const auto cells = elements_of(answer);
  if (cells.size() != 2) return other_shape();
  const auto version = number_of(*cells[0]);
  if (version == 0) return std::optional<state_value>{};
  return std::optional{state_value{version, text_of(*cells[1])}};
}

result<std::string> read_text(const redisReply& answer) {
  return text_of(answer);
}

std::optional<heartbeat_answer> read_heartbeat(const redisReply& answer,
                                               const lease_request& request) {
  const auto cells = elements_of(answer);
  if (cells.size() != 5) return std::nullopt;
  heartbeat_answer read;
  for (const auto* member : elements_of(*cells[0])) read.leases.members.push_back(text_of(*member));
  for (const auto* flag : elements_of(*cells[1]))
    read.leases.renewed.push_back(number_of(*flag) == 1);
  for (const auto* top : elements_of(*cells[2])) read.tops.push_back(number_of(*top));
  for (const auto* taken : elements_of(*cells[3])) {
    const auto columns = elements_of(*taken);
    read.leases.taken.push_back(columns.empty() ? std::string{} : text_of(*columns[0]));
    read.taken_tops.push_back(columns.size() < 2 ? 0 : number_of(*columns[1]));
    auto& shares = read.shares.emplace_back();
    for (std::size_t index = 2; index < columns.size(); ++index) {
      shares.push_back(text_of(*columns[index]));
    }
  }
  read.rows = number_of(*cells[4]);
  const bool whole = read.leases.renewed.size() == request.renew.size() &&
                     read.tops.size() == request.renew.size() &&
                     read.leases.taken.size() == request.take.size();
  return whole ? std::optional{std::move(read)} : std::nullopt;
}

}  // namespace vkxx::redis::detail
