// A process that takes part in a shared store, without a dispatcher.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <vkxx/redis.hpp>
#include "integration/dispatch/state_support.hpp"
#include "integration/redis/redis_server.hpp"

namespace vkxx::testing {

// A busy machine must not end leases, unless that is what the test is about.
inline redis::shared_state_options quick_sharing(std::uint32_t parts = 8,
                                                 duration lease_time = std::chrono::seconds{30}) {
  return redis::shared_state_options{}.parts(parts).lease_time(lease_time).allow_volatile(true);
}

// One of the processes that share the store.
class member {
 public:
  explicit member(const test::redis_server& server, duration lease_time = std::chrono::seconds{30},
                  std::uint32_t part_count = 8)
      : store{redis::shared_state::open(
                  redis::options{server.url()}.timeout(std::chrono::milliseconds{900}),
                  quick_sharing(part_count, lease_time))
                  .value()} {
    store->join({"source"});
  }

  // Takes changes until `reached`, for at most 20 s.
  bool until(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!reached() && std::chrono::steady_clock::now() < end) turn();
    return reached();
  }
  void turn() {
    const auto changes = outcome_of(store->next_changes());
    if (!changes) return;
    for (const auto& change : *changes) apply(change);
  }
  bool commit_to(const std::string& lane) {
    inbox_query query;
    query.lane = lane;
    const auto page = outcome_of(store->take(query)).value();
    if (page.rows.empty()) return false;
    return outcome_of(store->commit(state_unit{}.finish(page.rows.front().seq, at(1)))).has_value();
  }

  std::shared_ptr<redis::shared_state> store;
  std::set<std::uint32_t> parts;
  std::set<std::string> sources;
  std::set<std::string> shares;
  std::size_t lost = 0;
  std::size_t rows = 0;
  std::vector<std::string> failures;

 private:
  void apply(const inbox_change& change) {
    switch (change.kind) {
      case inbox_change_kind::part_won:
        EXPECT_TRUE(parts.insert(change.part).second);
        shares.insert(change.shares.begin(), change.shares.end());
        return;
      case inbox_change_kind::rows_arrived:
        shares.insert(change.shares.begin(), change.shares.end());
        return;
      case inbox_change_kind::part_leaving:
        parts.erase(change.part);
        return store->hand_over_part(change.part);
      case inbox_change_kind::part_lost:
        ++lost;
        parts.erase(change.part);
        return;
      case inbox_change_kind::source_won:
        sources.insert(change.source);
        return;
      case inbox_change_kind::source_leaving:
        sources.erase(change.source);
        return store->hand_over_source(change.source);
      case inbox_change_kind::source_lost:
        sources.erase(change.source);
        return;
      case inbox_change_kind::rows_counted:
        rows = change.rows;
        return;
      case inbox_change_kind::failed:
        failures.push_back(change.failure);
        return;
    }
  }
};

}  // namespace vkxx::testing
