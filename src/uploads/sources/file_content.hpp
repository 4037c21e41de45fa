// A file that stays open while it is uploaded, and is watched for changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>
#include <vkxx/http/body.hpp>

namespace vkxx::detail {

// The descriptor of a file, closed with the last owner.
class open_file {
 public:
  explicit open_file(int descriptor) noexcept : descriptor_{descriptor} {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file();

  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

// The file at `path`. Its size and its times are those of now; a reader fails when it has others at
// the end.
[[nodiscard]] result<std::shared_ptr<const http::body_source>> open_content(
    const std::string& path);
// The same for an open file, which nobody changes. `name` is for errors.
[[nodiscard]] result<std::shared_ptr<const http::body_source>> content_of(
    std::shared_ptr<const open_file> file, std::string name);

// A new file without a name, in the folder of TMPDIR; gone when it is closed.
[[nodiscard]] result<std::shared_ptr<const open_file>> make_temporary_file();
// Writes all of `bytes` at the end.
[[nodiscard]] result<void> append(const open_file& file, std::string_view bytes);

}  // namespace vkxx::detail
