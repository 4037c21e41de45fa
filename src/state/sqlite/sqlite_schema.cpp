#include "state/sqlite/sqlite_schema.hpp"

#include <sqlite3.h>

#include <string_view>

#include <vkxx/core/printable.hpp>

namespace vkxx::detail {
namespace {

constexpr std::int64_t our_application = 0x766b7878;  // "vkxx", in the header of the file
constexpr std::int64_t our_version = 2;

// States of rows are numbers in the order of `inbox_state`. Partial indexes: dead letters are many
// when something is wrong, and must not slow the rest.
//
// Keys are random, so each change of `seen` writes a page of its own: a key is written when its row
// comes and when it is forgotten, and what the end of its row says of it is in `ended`, in order.
constexpr const char* tables = R"sql(
CREATE TABLE inbox(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL, share TEXT NOT NULL, lane TEXT NOT NULL, type TEXT NOT NULL,
  body BLOB NOT NULL, received INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0,
  first_run INTEGER, due INTEGER, error TEXT NOT NULL DEFAULT '');
CREATE INDEX inbox_by_lane ON inbox(lane, seq) WHERE state < 3;
CREATE INDEX inbox_by_share ON inbox(share, seq) WHERE state < 3;
CREATE INDEX inbox_dead ON inbox(seq) WHERE state = 3;
CREATE TABLE seen(key TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX seen_by_row ON seen(seq);
CREATE TABLE ended(seq INTEGER PRIMARY KEY, forget_at INTEGER NOT NULL);
CREATE INDEX ended_by_time ON ended(forget_at);
CREATE TABLE row_values(seq INTEGER, name TEXT, bytes BLOB NOT NULL,
  PRIMARY KEY(seq, name)) WITHOUT ROWID;
CREATE TABLE cursors(source TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stored_values(version INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL);
CREATE TABLE timers(key TEXT PRIMARY KEY, due INTEGER NOT NULL, share TEXT NOT NULL,
  lane TEXT NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX timers_by_time ON timers(due);
PRAGMA application_id = 1986754680;
PRAGMA user_version = 2;
)sql";
static_assert(our_application == 1986754680 && our_version == 2);

// Version 1 had the times in `seen`, and no rows for those that have ended: they get numbers of
// their own.
constexpr const char* from_version_1 = R"sql(
CREATE TABLE ended(seq INTEGER PRIMARY KEY, forget_at INTEGER NOT NULL);
INSERT INTO ended SELECT -row_number() OVER (ORDER BY forget_at), forget_at
  FROM (SELECT DISTINCT forget_at FROM seen WHERE forget_at IS NOT NULL);
CREATE INDEX ended_by_time ON ended(forget_at);
CREATE TABLE newer_seen(key TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO newer_seen SELECT seen.key, coalesce(seen.seq, ended.seq)
  FROM seen LEFT JOIN ended ON ended.forget_at = seen.forget_at
  WHERE coalesce(seen.seq, ended.seq) IS NOT NULL;
DROP TABLE seen;
ALTER TABLE newer_seen RENAME TO seen;
CREATE INDEX seen_by_row ON seen(seq);
PRAGMA user_version = 2;
)sql";

[[noreturn]] void refuse_owner(const std::string& path) {
  throw sqlite_refusal{printable(path) +
                       " is a file of another program; name one that does not exist yet"};
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

// Reads the header alone (https://sqlite.org/fileformat2.html#the_database_header): a statement
// would need the lock and the log, and would give a file of another program a log. And a file whose
// process was killed while it moved pages from the log is whole only with its log; the header is
// that of either state. So a file that seems to be empty may be ours: `check_owner` looks again.
void refuse_foreign_file(sqlite_connection& db, const std::string& path) {
  constexpr std::size_t header_size = 100;
  constexpr std::size_t application_at = 68;
  constexpr char leaf_page = 0x0d;
  const auto bytes = db.first_bytes(header_size + 8);
  if (bytes.empty()) return;
  if (!bytes.starts_with(std::string_view{"SQLite format 3\0", 16}) ||
      bytes.size() < header_size + 8) {
    throw sqlite_failure{SQLITE_NOTADB, sqlite3_errstr(SQLITE_NOTADB)};
  }
  const std::string_view header{bytes};
  const auto application = big_endian(header.substr(application_at, 4));
  const bool empty =
      header[header_size] == leaf_page && big_endian(header.substr(header_size + 3, 2)) == 0;
  if (application != our_application && (application != 0 || !empty)) refuse_owner(path);
}

std::int64_t number_of(sqlite_connection& db, const char* query) {
  auto answer = db.prepared(query);
  return answer.next() ? answer.number(0) : 0;
}

// The version of its tables; 0: it has none yet.
std::int64_t check_owner(sqlite_connection& db, const std::string& path) {
  const auto application = number_of(db, "PRAGMA application_id");
  const auto version = number_of(db, "PRAGMA user_version");
  const auto objects = number_of(db, "SELECT count(*) FROM sqlite_schema");
  if (application == 0 && objects == 0) return 0;
  if (application != our_application) refuse_owner(path);
  if (version > our_version || version < 1) {
    throw sqlite_refusal{printable(path) + " has version " + std::to_string(version) +
                         " of the tables, and this program reads version " +
                         std::to_string(our_version) + "; use the newer vkxx that wrote it"};
  }
  return version;
}

// In a transaction: the log is there, and nothing has been written to it.
std::unique_ptr<log_lock> lock_log(sqlite_connection& db) {
  auto lock = std::make_unique<log_lock>(db.file_name() + "-wal");
  if (!lock->refused()) return lock;
  db.run("ROLLBACK");
  db.leave_log();
  throw sqlite_failure{SQLITE_BUSY, "its log is locked"};
}

}  // namespace

std::unique_ptr<log_lock> prepare_file(sqlite_connection& db, const std::string& path,
                                       const sqlite_options& options) {
  refuse_foreign_file(db, path);
  // In this order: with the lock held, the index of the log is in memory instead of a third file.
  db.run("PRAGMA locking_mode = EXCLUSIVE");
  db.run("PRAGMA journal_mode = WAL");
  db.run(options.durability() == sqlite_durability::full ? "PRAGMA synchronous = FULL"
                                                         : "PRAGMA synchronous = NORMAL");
  db.run(
      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; PRAGMA mmap_size = 0;"
      "PRAGMA journal_size_limit = 16777216");
  db.run("BEGIN IMMEDIATE");
  auto lock = lock_log(db);
  const auto version = check_owner(db, path);
  if (version == 0) db.run(tables);
  if (version == 1) db.run(from_version_1);
  db.run("COMMIT");
  return lock;
}

}  // namespace vkxx::detail
