// A store in a file, when the disk or somebody else is in the way.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>

#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/state_support.hpp"

namespace {

namespace asio = boost::asio;

using vkxx::sqlite_state;
using vkxx::state_unit;
using vkxx::testing::at;
using vkxx::testing::outcome_of;
using vkxx::testing::row_in;
using vkxx::testing::temporary_folder;

std::string refusal_of(const std::string& path) {
  const auto opened =
      sqlite_state::open(path, vkxx::sqlite_options{}.lock_time(vkxx::duration::zero()));
  EXPECT_TRUE(opened || opened.error() == vkxx::errc::state_failed);
  return opened ? std::string{} : opened.error().message();
}

constexpr int locked_out = 7;

// Another process that opens the file by itself: 0, or `locked_out`.
int other_program(const std::string& statement, const std::string& path) {
  const auto program = "import sqlite3, sys\ntry: " + statement +
                       "\nexcept sqlite3.OperationalError as failure:\n"
                       " sys.exit(7 if 'locked' in str(failure) else 1)";
  const auto child = ::fork();
  if (child == 0) {
    ::execlp("python3", "python3", "-c", program.c_str(), path.c_str(),
             static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

TEST(SqliteState, IsForOneProcessAtATime) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path).value();
  EXPECT_NE(refusal_of(path).find("another process holds it"), std::string::npos);
  // Also one that only reads.
  EXPECT_EQ(
      other_program("sqlite3.connect(sys.argv[1], timeout=0).execute('select count(*) from inbox')",
                    path),
      locked_out);
}

// As the process of a program that is started again at once may be.
TEST(SqliteState, WaitsForAProcessThatIsStillEnding) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  auto before = sqlite_state::open(path).value();
  std::promise<std::string> first_refusal;
  auto opening = std::async(std::launch::async, [&] {
    first_refusal.set_value(refusal_of(path));
    return sqlite_state::open(path, vkxx::sqlite_options{}.lock_time(std::chrono::minutes{1}));
  });
  EXPECT_NE(first_refusal.get_future().get(), "");
  before.reset();
  EXPECT_TRUE(opening.get());
}

// What is written to a file that nobody finds any more is lost when the process ends.
TEST(SqliteState, RefusesCommitsWhenItsFileWasRemoved) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path).value();
  outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
  std::filesystem::remove(path);
  const auto refused = outcome_of(store->commit(state_unit{}.put_row(row_in("1/a"))));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), vkxx::errc::state_failed);
  EXPECT_NE(refused.error().message().find("was removed while it was in use"), std::string::npos);
}

TEST(SqliteState, RefusesCommitsWhenItsLogWasRemovedAndLosesNothing) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  {
    const auto store = sqlite_state::open(path).value();
    outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
    std::filesystem::remove(path + "-wal");
    const auto refused = outcome_of(store->commit(state_unit{}.put_row(row_in("1/a"))));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("its log"), std::string::npos);
  }
  const auto store = sqlite_state::open(path).value();
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 1U);
  EXPECT_TRUE(outcome_of(store->check_integrity()));
}

TEST(SqliteState, RefusesCommitsWhenItsFileWasMovedAndLosesNothing) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto moved = folder.file("moved.db");
  {
    const auto store = sqlite_state::open(path).value();
    outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
    std::filesystem::rename(path, moved);
    for (const bool replaced : {false, true}) {
      if (replaced) std::ofstream{path} << "another one";
      const auto refused = outcome_of(store->commit(state_unit{}.put_row(row_in("1/a"))));
      ASSERT_FALSE(refused);
      EXPECT_NE(refused.error().message().find("was moved or replaced"), std::string::npos);
    }
  }
  const auto store = sqlite_state::open(moved).value();
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 1U);
}

// As by `cp backup.db inbox.db`.
TEST(SqliteState, RefusesCommitsWhenItsFileWasOverwrittenAndLeavesTheCopyAsItIs) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto copy = folder.file("copy.db");
  {
    const auto store = sqlite_state::open(path).value();
    outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
  }
  std::filesystem::copy_file(path, copy);
  {
    const auto store = sqlite_state::open(path).value();
    // Some of it is moved into the file, and some is still in its log.
    for (int number = 0; number < 60; ++number) {
      outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", std::string(100'000, 'x')))))
          .value();
    }
    std::filesystem::copy_file(copy, path, std::filesystem::copy_options::overwrite_existing);
    const auto refused = outcome_of(store->commit(state_unit{}.put_row(row_in("1/a"))));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("if a copy was put back, remove"), std::string::npos);
  }
  const auto bytes_in = [](const std::string& file) {
    std::ifstream read{file, std::ios::binary};
    return std::string{std::istreambuf_iterator<char>{read}, {}};
  };
  EXPECT_EQ(bytes_in(path), bytes_in(copy));
  std::filesystem::remove(path + "-wal");
  const auto store = sqlite_state::open(path).value();
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 1U);
  EXPECT_TRUE(outcome_of(store->check_integrity()));
}

