// What every store promises.
#include <gtest/gtest.h>
#include <malloc.h>

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/state.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/state_support.hpp"

namespace {

using vkxx::inbox_query;
using vkxx::inbox_state;
using vkxx::state_unit;
using vkxx::testing::at;
using vkxx::testing::outcome_of;
using vkxx::testing::row_in;

class Store : public ::testing::TestWithParam<bool> {
 protected:
  Store() { open(); }

  // A file is closed and opened again; memory is left as it is.
  void open() {
    if (!GetParam()) {
      if (!store_) store_ = std::make_shared<vkxx::memory_state>();
      return;
    }
    store_.reset();
    store_ = vkxx::sqlite_state::open(folder_.file("inbox.db")).value();
  }
  vkxx::result<vkxx::commit_receipt> commit(state_unit unit) {
    return outcome_of(store_->commit(std::move(unit)));
  }
  std::vector<vkxx::inbox_row> rows(inbox_query query = {}) {
    return outcome_of(store_->take(std::move(query))).value().rows;
  }
  std::vector<std::string> bodies(inbox_query query = {}) {
    std::vector<std::string> texts;
    for (const auto& row : rows(std::move(query))) texts.push_back(row.body);
    return texts;
  }
  std::optional<vkxx::state_value> read(std::string key) {
    return outcome_of(store_->read(std::move(key))).value();
  }

