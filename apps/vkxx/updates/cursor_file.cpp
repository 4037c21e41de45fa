#include "updates/cursor_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vkxx/core/behind_links.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/core/printable.hpp>

#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr auto source_name = "source";
constexpr auto passed_name = "passed";

}  // namespace

// A file of its own: the other one is replaced, and a lock stays with the file that it was set on.
cursor_file::cursor_file(const std::string& path) : path_{behind_links(path)} {
  const auto beside = path_ + ".lock";
  lock_ = ::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) {
    throw output_failure{fmt::format("{} cannot be written: {}", printable(beside),
                                     std::generic_category().message(errno))};
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  ::close(lock_);
  if (reason == EWOULDBLOCK) {
    throw usage_failure{fmt::format("another program uses {}: give each of them a file of its own",
                                    printable(path_))};
  }
  throw output_failure{fmt::format("{} cannot be locked: {}", printable(beside),
                                   std::generic_category().message(reason))};
}

cursor_file::~cursor_file() {
  ::close(lock_);
}

update_cursor cursor_file::read(const std::string& source) const {
  if (::access(path_.c_str(), F_OK) != 0 && errno == ENOENT) return {};
  auto text = read_file(path_);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) {
    throw usage_failure{
        fmt::format("{} is empty, so it is not known where to continue: remove it to begin now",
                    printable(path_))};
  }
  // Files of earlier versions name no source.
  const auto named = json_member(text, source_name);
  const auto of = named ? json_string_value(*named) : source;
  if (of != source) {
    throw usage_failure{
        fmt::format("{} is where {} is to continue, not {}: give each of them a "
                    "file of its own",
                    printable(path_), printable(of), printable(source))};
  }
  return update_cursor{std::move(text)};
}

passed_updates cursor_file::passed() const {
  if (::access(path_.c_str(), F_OK) != 0) return {};
  const auto text = read_file(path_);
  const auto member = json_member(text, passed_name);
  return member ? passed_updates{json_string_value(*member)} : passed_updates{};
}

void cursor_file::write(const update_cursor& cursor, const std::string& source,
                        const passed_updates& passed) const {
  auto text = cursor.text();
  // A cursor that was read from the file has these members already.
  if (const auto own = text.find(fmt::format(",\"{}\":", source_name)); own != std::string::npos) {
    text.erase(own);
    text += '}';
  }
  if (text.ends_with('}')) {
    text.pop_back();
    text += fmt::format(",\"{}\":{}", source_name, json_text(source));
    if (passed.count() > 0) {
      text += fmt::format(",\"{}\":{}", passed_name, json_text(passed.text()));
    }
    text += '}';
  }
  replace_file(path_, text + "\n");
}

}  // namespace vkxx::cli
