#include "unit/state/store_promises.hpp"

#include <gmock/gmock.h>

namespace vkxx::testing {

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
  EXPECT_EQ(commit(state_unit{}.bury(seq, "again")).error(), errc::state_conflict);
  EXPECT_EQ(commit(state_unit{}.begin(seq, at(1))).error(), errc::state_conflict);
  commit(state_unit{}.revive(seq)).value();
  // A store that is shared puts it behind the others.
  EXPECT_THAT(bodies(), ::testing::UnorderedElementsAre("1", "2"));
  for (const auto& row : rows()) EXPECT_EQ(row.failures, 0);
  EXPECT_EQ(commit(state_unit{}.revive(seq)).error(), errc::state_conflict);
}

TEST_P(Store, CountsAFailureOnceHoweverOftenItIsCommitted) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  commit(state_unit{}.begin(seq, at(1))).value();
  for (int time = 0; time < 2; ++time) commit(state_unit{}.retry(seq, 1, at(2), "broken")).value();
  EXPECT_EQ(rows().at(0).failures, 1);
  EXPECT_EQ(rows().at(0).state, inbox_state::retrying);
}

TEST_P(Store, ChangesNothingIfOnePartDoesNotFit) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  state_unit unit;
  unit.write("key", "new").put_row(row_in("1/b")).put_cursor("source", "9").finish(seq, at(1));
  unit.finish(seq, at(1));
  const auto outcome = commit(unit);
  ASSERT_TRUE(outcome.has_error());
  EXPECT_EQ(outcome.error(), errc::state_conflict);
  EXPECT_EQ(rows().size(), 1U);
  EXPECT_FALSE(read("key"));
  EXPECT_EQ(outcome_of(store_->cursor("source")).value(), "");
}

TEST_P(Store, WritesOnlyOverTheExpectedVersion) {
  commit(state_unit{}.write("key", "1", 0)).value();
  const auto first = read("key").value();
  EXPECT_EQ(first.bytes, "1");
  EXPECT_EQ(commit(state_unit{}.write("key", "2", 0)).error(), errc::state_conflict);
  commit(state_unit{}.write("key", "2", first.version)).value();
  EXPECT_EQ(commit(state_unit{}.erase("key", first.version)).error(), errc::state_conflict);
  open();
  const auto second = read("key").value();
  EXPECT_EQ(second.bytes, "2");
  commit(state_unit{}.erase("key", second.version)).value();
  EXPECT_FALSE(read("key"));
  // A value that was removed and written again is another one.
  commit(state_unit{}.write("key", "3", 0)).value();
  EXPECT_GT(read("key")->version, second.version);
  EXPECT_EQ(commit(state_unit{}.write("key", "4", second.version)).error(), errc::state_conflict);
}

TEST_P(Store, KeepsValuesOfARowUntilItIsFinished) {
  const auto seq = commit(state_unit{}.put_row(row_in("1/a"))).value().rows.at(0);
  commit(state_unit{}.put_row_value(seq, "charge", "42")).value();
  open();
  EXPECT_EQ(outcome_of(store_->row_values(seq)).value().at("charge"), "42");
  commit(state_unit{}.finish(seq, at(1))).value();
  EXPECT_TRUE(outcome_of(store_->row_values(seq)).value().empty());
  EXPECT_EQ(commit(state_unit{}.put_row_value(seq, "charge", "42")).error(), errc::state_conflict);
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
  EXPECT_EQ(commit(state_unit{}.take_timer("a", at(9000))).error(), errc::state_conflict);
  commit(state_unit{}.take_timer("a", at(1000))).value();
  commit(state_unit{}.cancel_timer("nobody")).value();
  due = outcome_of(store_->timers(at(2000), 0)).value();
  EXPECT_TRUE(due.timers.empty());
  EXPECT_EQ(due.next, at(2000));
}

TEST_P(Store, GivesTimersOfTheFirstAndTheLastMoment) {
  for (const auto moment : {(wall_time::min)(), (wall_time::max)()}) {
    commit(state_unit{}.schedule({"a", "1", "1/a", "", moment})).value();
    open();
    const auto due = outcome_of(store_->timers((wall_time::max)(), 10)).value();
    ASSERT_EQ(due.timers.size(), 1U);
    commit(state_unit{}.take_timer("a", due.timers.at(0).due)).value();
  }
}

TEST_P(Store, CommitsTheCursorWithItsRows) {
  commit(state_unit{}.put_row(row_in("1/a")).put_cursor("long_poll:1", "17")).value();
  open();
  EXPECT_EQ(outcome_of(store_->cursor("long_poll:1")).value(), "17");
  EXPECT_EQ(outcome_of(store_->summary()).value().shares, std::vector<std::string>{"1"});
}

}  // namespace vkxx::testing
