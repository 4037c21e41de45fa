#include "updates/inbox_store.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vkxx/core/printable.hpp>
#include <vkxx/state/sqlite_state.hpp>

#include "command_line/usage_failure.hpp"
#include "output/file.hpp"

#ifdef VKXX_INBOX_REDIS
#include <vkxx/redis/shared_state.hpp>
#endif

namespace vkxx::cli {
namespace {

constexpr auto inbox_help = "vkxx inbox --help";

std::shared_ptr<state_store> open_file(const std::string& file) {
  // It would be created.
  if (!std::filesystem::exists(file)) {
    throw usage_failure{"there is no file \"" + printable(file) + "\"", inbox_help};
  }
  std::error_code unreadable;
  if (std::filesystem::file_size(file, unreadable) == 0 && !unreadable) {
    throw usage_failure{"\"" + printable(file) + "\" is empty: no program has used it as an inbox",
                        inbox_help};
  }
  auto opened = sqlite_state::open(file, sqlite_options{}.lock_time(duration::zero()));
  if (!opened) throw usage_failure{opened.error().message()};
  return *std::move(opened);
}

#ifdef VKXX_INBOX_REDIS
std::shared_ptr<state_store> open_redis(const inbox_place& place) {
  auto server =
      redis::options{secret{place.file}}.prefix(place.prefix).ca_file(lasting_file(place.ca_file));
  redis::sentinel_list sentinels;
  for (const auto& url : place.sentinels) sentinels.add(secret{url});
  server.sentinels(std::move(sentinels));
  // Whether it loses updates when it ends is the program's concern.
  const auto sharing = redis::shared_state_options{}.existing(true).allow_volatile(true);
  auto opened = redis::shared_state::open(server, sharing);
  if (!opened) throw usage_failure{opened.error().message()};
  return *std::move(opened);
}
#else
std::shared_ptr<state_store> open_redis(const inbox_place& /*place*/) {
  throw usage_failure{"this program was built without Redis (VKXX_REDIS)"};
}
#endif

}  // namespace

bool is_in_redis(const inbox_place& place) {
  constexpr std::array<std::string_view, 3> schemes{"redis://", "rediss://", "unix://"};
  return std::any_of(schemes.begin(), schemes.end(),
                     [&](std::string_view scheme) { return place.file.starts_with(scheme); });
}

std::shared_ptr<state_store> open_inbox(const inbox_place& place) {
  return is_in_redis(place) ? open_redis(place) : open_file(place.file);
}

}  // namespace vkxx::cli
