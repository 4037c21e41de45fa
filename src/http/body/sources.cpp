#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <vkxx/http/body.hpp>

#include "http/body/body_error.hpp"
#include "http/body/file_descriptor.hpp"

namespace vkxx::http {
namespace {

class bytes_reader final : public body_reader {
 public:
  explicit bytes_reader(std::shared_ptr<const std::string> bytes) : bytes_{std::move(bytes)} {}

  result<std::size_t> read(std::span<char> buffer) override {
    const auto copied = bytes_->copy(buffer.data(), buffer.size(), at_);
    at_ += copied;
    return copied;
  }

 private:
  std::shared_ptr<const std::string> bytes_;
  std::size_t at_ = 0;
};

class bytes_source final : public body_source {
 public:
  explicit bytes_source(std::string bytes)
      : bytes_{std::make_shared<const std::string>(std::move(bytes))} {}

  std::uint64_t size() const noexcept override { return bytes_->size(); }
  result<std::unique_ptr<body_reader>> open() const override {
    return std::make_unique<bytes_reader>(bytes_);
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

error size_changed(const std::string& path, std::uint64_t before, std::uint64_t now) {
  return detail::body_error(path + ": its size changed from " + std::to_string(before) + " to " +
                            std::to_string(now) + " bytes before it was sent as a whole");
}

struct opened_file {
  detail::file_descriptor descriptor;
  std::uint64_t size = 0;
};

result<opened_file> open_regular(const std::string& path) {
  // Non-blocking, because a FIFO would wait for its writer. It has no effect on a regular file.
  opened_file file;
  file.descriptor =
      detail::file_descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file.descriptor.is_open()) return detail::file_error(path, "it cannot be opened", errno);
  struct stat facts {};
  if (::fstat(file.descriptor.get(), &facts) != 0) {
    return detail::file_error(path, "it cannot be opened", errno);
  }
  if (!S_ISREG(facts.st_mode)) {
    return detail::body_error(path + ": it is not a regular file, so that its size is not known");
  }
  file.size = static_cast<std::uint64_t>(facts.st_size);
  return file;
}

class file_reader final : public body_reader {
 public:
  file_reader(std::string path, opened_file file)
      : path_{std::move(path)}, descriptor_{std::move(file.descriptor)}, size_{file.size} {}

  result<std::size_t> read(std::span<char> buffer) override {
    const auto left = size_ - at_;
    if (left == 0) return std::size_t{0};
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    auto got = ::read(descriptor_.get(), buffer.data(), wanted);
    while (got < 0 && errno == EINTR) got = ::read(descriptor_.get(), buffer.data(), wanted);
    if (got < 0) return detail::file_error(path_, "it cannot be read", errno);
    at_ += static_cast<std::uint64_t>(got);
    // Checked before the last bytes are returned: with them the server would have a complete body.
    if (got == 0 || at_ == size_) {
      struct stat facts {};
      if (::fstat(descriptor_.get(), &facts) != 0) {
        return detail::file_error(path_, "it cannot be read", errno);
      }
      const auto now = static_cast<std::uint64_t>(facts.st_size);
      if (now != size_) return size_changed(path_, size_, now);
    }
    return static_cast<std::size_t>(got);
  }

 private:
  std::string path_;
  detail::file_descriptor descriptor_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

class file_source final : public body_source {
 public:
  file_source(std::string path, std::uint64_t size) : path_{std::move(path)}, size_{size} {}

  std::uint64_t size() const noexcept override { return size_; }
  result<std::unique_ptr<body_reader>> open() const override {
    auto file = open_regular(path_);
    if (!file) return file.error();
    if (file->size != size_) return size_changed(path_, size_, file->size);
    return std::make_unique<file_reader>(path_, *std::move(file));
  }

 private:
  std::string path_;
  std::uint64_t size_;
};

}  // namespace

std::shared_ptr<const body_source> make_bytes_source(std::string bytes) {
  return std::make_shared<const bytes_source>(std::move(bytes));
}

result<std::shared_ptr<const body_source>> make_file_source(std::string path) {
  const auto file = open_regular(path);
  if (!file) return file.error();
  return std::make_shared<const file_source>(std::move(path), file->size);
}

result<std::string> read_all(const body_source& source) {
  auto reader = source.open();
  if (!reader) return reader.error();
  std::string text(static_cast<std::size_t>(source.size()), '\0');
  std::size_t at = 0;
  while (at < text.size()) {
    const auto got = (*reader)->read(std::span{text}.subspan(at));
    if (!got) return got.error();
    if (*got == 0) {
      return detail::body_error("the body ended after " + std::to_string(at) + " of " +
                                std::to_string(text.size()) + " bytes");
    }
    at += std::min(*got, text.size() - at);
  }
  return text;
}

}  // namespace vkxx::http
