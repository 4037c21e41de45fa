// Answers of Redis as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/state/state_store.hpp>
#include "redis/state/lease_machine.hpp"

struct redisReply;

namespace vkxx::redis::detail {

// The outcome of a commit, and the lease that the process does not hold.
struct commit_answer {
  result<commit_receipt> outcome;
  std::string refused;
};

struct heartbeat_answer {
  lease_answer leases;
  std::vector<std::uint64_t> tops;               // as `lease_request::renew`
  std::vector<std::uint64_t> taken_tops;         // as `lease_request::take`
  std::vector<std::vector<std::string>> shares;  // as `lease_request::take`
  std::size_t rows = 0;
};

// `errc::state_failed`.
[[nodiscard]] error store_failure(std::string text);

// All of these: the answer is none of this library's scripts if it is an `errc::state_failed`.
// Precondition: `answer` is no error of Redis.
[[nodiscard]] commit_answer read_commit(const redisReply& answer);
[[nodiscard]] result<inbox_page> read_page(const redisReply& answer, std::uint32_t parts);
[[nodiscard]] result<due_timers> read_timers(const redisReply& answer);
[[nodiscard]] result<inbox_summary> read_summary(const redisReply& answer);
[[nodiscard]] result<std::map<std::string, std::string>> read_row_values(const redisReply& answer);
[[nodiscard]] result<std::optional<state_value>> read_value(const redisReply& answer);
[[nodiscard]] result<std::string> read_text(const redisReply& answer);
[[nodiscard]] std::optional<heartbeat_answer> read_heartbeat(const redisReply& answer,
                                                             const lease_request& request);

// The text of a string, a status, or a number; empty for everything else.
[[nodiscard]] std::string text_of(const redisReply& answer);
[[nodiscard]] std::uint64_t number_of(const redisReply& answer);
// The elements of an array; none of everything else.
[[nodiscard]] std::vector<const redisReply*> elements_of(const redisReply& answer);

}  // namespace vkxx::redis::detail
