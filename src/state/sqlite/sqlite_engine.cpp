#include "state/sqlite/sqlite_engine.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include <vkxx/core/printable.hpp>
#include "state/sqlite/sqlite_schema.hpp"
#include "state/values/state_text.hpp"

namespace vkxx::detail {
namespace {

// A change that does not fit; the unit changes nothing.
struct unit_conflict {
  error reason;
};

std::int64_t signed_number(std::uint64_t number) noexcept {
  return static_cast<std::int64_t>(number);
}

inbox_state state_of(std::int64_t number) noexcept {
  return number >= 0 && number <= 3 ? static_cast<inbox_state>(number) : inbox_state::waiting;
}

int counter_of(std::int64_t number) noexcept {
  return number >= 0 && number < 1'000'000 ? static_cast<int>(number) : 0;
}

constexpr auto locks_advice =
    "; its file system does not lock files as it should: put it on a local disk";

std::string advice(const sqlite_failure& cause) {
  if (cause.code() == SQLITE_IOERR_LOCK || cause.code() == SQLITE_IOERR_RDLOCK ||
      cause.code() == SQLITE_IOERR_CHECKRESERVEDLOCK) {
    return locks_advice;
  }
  switch (cause.primary_code()) {
    case SQLITE_FULL:
      return "; free some space";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another process holds it: stop that one, or give each process a file of its own";
    case SQLITE_NOTADB:
      return "; it is damaged, or of another program: name one that does not exist yet, or restore "
             "a copy";
    case SQLITE_CORRUPT:
      return "; it is damaged: restore a copy, or save what `sqlite3 FILE .recover` can read";
    case SQLITE_PROTOCOL:
      return locks_advice;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return "; check that the folder exists and may be written to";
    default:
      return {};
  }
}

error described(const std::string& path, const sqlite_failure& cause) {
  return state_failure("the file " + printable(path) +
                       " could not be read or written: " + cause.what() + advice(cause));
}

// SQLite would create it with the rights of the umask. One that exists is not opened here: to close
// it would release the locks that this process may have on it.
void create_private(const std::string& path) {
  struct ::stat found {};
  if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    throw sqlite_refusal{printable(path) + " is not a regular file"};
  }
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return;
  }
  if (errno == EEXIST) return;
  const std::error_code reason{errno, std::generic_category()};
  throw sqlite_failure{SQLITE_CANTOPEN, reason.message()};
}

const std::string& created(const std::string& path) {
  create_private(path);
  return path;
}

}  // namespace

result<std::unique_ptr<sqlite_engine>> open_engine(const std::string& path,
                                                   const sqlite_options& options) {
  constexpr auto pause = std::chrono::milliseconds{20};
  const auto end = std::chrono::steady_clock::now() + options.lock_time();
  for (;;) {
    try {
      return std::make_unique<sqlite_engine>(path, options);
    } catch (const sqlite_failure& cause) {
      const bool held = cause.primary_code() == SQLITE_BUSY;
      if (!held || std::chrono::steady_clock::now() >= end) return described(path, cause);
    } catch (const sqlite_refusal& refusal) {
      return state_failure(refusal.what());
    }
    // A process that was stopped may still be ending. SQLite itself does not wait for all locks.
    std::this_thread::sleep_for(pause);
  }
}

sqlite_engine::sqlite_engine(const std::string& path, const sqlite_options& options)
    : path_{path}, max_dead_{options.max_dead()}, db_{created(path)} {
  lock_ = prepare_file(db_, path, options);
  file_.emplace(std::filesystem::absolute(path).string());
  log_.emplace(db_.file_name() + "-wal");
  sample_ = db_.sample();
}

// At its end SQLite moves the log into the file, but not if the file was moved, and removes what is
// at the path of the log, whosever that is.
sqlite_engine::~sqlite_engine() {
  try {
    const auto file = fate_of_file();
    const auto log = log_->fate();
    const bool log_is_gone = log == file_fate::removed || log == file_fate::moved;
    if (file == file_fate::in_place && !log_is_gone) return;
    if (file != file_fate::overwritten) db_.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const std::exception&) {
    // It stays in the log, which its owner may put back.
  }
  db_.leave_log();
}

// The system may also note a time later than the write that it is of.
file_fate sqlite_engine::fate_of_file() {
  const auto fate = file_->fate();
  if (fate != file_fate::overwritten || db_.sample() != sample_) return fate;
  file_->note_state();
  return file_fate::in_place;
}

