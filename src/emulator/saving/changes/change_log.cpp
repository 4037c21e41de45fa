#include "emulator/saving/changes/change_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/text/number.hpp"
#include "emulator/saving/changes/program_sources.hpp"
#include "emulator/saving/files/world_file.hpp"

namespace vkxx::emulation::detail {
namespace {

// Of two programs of one version, only one made from the same sources is the same.
std::string this_program() {
  return "vkxx " VKXX_VERSION " (" + std::string{program_sources()} + ")";
}

// The form of the records, and the program that makes them again as it has made them.
const std::string& log_begin() {
  static const std::string line = "vkxx changes 2, made by " + this_program() + "\n";
  return line;
}

constexpr std::string_view log_mark = "vkxx changes ";
constexpr std::size_t longest_begin = 200;
// Of each record: its length and its check sum.
constexpr std::size_t head_size = 8;
// A request with the largest body, and its headers.
constexpr std::uint64_t largest_change = (std::uint64_t{1} << 30U) + (std::uint64_t{4} << 20U);

std::uint32_t sum_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void add_word(std::string& into, std::uint32_t value) {
  for (int byte = 0; byte < 4; ++byte, value >>= 8U)
    into += static_cast<char>(static_cast<unsigned char>(value));
}

std::uint32_t word_at(std::string_view bytes, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t byte = 4; byte > 0; --byte)
    value = (value << 8U) | static_cast<unsigned char>(bytes[place + byte - 1]);
  return value;
}

// 0: all of it is written.
int write_all(int descriptor, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

class log_file {
 public:
  explicit log_file(const std::string& name)
      : name_{name}, descriptor_{::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)} {
    if (descriptor_ < 0) fail();
  }
  log_file(const log_file&) = delete;
  log_file& operator=(const log_file&) = delete;
  ~log_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // Up to so many bytes; fewer at the end.
  std::string read(std::size_t wanted) {
    std::string bytes;
    std::array<char, std::size_t{1} << 16U> block{};
    while (bytes.size() < wanted) {
      const auto most = std::min(block.size(), wanted - bytes.size());
      const auto count = ::read(descriptor_, block.data(), most);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail();
      if (count == 0) break;
      bytes.append(block.data(), static_cast<std::size_t>(count));
    }
    place_ += bytes.size();
    return bytes;
  }
  [[nodiscard]] std::uint64_t place() const noexcept { return place_; }
  [[nodiscard]] std::uint64_t size() const {
    struct stat facts {};
    if (::fstat(descriptor_, &facts) != 0) fail();
    return static_cast<std::uint64_t>(facts.st_size);
  }

 private:
  [[noreturn]] void fail() const {
    throw world_file_failure{"The changes of the world cannot be read from `" + name_ +
                             "`: " + std::strerror(errno)};
  }

  std::string name_;
  int descriptor_;
  std::uint64_t place_ = 0;
};

[[noreturn]] void refuse_program(const std::string& name, std::string_view begin) {
  const auto maker = begin.rfind("vkxx ");
  const auto found = maker == 0 || maker == std::string_view::npos
                         ? std::string{"an earlier vkxx"}
                         : std::string{begin.substr(maker)};
  throw other_program_failure{
      found + " has recorded the last changes in `" + name + "` and was killed; this is " +
      this_program() +
      ", which may make them again differently. Start that program with this file once and stop "
      "it: then the file alone is the world. Or remove `" +
      name + "` to go on without these changes"};
}

enum class maker { this_program, other_program, nobody };

// Who has begun the log.
maker maker_of(log_file& file, const std::string& name, std::uint64_t size) {
  auto line = file.read(log_begin().size());
  if (line == log_begin()) return maker::this_program;
  if (!line.starts_with(log_mark)) return maker::nobody;
  if (line.find('\n') == std::string::npos) line += file.read(longest_begin);
  const auto end = line.find('\n');
  if (end == std::string::npos) return maker::nobody;
  // Without a record, there is nothing to make again.
  if (end + 1 < size) refuse_program(name, line.substr(0, end));
  return maker::other_program;
}

// The bytes of a log behind its last whole record.
std::uint64_t read_log(const std::string& name, std::uint64_t& records,
                       const std::function<void(std::string_view)>& each) {
  log_file file{name};
  const auto size = file.size();
  const auto made_by = maker_of(file, name, size);
  if (made_by != maker::this_program) return made_by == maker::nobody ? size : 0;
  while (true) {
    const auto begin = file.place();
    const auto head = file.read(head_size);
    if (head.empty()) return 0;
    if (head.size() < head_size) return size - begin;
    const std::uint64_t length = word_at(head, 0);
    if (length == 0 || length > largest_change || length > size - file.place()) return size - begin;
    const auto record = file.read(static_cast<std::size_t>(length));
    if (record.size() != length || sum_of(record) != word_at(head, 4)) return size - begin;
    each(record);
    ++records;
  }
}

}  // namespace

std::string change_log_name(const std::string& world_path, std::uint64_t number) {
  return world_path + ".log-" + std::to_string(number);
}

