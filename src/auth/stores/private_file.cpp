#include "auth/stores/private_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <utility>

#include "auth/signatures/signature_errors.hpp"

namespace vkxx::auth::detail {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20U;

// An open file, closed at the end.
class open_file {
 public:
  explicit open_file(int descriptor) noexcept : descriptor_{descriptor} {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

error failed(const std::string& doing, const std::string& path) {
  return malformed("cannot " + doing + " `" + path + "`: " + std::strerror(errno));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

result<void> check_private(int descriptor, const std::string& path) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) return failed("look at", path);
  if (!S_ISREG(facts.st_mode)) return malformed("`" + path + "` is not a regular file");
  if (facts.st_uid != ::geteuid()) return malformed("`" + path + "` belongs to another user");
  if ((facts.st_mode & 077U) != 0) {
    return malformed("others than its owner can read or write `" + path +
                     "`: run `chmod 600` on it, and take its tokens as known to them");
  }
  return {};
}

void observe_step(const step_observer& observe, file_step step) {
  if (observe) observe(step);
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
}

// What could not be read again must not replace what can.
result<void> check_size(const std::string& path, std::size_t size) {
  if (size <= largest_file) return {};
  return malformed("`" + path + "` would be larger than 1 MiB");
}

result<void> write_fresh(const std::string& fresh, std::string_view text,
                         const step_observer& observe) {
  // Left by an earlier crash. Nobody else is writing, since the caller holds the lock.
  ::unlink(fresh.c_str());
  const open_file file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.get() < 0) return failed("create", fresh);
  observe_step(observe, file_step::created);
  if (!write_all(file.get(), text)) return failed("write", fresh);
  observe_step(observe, file_step::written);
  if (::fsync(file.get()) != 0) return failed("sync", fresh);
  observe_step(observe, file_step::synced);
  return {};
}

}  // namespace

result<std::optional<std::string>> read_private_file(const std::string& path) {
  const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.get() < 0 && errno == ENOENT) return std::optional<std::string>{};
  if (file.get() < 0) return failed("open", path);
  if (const auto status = check_private(file.get(), path); !status) return status.error();
  std::string text;
  char block[4096];
  for (;;) {
    const auto count = ::read(file.get(), block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("read", path);
    if (count == 0) return std::optional{std::move(text)};
    text.append(block, static_cast<std::size_t>(count));
    if (text.size() > largest_file) return malformed("`" + path + "` is larger than 1 MiB");
  }
}

result<void> replace_private_file(const std::string& path, std::string_view text,
                                  const step_observer& observe) {
  if (auto fits = check_size(path, text.size()); !fits) return fits;
  const auto fresh = path + ".new";
  if (auto written = write_fresh(fresh, text, observe); !written) {
    // A partial file takes space that the next attempt may need.
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("rename to", path);
  observe_step(observe, file_step::renamed);
  // The file is replaced. A failure to sync the folder matters only if the whole machine crashes
  // now, and must not make the caller believe that the old text is still in place.
  const open_file directory{::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.get() >= 0) ::fsync(directory.get());
  return {};
}

result<void> rehearse_private_file(const std::string& path, std::size_t size) {
  if (auto fits = check_size(path, size); !fits) return fits;
  const auto fresh = path + ".new";
  auto written = write_fresh(fresh, std::string(size, 'x'), {});
  ::unlink(fresh.c_str());
  return written;
}

result<std::optional<file_lock>> file_lock::take(const std::string& path, bool wait) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("open the lock", path);
  file_lock lock{descriptor};
  while (::flock(descriptor, wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<file_lock>{};
    if (errno != EINTR) return failed("lock", path);
  }
  std::optional<file_lock> taken{std::move(lock)};
  return taken;
}

file_lock::file_lock(file_lock&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)} {}

file_lock::~file_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace vkxx::auth::detail