void sqlite_engine::check_in_place() {
  const auto throw_if = [](file_fate fate, file_fate bad, const char* text) {
    constexpr auto stop = "; stop the program and start it again";
    if (fate == bad) throw sqlite_failure{SQLITE_IOERR, std::string{text} + stop};
  };
  const auto fate = fate_of_file();
  throw_if(fate, file_fate::removed, "it was removed while it was in use");
  throw_if(fate, file_fate::moved, "it was moved or replaced while it was in use");
  throw_if(fate, file_fate::overwritten,
           "another program wrote to it while it was in use; if a copy was put back, remove the "
           "file with the ending -wal, which does not belong to the copy");
  const auto log = log_->fate();
  throw_if(log, file_fate::removed,
           "its log (the file with the ending -wal) was removed while it was in use");
  throw_if(log, file_fate::moved,
           "its log (the file with the ending -wal) was moved or replaced while it was in use");
}

// SQLite would do it by itself in a commit. Here nothing else changes the file, so that one that
// was changed meanwhile is noticed, and not written to.
void sqlite_engine::shorten_log() {
  constexpr int longest_log = 1000;  // pages
  if (db_.log_pages() < longest_log) return;
  // What was committed before is committed, whatever fails here.
  try {
    if (fate_of_file() != file_fate::in_place) return;
    db_.run("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const sqlite_failure&) {
    // The log grows until there is space.
  }
  file_->note_state();
  try {
    sample_ = db_.sample();
  } catch (const sqlite_failure&) {
    // It is compared only if the time of the file changes.
  }
}

error sqlite_engine::failure(const sqlite_failure& cause) const {
  return described(path_, cause);
}

void sqlite_engine::roll_back() noexcept {
  if (!db_.in_transaction()) return;
  try {
    db_.run("ROLLBACK");
  } catch (const sqlite_failure&) {
    // SQLite has ended the transaction by itself.
  }
}

std::vector<result<commit_receipt>> sqlite_engine::commit(std::vector<state_unit> units) {
  const auto count = units.size();
  std::vector<result<commit_receipt>> outcomes;
  outcomes.reserve(count);
  try {
    check_in_place();
    note_ends(units);
    db_.run("BEGIN IMMEDIATE");
    for (auto& unit : units) outcomes.push_back(apply_unit(std::move(unit)));
    db_.run("COMMIT");
    shorten_log();
    return outcomes;
  } catch (const sqlite_failure& cause) {
    roll_back();
    return std::vector<result<commit_receipt>>(count, result<commit_receipt>{failure(cause)});
  }
}

void sqlite_engine::note_ends(const std::vector<state_unit>& units) {
  ends_.clear();
  for (const auto& unit : units) {
    for (const auto& change : unit.changes()) {
      if (const auto* finish = std::get_if<finish_change>(&change)) ends_.insert(finish->seq);
    }
  }
}

result<commit_receipt> sqlite_engine::apply_unit(state_unit unit) {
  db_.prepared("SAVEPOINT unit").run();
  commit_receipt receipt;
  try {
    auto changes = unit.take_changes();
    for (auto& change : changes) {
      std::visit([&](auto& some) { apply(some, receipt); }, change);
    }
  } catch (const unit_conflict& conflict) {
    db_.prepared("ROLLBACK TO unit").run();
    db_.prepared("RELEASE unit").run();
    return conflict.reason;
  } catch (const sqlite_failure& cause) {
    // What is wrong with this unit alone must not fail the others with it, time after time.
    if (!db_.in_transaction()) throw;
    db_.prepared("ROLLBACK TO unit").run();
    db_.prepared("RELEASE unit").run();
    return failure(cause);
  }
  db_.prepared("RELEASE unit").run();
  return receipt;
}

void sqlite_engine::expect_row(std::uint64_t seq) const {
  if (db_.changes() != 1) throw unit_conflict{row_is_gone(seq)};
}

void sqlite_engine::apply(put_row_change& change, commit_receipt& receipt) {
  const auto& row = change.row;
  for (const auto& key : row.keys) {
    auto known = db_.prepared("SELECT 1 FROM seen WHERE key = ?");
    known.add_text(key);
    if (!known.next()) continue;
    receipt.rows.push_back(0);
    return;
  }
  std::int64_t seq = 0;
  {
    auto insert = db_.prepared(
        "INSERT INTO inbox(source, share, lane, type, body, received) VALUES(?, ?, ?, ?, ?, ?)"
        " RETURNING seq");
    insert.add_text(row.source).add_text(row.share).add_text(row.lane).add_text(row.type);
    insert.add_bytes(row.body).add(to_milliseconds(row.received));
    if (insert.next()) seq = insert.number(0);
    // A statement with RETURNING has happened only when it was stepped to its end.
    while (insert.next()) {
    }
  }
  for (const auto& key : row.keys) {
    auto insert = db_.prepared("INSERT OR IGNORE INTO seen(key, seq) VALUES(?, ?)");
    insert.add_text(key).add(seq).run();
  }
  receipt.rows.push_back(static_cast<std::uint64_t>(seq));
}

void sqlite_engine::apply(put_cursor_change& change, commit_receipt& /*receipt*/) {
  auto put = db_.prepared("INSERT OR REPLACE INTO cursors(source, cursor) VALUES(?, ?)");
  put.add_text(change.source).add_text(change.cursor).run();
}

void sqlite_engine::apply(begin_change& change, commit_receipt& /*receipt*/) {
  // Nobody sees the mark of a row that goes in the same transaction. That it is there is found out
  // by its end.
  if (ends_.contains(change.seq)) return;
  auto update = db_.prepared(
      "UPDATE inbox SET state = 1, first_run = coalesce(first_run, ?) WHERE seq = ? AND state < 3");
  update.add(to_milliseconds(change.at)).add(signed_number(change.seq)).run();
  expect_row(change.seq);
}

void sqlite_engine::apply(finish_change& change, commit_receipt& /*receipt*/) {
  const auto seq = signed_number(change.seq);
  {
    auto remove = db_.prepared("DELETE FROM inbox WHERE seq = ?");
    remove.add(seq).run();
    expect_row(change.seq);
  }
  auto keys = db_.prepared("INSERT INTO ended(seq, forget_at) VALUES(?, ?)");
  keys.add(seq).add(to_milliseconds(change.forget_keys_at)).run();
  auto values = db_.prepared("DELETE FROM row_values WHERE seq = ?");
  values.add(seq).run();
}

void sqlite_engine::apply(retry_change& change, commit_receipt& /*receipt*/) {
  auto update = db_.prepared(
      "UPDATE inbox SET state = 2, failures = ?, due = ?, error = ? WHERE seq = ? AND state < 3");
  update.add(change.failures).add(to_milliseconds(change.due)).add_text(change.error);
  update.add(signed_number(change.seq)).run();
  expect_row(change.seq);
}

void sqlite_engine::apply(release_change& change, commit_receipt& /*receipt*/) {
  auto update = db_.prepared("UPDATE inbox SET state = 0 WHERE seq = ? AND state < 3");
  update.add(signed_number(change.seq)).run();
  expect_row(change.seq);
}

void sqlite_engine::apply(bury_change& change, commit_receipt& receipt) {
  {
    auto update = db_.prepared(
        "UPDATE inbox SET state = 3, error = ?, failures = failures + 1"
        " WHERE seq = ? AND state < 3");
    update.add_text(change.error).add(signed_number(change.seq)).run();
    expect_row(change.seq);
  }
  receipt.removed_dead += trim_dead();
}

std::size_t sqlite_engine::trim_dead() {
  std::int64_t surplus = 0;
  {
    auto count = db_.prepared("SELECT count(*) FROM inbox WHERE state = 3");
    if (count.next()) surplus = count.number(0) - static_cast<std::int64_t>(max_dead_);
  }
  for (std::int64_t removed = 0; removed < surplus; ++removed) {
    std::int64_t seq = 0;
    {
      auto oldest = db_.prepared("SELECT seq FROM inbox WHERE state = 3 ORDER BY seq LIMIT 1");
      if (oldest.next()) seq = oldest.number(0);
    }
    db_.prepared("DELETE FROM inbox WHERE seq = ?").add(seq).run();
    db_.prepared("DELETE FROM seen WHERE seq = ?").add(seq).run();
    db_.prepared("DELETE FROM row_values WHERE seq = ?").add(seq).run();
  }
  return static_cast<std::size_t>(std::max<std::int64_t>(surplus, 0));
}

void sqlite_engine::apply(revive_change& change, commit_receipt& /*receipt*/) {
  auto update = db_.prepared(
      "UPDATE inbox SET state = 0, failures = 0, interruptions = 0, first_run = NULL, due = NULL"
      " WHERE seq = ? AND state = 3");
  update.add(signed_number(change.seq)).run();
  expect_row(change.seq);
}

void sqlite_engine::apply(row_value_change& change, commit_receipt& /*receipt*/) {
  const auto seq = signed_number(change.seq);
  auto put = db_.prepared(
      "INSERT OR REPLACE INTO row_values(seq, name, bytes)"
      " SELECT seq, ?, ? FROM inbox WHERE seq = ?");
  put.add_text(change.name).add_bytes(change.bytes).add(seq).run();
  expect_row(change.seq);
}

void sqlite_engine::apply(write_change& change, commit_receipt& /*receipt*/) {
  if (change.expected) {
    auto query = db_.prepared("SELECT version FROM stored_values WHERE key = ?");
    query.add_text(change.key);
    const auto version = query.next() ? query.number(0) : 0;
    if (version != signed_number(*change.expected)) {
      throw unit_conflict{version_differs(change.key)};
    }
  }
  {
    auto remove = db_.prepared("DELETE FROM stored_values WHERE key = ?");
    remove.add_text(change.key).run();
  }
  if (!change.bytes) return;
  auto insert = db_.prepared("INSERT INTO stored_values(key, bytes) VALUES(?, ?)");
  insert.add_text(change.key).add_bytes(*change.bytes).run();
}

void sqlite_engine::apply(schedule_change& change, commit_receipt& /*receipt*/) {
  const auto& timer = change.timer;
  auto put = db_.prepared(
      "INSERT OR REPLACE INTO timers(key, due, share, lane, value) VALUES(?, ?, ?, ?, ?)");
  put.add_text(timer.key).add(to_milliseconds(timer.due)).add_text(timer.share);
  put.add_text(timer.lane).add_bytes(timer.value).run();
}

void sqlite_engine::apply(cancel_timer_change& change, commit_receipt& /*receipt*/) {
  auto remove = db_.prepared("DELETE FROM timers WHERE key = ?");
  remove.add_text(change.key).run();
}

void sqlite_engine::apply(take_timer_change& change, commit_receipt& /*receipt*/) {
  auto remove = db_.prepared("DELETE FROM timers WHERE key = ? AND due = ?");
  remove.add_text(change.key).add(to_milliseconds(change.due)).run();
  if (db_.changes() != 1) throw unit_conflict{timer_differs(change.key)};
}

void sqlite_engine::apply(forget_keys_change& change, commit_receipt& /*receipt*/) {
  const auto limit = static_cast<std::int64_t>(change.limit);
  for (std::int64_t forgotten = 0; forgotten < limit;) {
    std::int64_t seq = 0;
    {
      auto oldest =
          db_.prepared("SELECT seq FROM ended WHERE forget_at <= ? ORDER BY forget_at LIMIT 1");
      if (!oldest.add(to_milliseconds(change.now)).next()) return;
      seq = oldest.number(0);
    }
    auto keys =
        db_.prepared("DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE seq = ? LIMIT ?)");
    keys.add(seq).add(limit - forgotten).run();
    const auto left = limit - forgotten;
    forgotten += db_.changes();
    if (db_.changes() < left) db_.prepared("DELETE FROM ended WHERE seq = ?").add(seq).run();
  }
}

inbox_summary sqlite_engine::recover() {
  db_.prepared("UPDATE inbox SET state = 0, interruptions = interruptions + 1 WHERE state = 1")
      .run();
  return summary();
}

inbox_summary sqlite_engine::summary() {
  inbox_summary found;
  auto shares = db_.prepared("SELECT share, count(*) FROM inbox WHERE state < 3 GROUP BY share");
  while (shares.next()) {
    found.shares.push_back(shares.bytes(0));
    found.rows += static_cast<std::size_t>(shares.number(1));
  }
  auto dead = db_.prepared("SELECT count(*) FROM inbox WHERE state = 3");
  if (dead.next()) found.dead = static_cast<std::size_t>(dead.number(0));
  auto last = db_.prepared("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'");
  if (last.next()) found.last = static_cast<std::uint64_t>(last.number(0));
  return found;
}

namespace {

#define VKXX_INBOX_COLUMNS                                                                 \
  "SELECT seq, source, share, lane, type, body, received, state, failures, interruptions," \
  " first_run, due, error FROM inbox "

const char* statement_of(const inbox_query& query) {
  if (query.dead) return VKXX_INBOX_COLUMNS "WHERE state = 3 AND seq > ? ORDER BY seq";
  if (!query.lane.empty()) {
    return VKXX_INBOX_COLUMNS "WHERE state < 3 AND lane = ? AND seq > ? ORDER BY seq";
  }
  if (!query.share.empty()) {
    return VKXX_INBOX_COLUMNS "WHERE state < 3 AND share = ? AND seq > ? ORDER BY seq";
  }
  return VKXX_INBOX_COLUMNS "WHERE state < 3 AND seq > ? ORDER BY seq";
}

#undef VKXX_INBOX_COLUMNS

std::optional<wall_time> optional_time(std::optional<std::int64_t> count) {
  return count ? std::optional{from_milliseconds(*count)} : std::nullopt;
}

inbox_row row_of(const sqlite_query& query) {
  inbox_row row;
  row.seq = static_cast<std::uint64_t>(query.number(0));
  row.source = query.bytes(1);
  row.share = query.bytes(2);
  row.lane = query.bytes(3);
  row.type = query.bytes(4);
  row.body = query.bytes(5);
  row.received = from_milliseconds(query.number(6));
  row.state = state_of(query.number(7));
  row.failures = counter_of(query.number(8));
  row.interruptions = counter_of(query.number(9));
  row.first_run = optional_time(query.optional_number(10));
  row.due = optional_time(query.optional_number(11));
  row.error = query.bytes(12);
  return row;
}

}  // namespace

inbox_page sqlite_engine::take(const inbox_query& query) {
  auto rows = db_.prepared(statement_of(query));
  if (!query.dead && !query.lane.empty()) {
    rows.add_text(query.lane);
  } else if (!query.dead && !query.share.empty()) {
    rows.add_text(query.share);
  }
  rows.add(signed_number(query.after));
  inbox_page page;
  std::size_t bytes = 0;
  while (rows.next()) {
    auto row = row_of(rows);
    if (!query.share.empty() && row.share != query.share) continue;
    if (!query.lane.empty() && row.lane != query.lane) continue;
    if (page.rows.size() >= query.limit || (bytes >= query.max_bytes && bytes > 0)) {
      page.complete = false;
      break;
    }
    bytes += row.body.size();
    page.rows.push_back(std::move(row));
  }
  return page;
}

std::map<std::string, std::string> sqlite_engine::row_values(std::uint64_t seq) {
  std::map<std::string, std::string> values;
  auto rows = db_.prepared("SELECT name, bytes FROM row_values WHERE seq = ?");
  rows.add(signed_number(seq));
  while (rows.next()) values.emplace(rows.bytes(0), rows.bytes(1));
  return values;
}

std::vector<bool> sqlite_engine::seen(const std::vector<std::string>& keys) {
  std::vector<bool> answers;
  for (const auto& key : keys) {
    auto known = db_.prepared("SELECT 1 FROM seen WHERE key = ?");
    answers.push_back(known.add_text(key).next());
  }
  return answers;
}

std::string sqlite_engine::cursor(const std::string& source) {
  auto query = db_.prepared("SELECT cursor FROM cursors WHERE source = ?");
  return query.add_text(source).next() ? query.bytes(0) : std::string{};
}

std::optional<state_value> sqlite_engine::read(const std::string& key) {
  auto query = db_.prepared("SELECT version, bytes FROM stored_values WHERE key = ?");
  if (!query.add_text(key).next()) return std::nullopt;
  return state_value{static_cast<std::uint64_t>(query.number(0)), query.bytes(1)};
}

due_timers sqlite_engine::timers(wall_time now, std::size_t limit) {
  due_timers due;
  auto rows = db_.prepared("SELECT key, due, share, lane, value FROM timers ORDER BY due");
  while (rows.next()) {
    const auto time = from_milliseconds(rows.number(1));
    if (time > now || due.timers.size() >= limit) {
      due.next = time;
      break;
    }
    due.timers.push_back({rows.bytes(0), rows.bytes(2), rows.bytes(3), rows.bytes(4), time});
  }
  return due;
}

void sqlite_engine::check() {
  auto report = db_.prepared("PRAGMA integrity_check(1)");
  if (report.next() && report.bytes(0) != "ok") {
    throw sqlite_failure{SQLITE_CORRUPT, "the check of the file found: " + report.bytes(0)};
  }
}

}  // namespace vkxx::detail
