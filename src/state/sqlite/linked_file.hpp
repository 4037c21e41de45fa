// Whether a file is still in its folder.
#pragma once

#include <string>

namespace vkxx::detail {

// A descriptor that reads nothing: that it is closed leaves the locks of the process on the file as
// they are (`O_PATH`).
class linked_file {
 public:
  // A file that cannot be opened is never missed.
  explicit linked_file(const std::string& path) noexcept;
  linked_file(const linked_file&) = delete;
  linked_file& operator=(const linked_file&) = delete;
  ~linked_file();

  // Nobody finds any more what is written to it.
  [[nodiscard]] bool was_removed() const noexcept;

 private:
  const int descriptor_;
};

}  // namespace vkxx::detail
