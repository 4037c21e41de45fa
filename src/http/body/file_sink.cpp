#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include <vkxx/http/body.hpp>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "http/body/body_error.hpp"
#include "http/body/file_descriptor.hpp"

namespace vkxx::http {
namespace {

constexpr int always = O_WRONLY | O_CLOEXEC | O_NOCTTY;

class file_sink final : public body_sink {
 public:
  // `in_place`: writes to the file itself instead of replacing it.
  file_sink(std::string path, bool in_place) : path_{std::move(path)}, in_place_{in_place} {}
  ~file_sink() override { remove_part(); }

  result<void> begin() override {
    remove_part();
    if (in_place_) {
      descriptor_ = detail::file_descriptor{::open(path_.c_str(), always)};
      if (!descriptor_.is_open()) return detail::file_error(path_, "it cannot be opened", errno);
      return {};
    }
    part_ = path_ + '.' + vkxx::detail::to_hex(vkxx::detail::random_bytes(8)) + ".part";
    descriptor_ = detail::file_descriptor{::open(part_.c_str(), always | O_CREAT | O_EXCL, 0666)};
    if (!descriptor_.is_open()) {
      const auto number = errno;
      part_.clear();
      return detail::file_error(path_, "a file beside it cannot be created", number);
    }
    return {};
  }

  result<void> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return detail::file_error(path_, "it cannot be written", errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  result<void> commit() override {
    if (!descriptor_.close()) return detail::file_error(path_, "it cannot be written", errno);
    if (in_place_) return {};
    if (std::rename(part_.c_str(), path_.c_str()) != 0) {
      return detail::file_error(path_, "it cannot be replaced", errno);
    }
    part_.clear();
    return {};
  }

  void discard() noexcept override { remove_part(); }

 private:
  void remove_part() noexcept {
    static_cast<void>(descriptor_.close());
    if (!part_.empty()) ::unlink(part_.c_str());
    part_.clear();
  }

  std::string path_;
  bool in_place_;
  detail::file_descriptor descriptor_;
  // The name of the new file while it is incomplete; empty if there is none.
  std::string part_;
};

}  // namespace

result<std::shared_ptr<body_sink>> make_file_sink(std::string path) {
  struct stat facts {};
  const bool exists = ::stat(path.c_str(), &facts) == 0;
  if (exists && S_ISDIR(facts.st_mode)) {
    return detail::file_error(path, "it cannot be written", EISDIR);
  }
  if (!exists) {
    const auto number = errno;
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
    if (number != ENOENT || ::stat(folder.c_str(), &facts) != 0) {
      return detail::file_error(path, "it cannot be written", number);
    }
  }
  return std::make_shared<file_sink>(std::move(path), exists && !S_ISREG(facts.st_mode));
}

}  // namespace vkxx::http
