// Whether a file is still the one at its place, and as it was left.
#pragma once

#include <sys/stat.h>

#include <string>

namespace vkxx::detail {

// What has become of a file that is in use.
enum class file_fate {
  in_place,
  removed,      // nobody finds any more what is written to it
  moved,        // something else is at its place, or nothing
  overwritten,  // somebody else wrote to it
};

// Its descriptor reads nothing: that it is closed leaves the locks of the process on the file as
// they are (`O_PATH`).
class linked_file {
 public:
  // A file that cannot be opened is never missed.
  explicit linked_file(std::string absolute_path) noexcept;
  linked_file(const linked_file&) = delete;
  linked_file& operator=(const linked_file&) = delete;
  ~linked_file();

  [[nodiscard]] file_fate fate() const noexcept;
  // It is as this process left it.
  void note_state() noexcept;

 private:
  [[nodiscard]] bool is_at_its_place(const struct ::stat& found) const noexcept;

  const std::string path_;
  const int descriptor_;
  struct ::stat noted_ {};
};

}  // namespace vkxx::detail
