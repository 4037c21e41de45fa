#include "uploads/sources/file_content.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "uploads/sources/source_opener.hpp"

namespace vkxx::detail {
namespace {

// What changes when the content of a file does. Not the time of the last change of status: a file
// that is replaced by another one is still the same for those who have opened it.
struct file_facts {
  std::uint64_t size = 0;
  timespec modified{};

  [[nodiscard]] bool operator==(const file_facts& other) const noexcept {
    return size == other.size && modified.tv_sec == other.modified.tv_sec &&
           modified.tv_nsec == other.modified.tv_nsec;
  }
};

result<file_facts> facts_of_file(int descriptor, const std::string& name) {
  struct stat found {};
  if (::fstat(descriptor, &found) != 0) return source_error(name, "it cannot be read", errno);
  if (!S_ISREG(found.st_mode)) {
    return source_error(name + ": it is not a regular file, so that its size is not known");
  }
  return file_facts{static_cast<std::uint64_t>(found.st_size), found.st_mtim};
}

class watched_reader final : public http::body_reader {
 public:
  watched_reader(std::shared_ptr<const open_file> file, std::string name, const file_facts& facts)
      : file_{std::move(file)}, name_{std::move(name)}, facts_{facts} {}

  result<std::size_t> read(std::span<char> buffer) override {
    const auto left = facts_.size - at_;
    if (left == 0) return std::size_t{0};
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    auto got = ::pread(file_->get(), buffer.data(), wanted, static_cast<off_t>(at_));
    while (got < 0 && errno == EINTR)
      got = ::pread(file_->get(), buffer.data(), wanted, static_cast<off_t>(at_));
    if (got < 0) return source_error(name_, "it cannot be read", errno);
    at_ += static_cast<std::uint64_t>(got);
    // Checked before the last bytes are returned: with them the server would have a whole file.
    if (got == 0 || at_ == facts_.size) {
      const auto now = facts_of_file(file_->get(), name_);
      if (!now) return now.error();
      if (got == 0 || !(*now == facts_)) {
        return source_error(name_ +
                            ": the file was changed while it was read; upload it again when "
                            "nobody writes to it");
      }
    }
    return static_cast<std::size_t>(got);
  }

 private:
  std::shared_ptr<const open_file> file_;
  std::string name_;
  file_facts facts_;
  std::uint64_t at_ = 0;
};

class file_content final : public http::body_source {
 public:
  file_content(std::shared_ptr<const open_file> file, std::string name, const file_facts& facts)
      : file_{std::move(file)}, name_{std::move(name)}, facts_{facts} {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return facts_.size; }
  [[nodiscard]] result<std::unique_ptr<http::body_reader>> open() const override {
    return std::make_unique<watched_reader>(file_, name_, facts_);
  }

 private:
  std::shared_ptr<const open_file> file_;
  std::string name_;
  file_facts facts_;
};

std::string temporary_folder() {
  const char* const folder = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): read only
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

}  // namespace

error source_error(std::string text) {
  return {errc::body_failed, request_effect::not_sent, std::move(text)};
}

error source_error(const std::string& path, const char* activity, int number) {
  return source_error(path + ": " + activity + ": " + std::generic_category().message(number));
}

open_file::~open_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<std::shared_ptr<const http::body_source>> open_content(const std::string& path) {
  // Non-blocking, because a FIFO would wait for its writer. It has no effect on a regular file.
  const auto descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return source_error(path, "it cannot be opened", errno);
  return content_of(std::make_shared<const open_file>(descriptor), path);
}

result<std::shared_ptr<const http::body_source>> content_of(std::shared_ptr<const open_file> file,
                                                            std::string name) {
  const auto facts = facts_of_file(file->get(), name);
  if (!facts) return facts.error();
  return std::make_shared<const file_content>(std::move(file), std::move(name), *facts);
}

result<std::shared_ptr<const open_file>> make_temporary_file() {
  const auto folder = temporary_folder();
  auto descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  // Not every file system has files without a name.
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
    auto name = folder + "/vkxx-XXXXXX";
    descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) ::unlink(name.c_str());
  }
  if (descriptor < 0) return source_error(folder, "no temporary file can be created", errno);
  return std::make_shared<const open_file>(descriptor);
}

result<void> append(const open_file& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return source_error("temporary file", "it cannot be written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace vkxx::detail
