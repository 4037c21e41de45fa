#include "output/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "command_line/usage_failure.hpp"
#include "output/output.hpp"
#include "terminal/fatal_signals.hpp"

namespace vkxx::cli {
namespace {

constexpr std::size_t largest = std::size_t{256} << 20U;

struct closer {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin) std::fclose(file);
  }
};
using file_handle = std::unique_ptr<std::FILE, closer>;

[[noreturn]] void refuse(const std::string& path, const std::string& problem, int reason) {
  throw usage_failure{(path == "-" ? std::string{"standard input"} : printable(path)) + " " +
                      problem + ": " + std::generic_category().message(reason)};
}

[[noreturn]] void fail(const std::string& path, int reason) {
  throw output_failure{fmt::format("{} cannot be written: {}", printable(path),
                                   std::generic_category().message(reason))};
}

void write_all_of(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      ::close(descriptor);
      fail(path, reason);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string read_file(const std::string& path) {
  const fatal_signals while_a_pipe_is_read;
  const file_handle file{path == "-" ? stdin : std::fopen(path.c_str(), "rbe")};
  if (!file) refuse(path, "cannot be opened", errno);
  std::string contents;
  char piece[65536];
  while (true) {
    const auto got = std::fread(piece, 1, sizeof piece, file.get());
    contents.append(piece, got);
    if (contents.size() > largest) refuse(path, "is larger than 256 MiB", EFBIG);
    if (got == sizeof piece) continue;
    if (std::ferror(file.get()) != 0) refuse(path, "cannot be read", errno);
    return contents;
  }
}

std::string lasting_file(const std::string& path) {
  struct stat facts {};
  // Whoever reads it reports what is missing.
  if (::stat(path.c_str(), &facts) != 0 || S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode))
    return path;
  const auto contents = read_file(path);
  // Not closed: the path may be opened until the process ends.
  const int copy = ::memfd_create("vkxx", MFD_CLOEXEC);
  if (copy < 0) refuse(path, "cannot be kept in memory", errno);
  write_all_of(copy, contents, path);
  return "/proc/self/fd/" + std::to_string(copy);
}

void write_file(const std::string& path, const std::string& contents) {
  const fatal_signals while_a_pipe_is_written;
  file_handle file{std::fopen(path.c_str(), "wbe")};
  if (!file) refuse(path, "cannot be created", errno);
  const bool written =
      std::fwrite(contents.data(), 1, contents.size(), file.get()) == contents.size();
  if (!written || std::fclose(file.release()) != 0) fail(path, errno);
}

// The name belongs to the old contents until the new ones are on the disk.
void replace_file(const std::string& path, const std::string& contents) {
  const auto beside = path + ".new";
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(beside, errno);
  write_all_of(descriptor, contents, beside);
  const int synced = ::fsync(descriptor) == 0 ? 0 : errno;
  if (::close(descriptor) != 0 || synced != 0) fail(beside, synced != 0 ? synced : errno);
  if (std::rename(beside.c_str(), path.c_str()) != 0) fail(path, errno);
}

}  // namespace vkxx::cli