  vkxx::testing::temporary_folder folder_;
  std::shared_ptr<vkxx::state_store> store_;
};

TEST_P(Store, KeepsRowsInOrderAndFindsThemByLaneAndShare) {
  state_unit unit;
  for (const auto* lane : {"1/a", "1/b", "2/a", "1/a"}) {
    unit.put_row(row_in(lane, std::string{lane} + std::string{"\0x", 2}));
  }
  const auto receipt = commit(unit).value();
  ASSERT_EQ(receipt.rows.size(), 4U);
  for (std::size_t index = 1; index < 4; ++index) {
    EXPECT_LT(receipt.rows[index - 1], receipt.rows[index]);
  }
  open();
  EXPECT_EQ(rows().size(), 4U);
  inbox_query lane;
  lane.lane = "1/a";
  EXPECT_EQ(bodies(lane), (std::vector{std::string{"1/a\0x", 5}, std::string{"1/a\0x", 5}}));
  inbox_query share;
  share.share = "1";
  EXPECT_EQ(rows(share).size(), 3U);
  share.after = receipt.rows[1];
  EXPECT_EQ(rows(share).size(), 1U);
  inbox_query two;
  two.limit = 2;
  const auto page = outcome_of(store_->take(two)).value();
  EXPECT_EQ(page.rows.size(), 2U);
  EXPECT_FALSE(page.complete);
  two.limit = 4;
  EXPECT_TRUE(outcome_of(store_->take(two)).value().complete);
  two.max_bytes = 1;
  EXPECT_EQ(outcome_of(store_->take(two)).value().rows.size(), 1U);
}

TEST_P(Store, PutsARowOnceForItsKeys) {
  EXPECT_NE(commit(state_unit{}.put_row(row_in("1/a", "1", {"e", "m"}))).value().rows.at(0), 0U);
  EXPECT_EQ(commit(state_unit{}.put_row(row_in("1/a", "2", {"m"}))).value().rows.at(0), 0U);
  const auto both =
      commit(state_unit{}.put_row(row_in("1/a", "3", {"x"})).put_row(row_in("1/a", "4", {"x"})))
          .value();
  EXPECT_NE(both.rows.at(0), 0U);
  EXPECT_EQ(both.rows.at(1), 0U);
  EXPECT_EQ(bodies(), (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(outcome_of(store_->seen({"e", "m", "x", "y"})).value(),
            (std::vector<bool>{true, true, true, false}));
}

TEST_P(Store, RemembersKeysOfFinishedRowsUntilTheirTime) {
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

TEST_P(Store, CountsFailuresAndInterruptions) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  commit(state_unit{}.begin(seq, at(7000))).value();
  commit(state_unit{}.retry(seq, at(8000), "broken")).value();
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

TEST_P(Store, KeepsDeadLettersApart) {
  const auto receipt =
      commit(state_unit{}.put_row(row_in("1/a", "1", {"e"})).put_row(row_in("1/a", "2"))).value();
  const auto seq = receipt.rows.at(0);
  commit(state_unit{}.bury(seq, "hopeless")).value();
  EXPECT_EQ(bodies(), std::vector<std::string>{"2"});
  inbox_query dead;
  dead.dead = true;
  ASSERT_EQ(rows(dead).size(), 1U);
  EXPECT_EQ(rows(dead).at(0).error, "hopeless");
  EXPECT_EQ(outcome_of(store_->summary()).value().dead, 1U);
  EXPECT_EQ(commit(state_unit{}.bury(seq, "again")).error(), vkxx::errc::state_conflict);
  EXPECT_EQ(commit(state_unit{}.begin(seq, at(1))).error(), vkxx::errc::state_conflict);
  commit(state_unit{}.revive(seq)).value();
  EXPECT_EQ(bodies(), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(rows().at(0).failures, 0);
  EXPECT_EQ(commit(state_unit{}.revive(seq)).error(), vkxx::errc::state_conflict);
}

TEST_P(Store, ChangesNothingIfOnePartDoesNotFit) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  state_unit unit;
  unit.write("key", "new").put_row(row_in("1/b")).put_cursor("source", "9").finish(seq, at(1));
  unit.finish(seq, at(1));
  const auto outcome = commit(unit);
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error(), vkxx::errc::state_conflict);
  EXPECT_EQ(rows().size(), 1U);
  EXPECT_FALSE(read("key"));
  EXPECT_EQ(outcome_of(store_->cursor("source")).value(), "");
}

TEST_P(Store, WritesOnlyOverTheExpectedVersion) {
  commit(state_unit{}.write("key", "1", 0)).value();
  const auto first = read("key").value();
  EXPECT_EQ(first.bytes, "1");
  EXPECT_EQ(commit(state_unit{}.write("key", "2", 0)).error(), vkxx::errc::state_conflict);
  commit(state_unit{}.write("key", "2", first.version)).value();
  EXPECT_EQ(commit(state_unit{}.erase("key", first.version)).error(), vkxx::errc::state_conflict);
  open();
  const auto second = read("key").value();
  EXPECT_EQ(second.bytes, "2");
  commit(state_unit{}.erase("key", second.version)).value();
  EXPECT_FALSE(read("key"));
  // A value that was removed and written again is another one.
  commit(state_unit{}.write("key", "3", 0)).value();
  EXPECT_GT(read("key")->version, second.version);
  EXPECT_EQ(commit(state_unit{}.write("key", "4", second.version)).error(),
            vkxx::errc::state_conflict);
}

TEST_P(Store, KeepsValuesOfARowUntilItIsFinished) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  commit(state_unit{}.put_row_value(seq, "charge", "42")).value();
  open();
  EXPECT_EQ(outcome_of(store_->row_values(seq)).value().at("charge"), "42");
  commit(state_unit{}.finish(seq, at(1))).value();
  EXPECT_TRUE(outcome_of(store_->row_values(seq)).value().empty());
  EXPECT_EQ(commit(state_unit{}.put_row_value(seq, "charge", "42")).error(),
            vkxx::errc::state_conflict);
}

TEST_P(Store, GivesTimersWhenTheyAreDue) {
  commit(state_unit{}.schedule({"b", "1", "1/a", "two", at(2000)})).value();
  commit(state_unit{}.schedule({"a", "1", "1/a", "one", at(9000)})).value();
  commit(state_unit{}.schedule({"a", "1", "1/a", "one", at(1000)})).value();
  open();
  auto due = outcome_of(store_->timers(at(1999), 10)).value();
  ASSERT_EQ(due.timers.size(), 1U);
  EXPECT_EQ(due.timers.at(0).value, "one");
  EXPECT_EQ(due.next, at(2000));
  EXPECT_EQ(commit(state_unit{}.take_timer("a", at(9000))).error(), vkxx::errc::state_conflict);
  commit(state_unit{}.take_timer("a", at(1000))).value();
  commit(state_unit{}.cancel_timer("nobody")).value();
  due = outcome_of(store_->timers(at(2000), 0)).value();
  EXPECT_TRUE(due.timers.empty());
  EXPECT_EQ(due.next, at(2000));
}

TEST_P(Store, CommitsTheCursorWithItsRows) {
  commit(state_unit{}.put_row(row_in("1/a")).put_cursor("long_poll:1", "17")).value();
  open();
  EXPECT_EQ(outcome_of(store_->cursor("long_poll:1")).value(), "17");
  EXPECT_EQ(outcome_of(store_->summary()).value().shares, std::vector<std::string>{"1"});
}

INSTANTIATE_TEST_SUITE_P(All, Store, ::testing::Values(false, true),
                         [](const auto& tested) { return tested.param ? "Sqlite" : "Memory"; });

TEST(MemoryState, ForgetsTheOldestAboveItsLimits) {
  vkxx::memory_state store{vkxx::memory_state_options{}.max_keys(2).max_dead(1)};
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

}  // namespace
