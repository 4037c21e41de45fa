#include "output/file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "command_line/usage_failure.hpp"
#include "output/output.hpp"

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

}  // namespace

std::string read_file(const std::string& path) {
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

void write_file(const std::string& path, const std::string& contents) {
  file_handle file{std::fopen(path.c_str(), "wbe")};
  if (!file) refuse(path, "cannot be created", errno);
  const bool written =
      std::fwrite(contents.data(), 1, contents.size(), file.get()) == contents.size();
  if (!written || std::fclose(file.release()) != 0) refuse(path, "cannot be written", errno);
}

}  // namespace vkxx::cli
