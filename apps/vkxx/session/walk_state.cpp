#include "session/walk_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

// FNV-1a of 64 bits: the file must not show the values of the parameters.
std::uint64_t mixed(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string identity_of(const all_command& options, const request& call) {
  const auto form =
      fmt::format("{}\n{}\n{}\n{}", call.parameters().form(), options.list.value_or(""),
                  options.by.value_or(""), options.identity);
  return fmt::format("{} {:016x}", options.method, mixed(form));
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

}  // namespace

walk_state::walk_state(const all_command& options, const request& call)
    : path_{options.state}, call_{identity_of(options, call)} {
  if (path_.empty() || (::access(path_.c_str(), F_OK) != 0 && errno == ENOENT)) return;
  boost::system::error_code failure;
  const auto state = boost::json::parse(read_file(path_), failure);
  const auto* members = failure ? nullptr : state.if_object();
  const auto* owner = members == nullptr ? nullptr : members->if_contains("call");
  const auto* cursor = members == nullptr ? nullptr : members->if_contains("cursor");
  const auto* finished = members == nullptr ? nullptr : members->if_contains("finished");
  if (owner == nullptr || !owner->is_string() || cursor == nullptr || !cursor->is_string() ||
      finished == nullptr || !finished->is_bool()) {
    throw usage_failure{fmt::format("{} is not a state of vkxx all", printable(path_)),
                        "vkxx all --help"};
  }
  if (std::string_view{owner->get_string()} != call_) {
    throw usage_failure{
        fmt::format("{} is the state of another call: the method or its parameters differ",
                    printable(path_)),
        "vkxx all --help"};
  }
  cursor_ = std::string{cursor->get_string()};
  finished_ = finished->get_bool();
}

void walk_state::save(const std::string& cursor, bool finished) {
  if (path_.empty()) return;
  replace_file(path_, boost::json::serialize(boost::json::object{
                          {"call", call_}, {"cursor", cursor}, {"finished", finished}}) +
                          "\n");
}

}  // namespace vkxx::cli
