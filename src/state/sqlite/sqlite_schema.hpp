// The tables of a store in a file of SQLite.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <vkxx/state/sqlite_state.hpp>
#include "state/sqlite/log_lock.hpp"
#include "state/sqlite/sqlite_connection.hpp"

namespace vkxx::detail {

// Takes the locks of the file, sets the connection up, and creates the tables of a new file. The
// lock that it returns has to outlive the connection. Throws `sqlite_failure`; `sqlite_refusal` for
// a file that is not ours, which stays as it is.
[[nodiscard]] std::unique_ptr<log_lock> prepare_file(sqlite_connection& db, const std::string& path,
                                                     const sqlite_options& options);

// A file that must not be used; the text says why.
class sqlite_refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace vkxx::detail
