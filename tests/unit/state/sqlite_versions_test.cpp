// Files that an earlier version of the library wrote.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/state_support.hpp"

namespace {

using vkxx::sqlite_state;
using vkxx::state_unit;
using vkxx::testing::at;
using vkxx::testing::outcome_of;
using vkxx::testing::row_in;
using vkxx::testing::temporary_folder;

// The tables of version 1 with a row, a dead letter, and two rows that have ended.
constexpr const char* version_1 = R"sql(
PRAGMA journal_mode = WAL;
CREATE TABLE inbox(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL, share TEXT NOT NULL, lane TEXT NOT NULL, type TEXT NOT NULL,
  body BLOB NOT NULL, received INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0,
  first_run INTEGER, due INTEGER, error TEXT NOT NULL DEFAULT '');
CREATE INDEX inbox_by_lane ON inbox(lane, seq) WHERE state < 3;
CREATE INDEX inbox_by_share ON inbox(share, seq) WHERE state < 3;
CREATE INDEX inbox_dead ON inbox(seq) WHERE state = 3;
CREATE TABLE seen(key TEXT PRIMARY KEY, seq INTEGER, forget_at INTEGER) WITHOUT ROWID;
CREATE INDEX seen_by_row ON seen(seq) WHERE seq IS NOT NULL;
CREATE INDEX seen_by_time ON seen(forget_at) WHERE forget_at IS NOT NULL;
CREATE TABLE row_values(seq INTEGER, name TEXT, bytes BLOB NOT NULL,
  PRIMARY KEY(seq, name)) WITHOUT ROWID;
CREATE TABLE cursors(source TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stored_values(version INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL);
CREATE TABLE timers(key TEXT PRIMARY KEY, due INTEGER NOT NULL, share TEXT NOT NULL,
  lane TEXT NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX timers_by_time ON timers(due);
PRAGMA application_id = 1986754680;
PRAGMA user_version = 1;
INSERT INTO inbox(seq, source, share, lane, type, body, received) VALUES
  (7, 's', '1', '1/a', 'message_new', 'waits', 1);
INSERT INTO inbox(seq, source, share, lane, type, body, received, state) VALUES
  (8, 's', '1', '1/a', 'message_new', 'dead', 1, 3);
INSERT INTO seen VALUES ('row', 7, NULL), ('dead', 8, NULL), ('soon', NULL, 5000),
  ('soon too', NULL, 5000), ('late', NULL, 9000);
INSERT INTO cursors VALUES ('s', '42');
)sql";

std::string file_of_version_1(const temporary_folder& folder) {
  auto path = folder.file("inbox.db");
  sqlite3* file = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &file), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(file, version_1, nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(file), SQLITE_OK);
  return path;
}

TEST(SqliteVersions, AFileOfVersion1KeepsItsRowsAndForgetsItsKeysInTime) {
  const temporary_folder folder;
  const auto path = file_of_version_1(folder);
  const std::vector<std::string> keys{"row", "dead", "soon", "soon too", "late"};
  const auto store = sqlite_state::open(path).value();
  const auto known = [&] { return outcome_of(store->seen(keys)).value(); };
  const auto forget = [&](int time) {
    outcome_of(store->commit(state_unit{}.forget_keys(at(time), 100))).value();
  };
  EXPECT_EQ(known(), (std::vector<bool>{true, true, true, true, true}));
  EXPECT_EQ(outcome_of(store->cursor("s")).value(), "42");
  EXPECT_EQ(outcome_of(store->summary()).value().dead, 1U);
  forget(5000);
  EXPECT_EQ(known(), (std::vector<bool>{true, true, false, false, true}));
  outcome_of(store->commit(state_unit{}.finish(7, at(6000)))).value();
  forget(6000);
  EXPECT_EQ(known(), (std::vector<bool>{false, true, false, false, true}));
  forget(9000);
  EXPECT_EQ(known(), (std::vector<bool>{false, true, false, false, false}));
  const auto next = outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", "new", {"late"}))));
  EXPECT_EQ(next.value().rows.at(0), 9U);
  EXPECT_TRUE(outcome_of(store->check_integrity()));
}

TEST(SqliteVersions, AFileIsBroughtUpToDateOnce) {
  const temporary_folder folder;
  const auto path = file_of_version_1(folder);
  sqlite_state::open(path).value().reset();
  const auto store = sqlite_state::open(path).value();
  EXPECT_EQ(outcome_of(store->seen({"late"})).value(), std::vector<bool>{true});
}

TEST(SqliteVersions, NoMoreKeysAreForgottenThanAskedFor) {
  const temporary_folder folder;
  const auto store = sqlite_state::open(file_of_version_1(folder)).value();
  const std::vector<std::string> keys{"soon", "soon too"};
  outcome_of(store->commit(state_unit{}.forget_keys(at(5000), 1))).value();
  EXPECT_EQ(outcome_of(store->seen(keys)).value(), (std::vector<bool>{false, true}));
  outcome_of(store->commit(state_unit{}.forget_keys(at(5000), 1))).value();
  EXPECT_EQ(outcome_of(store->seen(keys)).value(), (std::vector<bool>{false, false}));
}

}  // namespace
