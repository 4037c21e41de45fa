#include "session/walk_state.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <string_view>
#include <vkxx/core/behind_links.hpp>

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

}  // namespace

walk_state::walk_state(const all_command& options, const request& call)
    : path_{behind_links(options.state)}, call_{identity_of(options, call)} {
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
