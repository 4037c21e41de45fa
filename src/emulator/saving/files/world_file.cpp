#include "emulator/saving/files/world_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>

#include "emulator/saving/snapshot.hpp"

namespace vkxx::emulation::detail {
namespace {

class world_descriptor {
 public:
  explicit world_descriptor(int number) noexcept : number_{number} {}
  world_descriptor(const world_descriptor&) = delete;
  world_descriptor& operator=(const world_descriptor&) = delete;
  ~world_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail_with(std::string_view action, const std::string& path, int code) {
  throw world_file_failure{"The world cannot be " + std::string{action} + " `" + path +
                           "`: " + std::strerror(code)};
}

int write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

// Its holder may have removed the name meanwhile: the lock of a file without a name locks nothing.
bool is_still_named(int descriptor, const std::string& name) {
  struct stat held {};
  struct stat named {};
  return ::fstat(descriptor, &held) == 0 && ::lstat(name.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace

world_lock::world_lock(const std::string& path) {
  if (path.empty()) return;
  name_ = path + ".lock";
  while (true) {
    descriptor_ = ::open(name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) fail_with("written to", name_, errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int reason = errno;
      ::close(descriptor_);
      if (reason != EWOULDBLOCK) fail_with("written to", name_, reason);
      throw world_file_failure{"Another emulator keeps its world in `" + path +
                               "`: stop it, or name another file"};
    }
    if (is_still_named(descriptor_, name_)) return;
    ::close(descriptor_);
  }
}

world_lock::~world_lock() {
  if (descriptor_ < 0) return;
  ::unlink(name_.c_str());
  ::close(descriptor_);
}

std::optional<std::string> read_world_file(const std::string& path) {
  const world_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0 && errno == ENOENT) return std::nullopt;
  if (file.get() < 0) fail_with("read from", path, errno);
  std::string text;
  struct stat facts {};
  if (::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode))
    text.reserve(std::min(static_cast<std::size_t>(facts.st_size), largest_snapshot));
  std::string block(std::size_t{1} << 16U, '\0');
  for (;;) {
    const auto count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with("read from", path, errno);
    if (count == 0) return text;
    text.append(block, 0, static_cast<std::size_t>(count));
    if (text.size() > largest_snapshot) fail_with("read from", path, EFBIG);
  }
}

// One emulator keeps one file (`world_lock`): what an earlier one left is replaced. The world has
// tokens: nobody else may have made the file, nor may it be a link.
new_world_file::new_world_file(std::string path, std::string_view text, std::string_view suffix)
    : path_{std::move(path)} {
  // The next run could not begin with it.
  if (text.size() > largest_snapshot) fail_with("written to", path_, EFBIG);
  fresh_ = path_ + std::string{suffix};
  int failure = 0;
  ::unlink(fresh_.c_str());
  {
    const world_descriptor file{
        ::open(fresh_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (file.get() < 0) fail_with("written to", fresh_, errno);
    failure = write_whole(file.get(), text);
  }
  if (failure == 0) return;
  // A part of a file takes space that the next attempt may need.
  ::unlink(fresh_.c_str());
  fail_with("written to", path_, failure);
}

new_world_file::~new_world_file() {
  if (!fresh_.empty()) ::unlink(fresh_.c_str());
}

void new_world_file::take_place() {
  if (std::rename(fresh_.c_str(), path_.c_str()) != 0) fail_with("written to", path_, errno);
  fresh_.clear();
}

void new_world_file::sync_folder() const noexcept {
  try {
    const auto slash = path_.rfind('/');
    const auto folder = slash == std::string::npos ? std::string{"."} : path_.substr(0, slash + 1);
    const world_descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.get() >= 0) ::fsync(directory.get());
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // No memory for the name: the disk gets it later.
  }
}

void replace_world_file(const std::string& path, std::string_view text) {
  new_world_file file{path, text};
  file.take_place();
  file.sync_folder();
}

}  // namespace vkxx::emulation::detail