TEST(SqliteState, IgnoresThatTheTimeOfItsFileChanges) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path).value();
  for (int hours = 1; hours <= 2; ++hours) {
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() + std::chrono::hours{hours});
    EXPECT_TRUE(outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))));
  }
}

// SQLite would remove the log of the other one with its own.
TEST(SqliteState, LeavesTheLogOfAnotherFileAtItsPlace) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  auto first = sqlite_state::open(path).value();
  outcome_of(first->commit(state_unit{}.put_row(row_in("1/a")))).value();
  std::filesystem::rename(path, folder.file("moved.db"));
  std::filesystem::rename(path + "-wal", folder.file("moved.db-wal"));
  const auto second = sqlite_state::open(path).value();
  outcome_of(second->commit(state_unit{}.put_row(row_in("1/a")))).value();
  EXPECT_FALSE(outcome_of(first->commit(state_unit{}.put_row(row_in("1/a")))));
  first.reset();
  EXPECT_TRUE(std::filesystem::exists(path + "-wal"));
  EXPECT_TRUE(outcome_of(second->commit(state_unit{}.put_row(row_in("1/a")))));
  const auto moved = sqlite_state::open(folder.file("moved.db")).value();
  EXPECT_EQ(outcome_of(moved->summary()).value().rows, 1U);
}

// Its changes to the file are its own.
TEST(SqliteState, MovesALongLogIntoItsFile) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path).value();
  const auto before = std::filesystem::file_size(path);
  for (int number = 0; number < 60; ++number) {
    outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", std::string(100'000, 'x')))))
        .value();
  }
  EXPECT_GT(std::filesystem::file_size(path), before + 3'000'000);
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 5'500'000U);
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 60U);
}

TEST(SqliteState, RemovesTheOldestDeadLettersAboveItsLimit) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path, vkxx::sqlite_options{}.max_dead(2)).value();
  std::size_t removed = 0;
  for (const auto* lane : {"1/a", "1/b", "1/c"}) {
    auto put = state_unit{}.put_row(row_in(lane, lane, {lane}));
    const auto seq = outcome_of(store->commit(std::move(put))).value().rows.at(0);
    outcome_of(store->commit(state_unit{}.put_row_value(seq, "once", "x"))).value();
    removed += outcome_of(store->commit(state_unit{}.bury(seq, "no"))).value().removed_dead;
  }
  EXPECT_EQ(removed, 1U);
  vkxx::inbox_query query;
  query.dead = true;
  const auto dead = outcome_of(store->take(query)).value().rows;
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].body, "1/b");
  EXPECT_EQ(outcome_of(store->seen({"1/a", "1/b"})).value(), (std::vector<bool>{false, true}));
  EXPECT_TRUE(outcome_of(store->row_values(dead[0].seq - 1)).value().empty());
}

TEST(SqliteState, RefusesOptionsOutOfRange) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto refused = [&](const vkxx::sqlite_options& options) {
    const auto opened = sqlite_state::open(path, options);
    return !opened && opened.error() == vkxx::errc::invalid_argument;
  };
  EXPECT_TRUE(refused(vkxx::sqlite_options{}.lock_time(-std::chrono::seconds{1})));
  EXPECT_TRUE(refused(vkxx::sqlite_options{}.lock_time(std::chrono::hours{1})));
  EXPECT_TRUE(refused(vkxx::sqlite_options{}.max_dead(0)));
  EXPECT_FALSE(std::filesystem::exists(path));
}

// POSIX releases all locks of a process on a file when the process closes any descriptor of it.
TEST(SqliteState, KeepsItsLockWhenItsProcessOpensTheFileAgain) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path).value();
  EXPECT_FALSE(refusal_of(path).empty());
  EXPECT_EQ(
      other_program("sqlite3.connect(sys.argv[1], timeout=0).execute('select count(*) from inbox')",
                    path),
      locked_out);
}

