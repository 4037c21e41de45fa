#include <vkxx/uploads/attachment_store.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <vkxx/core/behind_links.hpp>
#include <vkxx/core/json_parts.hpp>

#include "uploads/cache/entry_list.hpp"
#include "uploads/sources/file_content.hpp"
#include "uploads/sources/source_opener.hpp"

namespace vkxx {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t largest_file = std::size_t{64} << 20U;
constexpr auto longest_wait = std::chrono::seconds{1};
constexpr auto pause_of_wait = std::chrono::milliseconds{1};

class memory_store final : public attachment_store {
 public:
  explicit memory_store(std::size_t limit) noexcept : entries_{limit} {}

  [[nodiscard]] std::optional<std::string> find(std::string_view key) override {
    const std::lock_guard lock{mutex_};
    return entries_.find(key);
  }
  [[nodiscard]] result<void> put(std::string_view key, std::string_view attachment) override {
    const std::lock_guard lock{mutex_};
    entries_.put(key, attachment);
    return {};
  }
  void erase(std::string_view key) override {
    const std::lock_guard lock{mutex_};
    entries_.erase(key);
  }

 private:
  std::mutex mutex_;
  detail::entry_list entries_;
};

std::string line_of(const std::pair<std::string, std::string>& entry) {
  const boost::json::object members{{"key", entry.first}, {"attachment", entry.second}};
  return boost::json::serialize(members) + '\n';
}

// Which version of the file was read last. It is kept open, so that no other file gets its number.
struct file_version {
  std::shared_ptr<const detail::open_file> file;
  ino_t number = 0;
  off_t size = 0;
  timespec changed{};

  [[nodiscard]] static file_version of(std::shared_ptr<const detail::open_file> file,
                                       const struct stat& facts) noexcept {
    return {std::move(file), facts.st_ino, facts.st_size, facts.st_mtim};
  }
  [[nodiscard]] bool is(const struct stat& facts) const noexcept {
    return file && number == facts.st_ino && size == facts.st_size &&
           changed.tv_sec == facts.st_mtim.tv_sec && changed.tv_nsec == facts.st_mtim.tv_nsec;
  }
};

class file_store final : public attachment_store {
 public:
  file_store(const std::string& path, std::size_t limit)
      : path_{behind_links(path)}, lock_path_{path_ + ".lock"}, entries_{limit} {}

  [[nodiscard]] result<void> load() {
    const std::lock_guard lock{mutex_};
    return reread();
  }

  [[nodiscard]] std::optional<std::string> find(std::string_view key) override {
    const std::lock_guard lock{mutex_};
    // What was read before is better than nothing.
    static_cast<void>(reread());
    return entries_.find(key);
  }
  [[nodiscard]] result<void> put(std::string_view key, std::string_view attachment) override {
    return change([&] { entries_.put(key, attachment); });
  }
  void erase(std::string_view key) override {
    static_cast<void>(change([&] { entries_.erase(key); }));
  }

 private:
  // Reads the file, changes the entries and replaces the file, with no other process between.
  template <class Change>
  [[nodiscard]] result<void> change(const Change& apply) {
    const std::lock_guard lock{mutex_};
    const detail::open_file turn{
        ::open(lock_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (turn.get() < 0) return detail::source_error(lock_path_, "it cannot be opened", errno);
    if (auto locked = take(turn); !locked) return locked;
    if (auto known = reread(); !known) return known;
    apply();
    return replace();
  }

  // A process that was stopped may hold the lock for ever.
  [[nodiscard]] result<void> take(const detail::open_file& turn) const {
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (::flock(turn.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK)
        return detail::source_error(lock_path_, "it cannot be locked", errno);
      if (std::chrono::steady_clock::now() >= end)
        return detail::source_error(lock_path_ + ": another process keeps it locked");
      std::this_thread::sleep_for(pause_of_wait);
    }
    return {};
  }

  [[nodiscard]] result<void> reread() {
    // Non-blocking, because a FIFO would wait for its writer.
    auto file = std::make_shared<const detail::open_file>(
        ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file->get() < 0) {
      if (errno != ENOENT) return detail::source_error(path_, "it cannot be opened", errno);
      entries_.clear();
      version_ = {};
      return {};
    }
    struct stat facts {};
    if (::fstat(file->get(), &facts) != 0)
      return detail::source_error(path_, "it cannot be read", errno);
    if (version_.is(facts)) return {};
    if (!S_ISREG(facts.st_mode)) return detail::source_error(path_ + ": it is not a regular file");
    if (static_cast<std::size_t>(facts.st_size) > largest_file)
      return detail::source_error(path_ +
                                  ": it is larger than 64 MiB: this is no attachment store");
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t at = 0;
    while (at < text.size()) {
      const auto got =
          ::pread(file->get(), text.data() + at, text.size() - at, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return detail::source_error(path_, "it cannot be read", errno);
      if (got == 0) break;
      at += static_cast<std::size_t>(got);
    }
    text.resize(at);
    if (!read_lines(text)) {
      // The next change would replace it.
      version_ = {};
      return detail::source_error(path_ + ": it is no attachment store; name one, or a new file");
    }
    version_ = file_version::of(std::move(file), facts);
    return {};
  }

  // False: nothing of it is an entry. Single lines may be damaged.
  [[nodiscard]] bool read_lines(std::string_view text) {
    entries_.clear();
    const bool empty = text.empty();
    bool known = false;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line.size() > longest_line || !line.starts_with('{') || !line.ends_with('}')) continue;
      const auto key = json_member(line, "key");
      const auto attachment = json_member(line, "attachment");
      if (!key || !attachment || !key->starts_with('"') || !attachment->starts_with('"')) continue;
      entries_.put(json_string_value(*key), json_string_value(*attachment));
      known = true;
    }
    return empty || known;
  }

  [[nodiscard]] result<void> replace() {
    std::string text;
    for (const auto& entry : entries_.entries()) text += line_of(entry);
    auto name = path_ + ".XXXXXX";
    auto fresh = std::make_shared<const detail::open_file>(::mkostemp(name.data(), O_CLOEXEC));
    // Memory and file must not differ.
    version_ = {};
    if (fresh->get() < 0) return detail::source_error(path_, "it cannot be replaced", errno);
    auto kept = detail::append(*fresh, text);
    if (kept && ::rename(name.c_str(), path_.c_str()) != 0)
      kept = detail::source_error(path_, "it cannot be replaced", errno);
    if (!kept) {
      ::unlink(name.c_str());
      return kept;
    }
    struct stat facts {};
    if (::fstat(fresh->get(), &facts) == 0) version_ = file_version::of(std::move(fresh), facts);
    return {};
  }

  std::mutex mutex_;
  std::string path_;
  std::string lock_path_;
  detail::entry_list entries_;
  file_version version_;
};

}  // namespace

std::shared_ptr<attachment_store> make_memory_attachment_store(std::size_t max_entries) {
  return std::make_shared<memory_store>(max_entries);
}

result<std::shared_ptr<attachment_store>> make_file_attachment_store(std::string path,
                                                                     std::size_t max_entries) {
  auto store = std::make_shared<file_store>(std::move(path), max_entries);
  if (auto known = store->load(); !known) return known.error();
  return std::shared_ptr<attachment_store>{std::move(store)};
}

}  // namespace vkxx
