// The file in which `vkxx listen` remembers where to continue.
#pragma once

#include <string>
#include <vkxx/updates/update_source.hpp>

#include "updates/passed_updates.hpp"

namespace vkxx::cli {

// Held until its end: two programs with one file would each skip what the other one was given.
class cursor_file {
 public:
  // Throws a usage failure if another program has it, `output_failure` if it cannot be held.
  explicit cursor_file(const std::string& path);
  cursor_file(const cursor_file&) = delete;
  cursor_file& operator=(const cursor_file&) = delete;
  ~cursor_file();

  // Empty if there is no file. Throws a usage failure if it holds no cursor, or that of another
  // source: both would begin at another place without a word.
  [[nodiscard]] update_cursor read(const std::string& source) const;
  // Which updates behind that cursor were passed on already.
  [[nodiscard]] passed_updates passed() const;
  // `passed`: of the updates behind the cursor. Throws `output_failure`.
  void write(const update_cursor& cursor, const std::string& source,
             const passed_updates& passed) const;

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace vkxx::cli
