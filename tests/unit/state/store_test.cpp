// The stores of one process: what they promise, also what a shared one does in another way.
#include <gtest/gtest.h>
#include <malloc.h>

#include <memory>
#include <string>
#include <vector>

#include <vkxx/state.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include "unit/state/store_promises.hpp"

namespace vkxx::testing {

class LocalStore : public Store {};

TEST_P(LocalStore, RemembersKeysOfFinishedRowsUntilTheirTime) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a", "1", {"e"}))).value().rows.at(0);
  commit(state_unit{}.forget_keys(at(1'000'000'000), 100)).value();
  EXPECT_EQ(outcome_of(store_->seen({"e"})).value(), std::vector<bool>{true});
  commit(state_unit{}.finish(seq, at(5000))).value();
  open();
  commit(state_unit{}.forget_keys(at(4999), 100)).value();
  EXPECT_EQ(outcome_of(store_->seen({"e"})).value(), std::vector<bool>{true});
  commit(state_unit{}.forget_keys(at(5000), 100)).value();
  EXPECT_EQ(outcome_of(store_->seen({"e"})).value(), std::vector<bool>{false});
}

TEST_P(LocalStore, CountsFailuresAndInterruptions) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  commit(state_unit{}.begin(seq, at(7000))).value();
  commit(state_unit{}.retry(seq, 1, at(8000), "broken")).value();
  auto row = rows().at(0);
  EXPECT_EQ(row.state, inbox_state::retrying);
  EXPECT_EQ(row.failures, 1);
  EXPECT_EQ(row.due, at(8000));
  EXPECT_EQ(row.first_run, at(7000));
  EXPECT_EQ(row.error, "broken");
  commit(state_unit{}.begin(seq, at(9000))).value();
  open();
  EXPECT_EQ(outcome_of(store_->recover()).value().rows, 1U);
  row = rows().at(0);
  EXPECT_EQ(row.state, inbox_state::waiting);
  EXPECT_EQ(row.interruptions, 1);
  EXPECT_EQ(row.first_run, at(7000));
  commit(state_unit{}.begin(seq, at(9000))).value();
  commit(state_unit{}.release(seq)).value();
  EXPECT_EQ(outcome_of(store_->recover()).value().last, seq);
  EXPECT_EQ(rows().at(0).interruptions, 1);
}

tested_store in_memory() {
  return {"Memory", [](const temporary_folder&) { return std::make_shared<memory_state>(); }, true};
}
tested_store in_a_file() {
  return {"Sqlite", [](const temporary_folder& folder) {
            return sqlite_state::open(folder.file("inbox.db")).value();
          }};
}
std::string name_of(const ::testing::TestParamInfo<tested_store>& tested) {
  return tested.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, Store, ::testing::Values(in_memory(), in_a_file()), name_of);
INSTANTIATE_TEST_SUITE_P(All, LocalStore, ::testing::Values(in_memory(), in_a_file()), name_of);

TEST(MemoryState, ForgetsTheOldestAboveItsLimits) {
  memory_state store{memory_state_options{}.max_keys(2).max_dead(1)};
  for (int number = 0; number < 4; ++number) {
    const auto key = std::to_string(number);
    const auto seq =
        outcome_of(store.commit(state_unit{}.put_row(row_in("1/a", key, {key})))).value().rows[0];
    outcome_of(store.commit(state_unit{}.finish(seq, at(1000 + number)))).value();
  }
  EXPECT_EQ(outcome_of(store.seen({"0", "1", "2", "3"})).value(),
            (std::vector<bool>{false, false, true, true}));
  for (int number = 0; number < 3; ++number) {
    const auto seq = outcome_of(store.commit(state_unit{}.put_row(row_in("1/a")))).value().rows[0];
    outcome_of(store.commit(state_unit{}.bury(seq, "no"))).value();
  }
  EXPECT_EQ(outcome_of(store.summary()).value().dead, 1U);
}

// What stays of a row is that it was seen. (Sanitizers have a heap of their own, and see no
// growth.)
TEST(MemoryState, RemembersAKeyInFewBytes) {
  vkxx::memory_state store;
  const auto handle = [&](int number) {
    const auto name = std::string(40, '0') + std::to_string(number);
    auto row = row_in("1/a", std::string(2000, 'x'), {"e/" + name, "m/" + name});
    outcome_of(store.commit(state_unit{}.put_row(std::move(row)))).value();
    const auto seq = static_cast<std::uint64_t>(number) + 1;
    outcome_of(store.commit(state_unit{}.finish(seq, at(1000 + number)))).value();
  };
  constexpr int first = 1000;
  constexpr int count = 10'000;
  for (int number = 0; number < first; ++number) handle(number);
  const auto before = ::mallinfo2().uordblks;
  for (int number = first; number < first + count; ++number) handle(number);
  EXPECT_LT(::mallinfo2().uordblks, before + std::size_t{count} * 2 * 120);
  const auto name = std::string(40, '0') + "1";
  EXPECT_EQ(outcome_of(store.seen({"e/" + name, "m/" + name, "e/" + name + "x"})).value(),
            (std::vector<bool>{true, true, false}));
}

}  // namespace vkxx::testing