// Whether another process could lock the log: a lock of `flock` belongs to its descriptor.
bool log_is_free(const std::string& path) {
  const int log = ::open((path + "-wal").c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_GE(log, 0);
  const bool free = ::flock(log, LOCK_EX | LOCK_NB) == 0;
  ::close(log);
  return free;
}

// So that lock is not the only one.
TEST(SqliteState, IsForOneProcessAlsoIfThatReadsTheFile) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  auto store = sqlite_state::open(path).value();
  outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
  { std::ifstream copying{path}; }
  EXPECT_FALSE(log_is_free(path));
  store.reset();
  // The other process.
  std::ofstream{path + "-wal"}.flush();
  const int log = ::open((path + "-wal").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(log, LOCK_EX | LOCK_NB), 0);
  EXPECT_NE(refusal_of(path).find("another process holds it"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path + "-wal"));
  ::close(log);
  const auto again = sqlite_state::open(path).value();
  EXPECT_EQ(outcome_of(again->summary()).value().rows, 1U);
}

TEST(SqliteState, RefusesFilesThatAreNotItsOwn) {
  const temporary_folder folder;
  std::ofstream{folder.file("text")} << std::string(5000, 'x');
  EXPECT_NE(refusal_of(folder.file("text")).find("damaged, or of another program"),
            std::string::npos);
  EXPECT_NE(refusal_of(folder.file("no/folder")).find("check that the folder exists"),
            std::string::npos);
  // Of a newer version: the number is in the header of the file.
  const auto path = folder.file("new.db");
  sqlite_state::open(path).value().reset();
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(63);
  file.put(9);
  file.close();
  EXPECT_NE(refusal_of(path).find("newer vkxx"), std::string::npos);
  // Of another program.
  std::fstream other{path, std::ios::in | std::ios::out | std::ios::binary};
  other.seekp(68);
  other.put(1);
  other.close();
  EXPECT_NE(refusal_of(path).find("another program"), std::string::npos);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(SqliteState, LeavesFilesOfOtherProgramsAsTheyAre) {
  const temporary_folder folder;
  // With all that has a meaning in an address of SQLite.
  const auto path = folder.file("a b?mode=rw#%41.db");
  for (const auto* mode : {"delete", "wal"}) {
    const auto statement = std::string{"sqlite3.connect(sys.argv[1], timeout=0).executescript('"} +
                           "pragma journal_mode = " + mode +
                           "; create table if not exists mine(x)')";
    ASSERT_EQ(other_program(statement, path), 0);
    const auto before = bytes_of(path);
    EXPECT_NE(refusal_of(path).find("another program"), std::string::npos) << mode;
    EXPECT_EQ(bytes_of(path), before) << mode;
    for (const auto* ending : {"-wal", "-shm", "-journal"})
      EXPECT_FALSE(std::filesystem::exists(path + ending)) << mode << ending;
  }
  const auto text = folder.file("text");
  std::ofstream{text} << "no database";
  EXPECT_FALSE(refusal_of(text).empty());
  EXPECT_EQ(bytes_of(text), "no database");
  EXPECT_FALSE(std::filesystem::exists(text + "-wal"));
  EXPECT_NE(refusal_of(folder.file("")).find("not a regular file"), std::string::npos);
}

// As after a kill in the middle of it: the header counts pages that are not in the file yet.
TEST(SqliteState, OpensAFileWhoseLogWasMovedInPart) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto copy = folder.file("killed.db");
  {
    const auto store = sqlite_state::open(path).value();
    outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
    std::ofstream{copy + "-wal", std::ios::binary} << bytes_of(path + "-wal");
  }
  std::ofstream{copy, std::ios::binary} << bytes_of(path).substr(0, 4096);
  const auto store = sqlite_state::open(copy).value();
  EXPECT_TRUE(outcome_of(store->check_integrity()));
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 1U);
}

