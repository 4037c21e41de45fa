// A connection of SQLite with its prepared statements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace vkxx::detail {

// A failure of SQLite, with its extended result code.
class sqlite_failure : public std::runtime_error {
 public:
  sqlite_failure(int code, const std::string& text) : std::runtime_error{text}, code_{code} {}
  [[nodiscard]] int code() const noexcept { return code_; }
  // Without the extension.
  [[nodiscard]] int primary_code() const noexcept { return code_ & 0xff; }

 private:
  int code_;
};

// A run of a prepared statement. It is reset at the end of the object.
class sqlite_query {
 public:
  explicit sqlite_query(sqlite3_stmt* statement) noexcept : statement_{statement} {}
  sqlite_query(const sqlite_query&) = delete;
  sqlite_query& operator=(const sqlite_query&) = delete;
  ~sqlite_query();

  // Parameters in order. Texts must outlive the query.
  sqlite_query& add(std::int64_t value);
  sqlite_query& add(std::optional<std::int64_t> value);
  sqlite_query& add_text(std::string_view text);
  sqlite_query& add_bytes(std::string_view bytes);

  // The next row; false: there is none. Throws `sqlite_failure`.
  [[nodiscard]] bool next();
  // Runs a statement that has no rows.
  void run();

  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_number(int column) const;
  [[nodiscard]] std::string bytes(int column) const;

 private:
  void check(int code) const;

  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// Thread safety: for one thread at a time.
class sqlite_connection {
 public:
  // Throws `sqlite_failure`.
  explicit sqlite_connection(const std::string& path);
  ~sqlite_connection();
  sqlite_connection(const sqlite_connection&) = delete;
  sqlite_connection& operator=(const sqlite_connection&) = delete;

  // At most `limit` bytes of the file as it is, without its log. Takes no lock, and writes and
  // creates nothing; a connection that did nothing else leaves the file as it was.
  [[nodiscard]] std::string first_bytes(std::size_t limit);
  // A number for the bytes of some pages of the file as it is, without its log; of all pages if it
  // is small. Takes no lock.
  [[nodiscard]] std::size_t sample();
  // Where the file is; links are followed.
  [[nodiscard]] std::string file_name() const;
  // How long the log was after the last commit. Nobody else shortens it.
  [[nodiscard]] int log_pages() const noexcept { return log_pages_; }
  // At its end the connection leaves the log as it is.
  void leave_log() noexcept;
  // Runs statements without parameters and results.
  void run(const char* statements);
  // `text` must be a literal: statements are found again by its address.
  [[nodiscard]] sqlite_query prepared(const char* text);
  // How many rows the last statement changed.
  [[nodiscard]] std::int64_t changes() const noexcept;
  // Whether a transaction is open. SQLite ends it by itself after some failures.
  [[nodiscard]] bool in_transaction() const noexcept;

 private:
  struct close_connection {
    void operator()(sqlite3* connection) const noexcept;
  };
  struct finalize_statement {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  [[noreturn]] void fail(int code) const;
  [[nodiscard]] std::string bytes_at(std::int64_t offset, std::size_t limit);

  int log_pages_ = 0;
  std::unique_ptr<sqlite3, close_connection> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, finalize_statement>> statements_;
};

}  // namespace vkxx::detail
