#include "emulator/saving/snapshot.hpp"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "emulator/saving/archive/snapshot_writer.hpp"
#include "emulator/saving/parts/saved_files.hpp"
#include "emulator/saving/parts/saved_transports.hpp"
#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr int snapshot_version = 1;
// Of forwarded messages in forwarded messages.
constexpr std::size_t deepest_snapshot = 128;
constexpr std::int64_t furthest_ms = 100LL * 365 * 24 * 3600 * 1000;

// It is replaced in JSON texts.
bool is_base_address(std::string_view text) noexcept {
  constexpr std::size_t longest = 300;
  const auto fits = [](char byte) {
    return byte > ' ' && byte < '\x7F' && byte != '"' && byte != '\\';
  };
  return text.size() <= longest && (text.starts_with("http://") || text.starts_with("https://")) &&
         std::ranges::all_of(text, fits);
}

template <class Archive>
void describe_facts(Archive& archive, snapshot_facts& facts) {
  archive.member("base_url", facts.base_url);
  if constexpr (Archive::reads)
    if (!facts.base_url.empty() && !is_base_address(facts.base_url))
      archive.refuse("base_url", "must be an address of HTTP");
  archive.object("clock", [&](auto& inner) {
    inner.member("offset_ms", facts.offset_ms);
    auto frozen = facts.frozen_at_ms.value_or(0);
    inner.member("frozen_at_ms", frozen);
    if constexpr (Archive::reads) {
      facts.frozen_at_ms = frozen == 0 ? std::nullopt : std::optional{frozen};
      if (facts.offset_ms < -furthest_ms || facts.offset_ms > furthest_ms || frozen < 0 ||
          frozen > latest_saved_ms)
        inner.refuse("", "is more than 100 years away");
    }
  });
  std::map<std::string, std::int64_t> ends{facts.ending_tokens.begin(), facts.ending_tokens.end()};
  archive.entries("ending_tokens", ends, [](auto& inner, auto& text, auto& end) {
    inner.member("text", text);
    inner.member("end_ms", end);
  });
  if constexpr (Archive::reads) {
    facts.ending_tokens.assign(ends.begin(), ends.end());
    for (const auto& [text, end] : ends)
      if (end < 0 || end > latest_saved_ms)
        archive.refuse("ending_tokens", "have an end that is more than 100 years away");
  }
}

}  // namespace

json::value parse_snapshot(std::string_view text) {
  boost::system::error_code failure;
  json::parse_options options;
  options.max_depth = deepest_snapshot;
  auto value = json::parse({text.data(), text.size()}, failure,
                           json::make_shared_resource<json::monotonic_resource>(), options);
  if (failure) throw snapshot_failure{"the text is not JSON: " + failure.message()};
  if (!value.is_object()) throw snapshot_failure{"the text must be a JSON object"};
  return value;
}

bool is_whole_snapshot(const json::value& snapshot) noexcept {
  const auto* members = snapshot.if_object();
  return members != nullptr && members->contains("snapshot");
}

std::string write_snapshot(const snapshot_facts& facts, const world& state, transport_hub& hub,
                           file_registry& files) {
  std::string text;
  snapshot_writer writer{text};
  auto same = facts;
  writer.whole([&](snapshot_writer& into) {
    into.member("snapshot", snapshot_version);
    into.member("log", same.log);
    describe_facts(into, same);
    write_world(into, state);
    into.object("transports", [&](snapshot_writer& inner) {
      save_transports(inner, hub, const_cast<world&>(state));
    });
    into.object("uploads", [&](snapshot_writer& inner) { save_files(inner, files); });
  });
  text += '\n';
  return text;
}

snapshot_facts read_snapshot(const json::value& snapshot, std::string_view base_url, world& state,
                             transport_hub& hub, file_registry& files) {
  const snapshot_place top;
  snapshot_reader from{snapshot.as_object(), top};
  int version = 0;
  from.member("snapshot", version);
  if (version != snapshot_version)
    from.refuse("snapshot",
                "is of version " + std::to_string(version) + "; this emulator reads version 1");
  snapshot_facts facts;
  from.member("log", facts.log);
  describe_facts(from, facts);
  read_world(from, state);
  from.object("transports", [&](snapshot_reader& inner) { save_transports(inner, hub, state); });
  from.object("uploads", [&](snapshot_reader& inner) { save_files(inner, files); });
  from.finish();
  move_addresses(state, facts.base_url, base_url);
  return facts;
}

}  // namespace vkxx::emulation::detail
