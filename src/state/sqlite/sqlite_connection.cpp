#include "state/sqlite/sqlite_connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <functional>

namespace vkxx::detail {

sqlite_query::~sqlite_query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

sqlite_query& sqlite_query::add(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}
sqlite_query& sqlite_query::add(std::optional<std::int64_t> value) {
  if (value) return add(*value);
  check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}
sqlite_query& sqlite_query::add_text(std::string_view text) {
  // Not null for an empty one.
  const char* data = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}
sqlite_query& sqlite_query::add_bytes(std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  check(sqlite3_bind_blob64(statement_, ++bound_, data, bytes.size(), SQLITE_STATIC));
  return *this;
}

bool sqlite_query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  return false;
}

void sqlite_query::run() {
  static_cast<void>(next());
}

std::int64_t sqlite_query::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}
std::optional<std::int64_t> sqlite_query::optional_number(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}
std::string sqlite_query::bytes(int column) const {
  // In this order: the size is that of the form asked for before.
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data != nullptr ? std::string{data, size} : std::string{};
}

void sqlite_query::check(int code) const {
  if (code == SQLITE_OK) return;
  throw sqlite_failure{code, sqlite3_errmsg(sqlite3_db_handle(statement_))};
}

void sqlite_connection::close_connection::operator()(sqlite3* connection) const noexcept {
  sqlite3_close(connection);
}
void sqlite_connection::finalize_statement::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

sqlite_connection::sqlite_connection(const std::string& path) {
  sqlite3* opened = nullptr;
  constexpr int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  connection_.reset(opened);
  if (code != SQLITE_OK) {
    throw sqlite_failure{code, opened != nullptr ? sqlite3_errmsg(opened) : sqlite3_errstr(code)};
  }
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // In place of SQLite's own, which moves the log into the file.
  const auto count = [](void* pages, sqlite3*, const char*, int length) {
    *static_cast<int*>(pages) = length;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(opened, count, &log_pages_);
}

// Statements go before their connection.
sqlite_connection::~sqlite_connection() {
  statements_.clear();
}

std::string sqlite_connection::first_bytes(std::size_t limit) {
  return bytes_at(0, limit);
}

// Fewer at the end of the file.
std::string sqlite_connection::bytes_at(std::int64_t offset, std::size_t limit) {
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_int64 size = 0;
  if (code == SQLITE_OK) code = file->pMethods->xFileSize(file, &size);
  if (code != SQLITE_OK) throw sqlite_failure{code, sqlite3_errstr(code)};
  const auto left = static_cast<std::size_t>(std::max<std::int64_t>(size - offset, 0));
  std::string bytes(std::min(limit, left), '\0');
  code = file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), offset);
  if (code != SQLITE_OK) throw sqlite_failure{code, sqlite3_errstr(code)};
  return bytes;
}

std::size_t sqlite_connection::sample() {
  constexpr std::int64_t page = 4096;
  constexpr std::int64_t most_pages = 64;
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_int64 size = 0;
  if (code == SQLITE_OK) code = file->pMethods->xFileSize(file, &size);
  if (code != SQLITE_OK) throw sqlite_failure{code, sqlite3_errstr(code)};
  const auto step = std::max<std::int64_t>(size / page / most_pages, 1);
  std::string bytes = std::to_string(size);
  for (std::int64_t number = 0; number * page < size; number += step) {
    bytes += bytes_at(number * page, page);
  }
  return std::hash<std::string>{}(bytes);
}

void sqlite_connection::run(const char* statements) {
  const int code = sqlite3_exec(connection_.get(), statements, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

sqlite_query sqlite_connection::prepared(const char* text) {
  auto& statement = statements_[text];
  if (!statement) {
    sqlite3_stmt* compiled = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), text, -1, SQLITE_PREPARE_PERSISTENT,
                                        &compiled, nullptr);
    if (code != SQLITE_OK) fail(code);
    statement.reset(compiled);
  }
  return sqlite_query{statement.get()};
}

std::int64_t sqlite_connection::changes() const noexcept {
  return sqlite3_changes64(connection_.get());
}

std::string sqlite_connection::file_name() const {
  const auto* name = sqlite3_db_filename(connection_.get(), "main");
  return name != nullptr ? name : "";
}

void sqlite_connection::leave_log() noexcept {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool sqlite_connection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

void sqlite_connection::fail(int code) const {
  const int extended = sqlite3_extended_errcode(connection_.get());
  throw sqlite_failure{(extended & 0xff) == (code & 0xff) ? extended : code,
                       sqlite3_errmsg(connection_.get())};
}

}  // namespace vkxx::detail
