/// @file
/// Where the files of uploads come from.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/http/body.hpp>

namespace vkxx {

namespace detail {
class source_opener;
struct source_access;
}  // namespace detail

/// A file to upload: content of known length, and a name.
///
/// It is opened when the upload begins, and read while it is sent, as often as the upload needs
/// another try. Whatever its size, an upload takes no more than 64 KiB of memory for it. Copies
/// share the content.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class upload_source {
 public:
  /// Content that the program provides; see `http::body_source` for its rules. Throws
  /// `usage_exception` (`errc::invalid_argument`) if it is null.
  upload_source(std::string filename, std::shared_ptr<const http::body_source> content);

  /// The name that VK gets; by default that of the file. Directories are removed. For pictures,
  /// videos and sounds its extension is corrected to the type of the content; for documents one is
  /// added if there is none.
  upload_source& filename(std::string name);
  /// The type that is sent, such as `image/png`; by default that of the content. Throws
  /// `usage_exception` (`errc::invalid_argument`) if it holds a control character.
  upload_source& content_type(std::string type);

  [[nodiscard]] const std::string& filename() const noexcept { return filename_; }
  [[nodiscard]] const std::string& content_type() const noexcept { return content_type_; }

 protected:
  upload_source(std::shared_ptr<const detail::source_opener> opener, std::string filename);
  /// For sources that are complete only after their constructor.
  void set_opener(std::shared_ptr<const detail::source_opener> opener) noexcept {
    opener_ = std::move(opener);
  }

 private:
  friend struct detail::source_access;

  std::string filename_;
  std::string content_type_;
  std::shared_ptr<const detail::source_opener> opener_;
};

/// A file of this machine. If it changes while it is read (size, time of modification), the upload
/// fails with `errc::body_failed` before the server has a whole file. Symbolic links are followed.
class file_source : public upload_source {
 public:
  /// The file is opened when the upload begins.
  explicit file_source(std::string path);
};

/// Bytes in memory. `filename` should have an extension.
class memory_source : public upload_source {
 public:
  /// Takes the bytes.
  memory_source(std::string filename, std::string bytes);
};

/// Everything that is left in a stream. It is read here and now into a temporary file without a
/// name, in the folder of `TMPDIR`. Throws `usage_exception` (`errc::body_failed`) if that fails,
/// or the stream has more than `max_size` bytes.
class stream_source : public upload_source {
 public:
  /// Reads the stream to its end.
  stream_source(std::string filename, std::istream& stream,
                std::uint64_t max_size = std::uint64_t{1} << 30U);
};

/// What a program writes to its standard output. It runs when the upload begins, without a shell,
/// with the environment of this process and an empty standard input; the output goes to a temporary
/// file without a name. What it started and left running is killed at its end. The upload fails
/// with `errc::body_failed` if the program cannot be started, writes too much, takes too long or
/// has another exit status than 0.
class command_source : public upload_source {
 public:
  /// `arguments`: the program, looked up in `PATH`, and its arguments. Throws `usage_exception`
  /// (`errc::invalid_argument`) if they are empty or hold a zero byte.
  command_source(std::string filename, std::vector<std::string> arguments);
  /// Bytes; 1 GiB by default.
  command_source& max_size(std::uint64_t bytes);
  /// 5 minutes by default. The program and what it started are then killed.
  command_source& timeout(duration limit);

  [[nodiscard]] std::uint64_t max_size() const noexcept { return max_size_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }

 private:
  std::vector<std::string> arguments_;
  std::uint64_t max_size_ = std::uint64_t{1} << 30U;
  duration timeout_ = std::chrono::minutes{5};
};

/// A file of another server, by `http` or `https`. It is fetched into a temporary file when the
/// upload begins. Up to five redirects are followed, but none from `https` to `http`.
///
/// Only public addresses are connected to, unless others are allowed: the host name may come from
/// somebody else and lead into the network of this machine. The address is checked when the name
/// has been resolved, and for every redirect. Behind a proxy only the proxy's address can be
/// checked.
///
/// The upload fails with `errc::body_failed` if the file is too large, takes too long, or the
/// server answers with another status than 200.
class url_source : public upload_source {
 public:
  /// The name of the file is the last part of the path, unless it is set.
  explicit url_source(std::string url);
  /// Bytes; 200 MiB by default.
  url_source& max_size(std::uint64_t bytes);
  /// For the whole fetch, redirects included; 5 minutes by default.
  url_source& timeout(duration limit);
  /// Whether addresses of this machine and of private networks may be connected to; off by default.
  url_source& allow_private_addresses(bool on);

  [[nodiscard]] std::uint64_t max_size() const noexcept { return max_size_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }
  [[nodiscard]] bool allow_private_addresses() const noexcept { return allow_private_addresses_; }

 private:
  void set_opener_of_settings();

  std::string url_;
  std::uint64_t max_size_ = std::uint64_t{200} << 20U;
  duration timeout_ = std::chrono::minutes{5};
  bool allow_private_addresses_ = false;
};

}  // namespace vkxx