std::map<std::uint64_t, std::string> change_logs_of(const std::string& world_path) {
  std::map<std::uint64_t, std::string> found;
  const std::filesystem::path world{world_path};
  const auto folder = world.has_parent_path() ? world.parent_path() : std::filesystem::path{"."};
  const auto begin = world.filename().string() + ".log-";
  std::error_code failure;
  for (std::filesystem::directory_iterator entry{folder, failure}, end; !failure && entry != end;
       entry.increment(failure)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with(begin)) continue;
    const auto number =
        vkxx::detail::parse_number<std::uint64_t>(std::string_view{name}.substr(begin.size()));
    if (number) found.emplace(*number, change_log_name(world_path, *number));
  }
  return found;
}

found_changes read_changes(const std::string& world_path, std::uint64_t number,
                           const std::function<void(std::string_view record)>& each) {
  found_changes result;
  const auto logs = change_logs_of(world_path);
  const auto first = logs.find(number);
  result.missing = first == logs.end() || log_file{first->second}.size() == 0;
  // Each continues the one before: behind a record that is missing, none is of any use.
  for (auto log = logs.find(number); log != logs.end() && log->first == number; ++log, ++number)
    if (result.torn_bytes != 0)
      result.torn_bytes += log_file{log->second}.size();
    else
      result.torn_bytes = read_log(log->second, result.records, each);
  return result;
}

int change_log::open_locked(std::uint64_t number) {
  const auto name = change_log_name(path_, number);
  ::unlink(name.c_str());
  const int fresh = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fresh < 0) return errno;
  if (const int code = write_all(fresh, log_begin()); code != 0) {
    ::close(fresh);
    ::unlink(name.c_str());
    return code;
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = fresh;
  number_ = number;
  size_ = log_begin().size();
  synced_ = 0;
  return 0;
}

bool change_log::turn_to(std::uint64_t number) {
  const std::lock_guard lock{mutex_};
  write_waiting();
  return waiting_.empty() && !lost_ && open_locked(number) == 0;
}

int change_log::begin_again(std::uint64_t number) {
  const std::lock_guard lock{mutex_};
  const int code = open_locked(number);
  // Whoever knows the world as it is now has lost nothing; the old log does not know it.
  lost_ = code != 0;
  waiting_.clear();
  failure_ = 0;
  return code;
}

void change_log::append(std::string_view record) noexcept {
  const std::lock_guard lock{mutex_};
  if (lost_ || descriptor_ < 0) return;
  try {
    // One record alone may be larger than what may wait.
    const bool fits = waiting_.empty() || waiting_.size() + record.size() <= most_waiting;
    if (!fits || record.size() > largest_change) {
      lost_ = true;
      waiting_ = {};
      return;
    }
    add_word(waiting_, static_cast<std::uint32_t>(record.size()));
    add_word(waiting_, sum_of(record));
    waiting_ += record;
  } catch (const std::exception&) {
    lost_ = true;
    return;
  }
  // While the disk is full, `retry` tries: each request would wait for the failure.
  if (failure_ == 0) write_waiting();
}

void change_log::write_waiting() noexcept {
  if (waiting_.empty() || lost_ || descriptor_ < 0) return;
  failure_ = write_all(descriptor_, waiting_);
  if (failure_ == 0) {
    size_ += waiting_.size();
    waiting_.clear();
    if (waiting_.capacity() > most_waiting / 64) waiting_.shrink_to_fit();
    return;
  }
  // A part of a record would hide those that follow it.
  if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) lost_ = true;
}

void change_log::lose() noexcept {
  const std::lock_guard lock{mutex_};
  lost_ = true;
  waiting_ = {};
}

void change_log::retry() noexcept {
  const std::lock_guard lock{mutex_};
  write_waiting();
}

void change_log::sync() {
  int copy = -1;
  std::uint64_t size = 0;
  {
    const std::lock_guard lock{mutex_};
    if (descriptor_ < 0 || size_ == synced_) return;
    copy = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
    size = size_;
  }
  // Requests append meanwhile. Without a descriptor, the next attempt syncs.
  if (copy < 0) return;
  const int code = ::fdatasync(copy) == 0 ? 0 : errno;
  ::close(copy);
  const std::lock_guard lock{mutex_};
  if (code == 0 && size <= size_) synced_ = size;
}

bool change_log::lost() const {
  const std::lock_guard lock{mutex_};
  if (lost_) return true;
  if (descriptor_ < 0) return false;
  struct stat held {};
  struct stat named {};
  return ::fstat(descriptor_, &held) != 0 ||
         ::lstat(change_log_name(path_, number_).c_str(), &named) != 0 ||
         held.st_dev != named.st_dev || held.st_ino != named.st_ino ||
         ::access(path_.c_str(), F_OK) != 0;
}

std::uint64_t change_log::bytes() const {
  const std::lock_guard lock{mutex_};
  return size_;
}

std::string change_log::failure() const {
  const std::lock_guard lock{mutex_};
  if (failure_ == 0) return {};
  return "The changes of the world cannot be written to `" + change_log_name(path_, number_) +
         "`: " + std::strerror(failure_) +
         ". They are lost if the emulator is killed before there is space; it tries again each "
         "second";
}

std::uint64_t change_log::number() const {
  const std::lock_guard lock{mutex_};
  return number_;
}

void change_log::remove_before(std::uint64_t number) const {
  for (const auto& [each, name] : change_logs_of(path_))
    if (each < number) ::unlink(name.c_str());
}

void change_log::remove_all() {
  close();
  for (const auto& [each, name] : change_logs_of(path_)) ::unlink(name.c_str());
}

void change_log::close() noexcept {
  const std::lock_guard lock{mutex_};
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace vkxx::emulation::detail