TEST(SqliteState, OpensItsOwnFileWithSignsInItsName) {
  const temporary_folder folder;
  const auto path = folder.file("a b?mode=rw#%41.db");
  for (int i = 0; i < 2; ++i) {
    const auto store = sqlite_state::open(path).value();
    outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
  }
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(SqliteState, CreatesAFileForItsUserOnly) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  const auto store = sqlite_state::open(path).value();
  outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).value();
  for (const auto* ending : {"", "-wal"}) {
    struct ::stat found {};
    ASSERT_EQ(::stat((path + ending).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
  }
}

// The limit counts for the whole process, so the test has one of its own.
int full_disk(const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  const auto store = sqlite_state::open(path).value();
  const auto put = [&](std::string body) {
    return outcome_of(store->commit(
        state_unit{}.put_row(row_in("1/a", std::move(body))).put_cursor("source", "next")));
  };
  put("before").value();
  const ::rlimit small{200'000, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_FSIZE, &small) != 0) return 1;
  int failed = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto outcome = put(std::string(50'000, 'x'));
    if (!outcome && outcome.error() == vkxx::errc::state_failed) ++failed;
  }
  if (failed == 0) return 2;
  const ::rlimit large{RLIM_INFINITY, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_FSIZE, &large) != 0) return 3;
  const auto rows = outcome_of(store->take({})).value().rows.size();
  // Those that were reported as committed, and no others.
  if (rows != static_cast<std::size_t>(1 + 20 - failed)) return 4;
  if (!put("after")) return 5;
  return outcome_of(store->check_integrity()) ? 0 : 6;
}

TEST(SqliteState, ReportsAFullDiskAndGoesOnAfterwards) {
  const temporary_folder folder;
  const auto child = ::fork();
  if (child == 0) ::_exit(full_disk(folder.file("inbox.db")));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  // What was committed is there for the next process.
  const auto store = sqlite_state::open(folder.file("inbox.db")).value();
  EXPECT_EQ(outcome_of(store->cursor("source")).value(), "next");
}

TEST(SqliteState, ReportsDamage) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  {
    const auto store = sqlite_state::open(path).value();
    for (int number = 0; number < 50; ++number) {
      outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", std::string(4000, 'x')))))
          .value();
    }
  }
  const auto size = std::filesystem::file_size(path);
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  for (std::size_t page = 4096; page < size; page += 4096) {
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(1000, '\xff');
  }
  file.close();
  const auto opened = sqlite_state::open(path);
  if (!opened) {
    EXPECT_NE(opened.error().message().find("damaged"), std::string::npos);
    return;
  }
  const auto checked = outcome_of((*opened)->check_integrity());
  ASSERT_TRUE(checked.has_error());
  EXPECT_EQ(checked.error(), vkxx::errc::state_failed);
  const auto taken = outcome_of((*opened)->take({}));
  EXPECT_TRUE(taken || taken.error().message().find("damaged") != std::string::npos);
}

TEST(SqliteState, AConflictFailsOnlyItsUnitOfAGroup) {
  const temporary_folder folder;
  const auto store = sqlite_state::open(folder.file("inbox.db")).value();
  asio::io_context io;
  std::atomic<int> committed = 0;
  std::atomic<int> conflicts = 0;
  for (int number = 0; number < 200; ++number) {
    state_unit unit;
    unit.put_row(row_in("1/a"));
    if (number % 3 == 0) unit.finish(1'000'000, at(1));
    asio::co_spawn(io, store->commit(unit), [&](const std::exception_ptr&, auto outcome) {
      ++(outcome ? committed : conflicts);
    });
  }
  io.run();
  EXPECT_EQ(conflicts, 67);
  EXPECT_EQ(committed, 133);
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 133U);
}

TEST(SqliteState, CompletesWhatWaitsWhenItIsDestroyed) {
  const temporary_folder folder;
  const auto path = folder.file("inbox.db");
  asio::thread_pool threads{4};
  std::atomic<int> committed = 0;
  {
    auto store = sqlite_state::open(path).value();
    for (int number = 0; number < 400; ++number) {
      asio::co_spawn(threads, store->commit(state_unit{}.put_row(row_in("1/a"))),
                     [&](const std::exception_ptr&, const auto& outcome) {
                       if (outcome) ++committed;
                     });
    }
  }
  threads.join();
  EXPECT_EQ(committed, 400);
  const auto store = sqlite_state::open(path).value();
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 400U);
}

TEST(SqliteState, WaitsCanBeCancelled) {
  const temporary_folder folder;
  const auto store = sqlite_state::open(folder.file("inbox.db")).value();
  asio::io_context io;
  std::deque<asio::cancellation_signal> stops(20);
  int ended = 0;
  for (std::size_t number = 0; number < 20; ++number) {
    auto finished = [&](const std::exception_ptr& failure, const auto& outcome) {
      EXPECT_FALSE(failure);
      if (outcome || outcome.error() == vkxx::errc::cancelled) ++ended;
    };
    asio::co_spawn(io, store->commit(state_unit{}.put_row(row_in("1/a"))),
                   asio::bind_cancellation_slot(stops[number].slot(), finished));
  }
  io.poll();
  for (auto& stop : stops) stop.emit(asio::cancellation_type::total);
  io.run();
  EXPECT_EQ(ended, 20);
}

}  // namespace
