#include "options/upload_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "command_line/usage_failure.hpp"

namespace vkxx::cli {
namespace {

constexpr auto upload_help = "vkxx upload --help";
constexpr std::int64_t first_chat = 2'000'000'000;
// No number of VK is larger; sums with it stay in range.
constexpr std::int64_t largest_number = std::int64_t{1} << 53U;

enum class place_kind { none, wall, album, community, chat, peer };

struct place {
  place_kind kind = place_kind::none;
  std::int64_t id = 0;  // 0: none
};

[[noreturn]] void refuse_place(std::string_view text) {
  throw usage_failure{
      fmt::format("--to {}: expected wall, wall:COMMUNITY, album:ID, community:ID, chat:ID or the "
                  "number of a peer",
                  text),
      upload_help};
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end || number == 0)
    return std::nullopt;
  if (number < -largest_number || number > largest_number) return std::nullopt;
  return number;
}

place read_place(std::string_view text) {
  if (text.empty()) return {};
  if (text == "wall") return {place_kind::wall, 0};
  if (const auto peer = number_in(text)) return {place_kind::peer, *peer};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) refuse_place(text);
  const auto word = text.substr(0, colon);
  const auto id = number_in(text.substr(colon + 1));
  if (!id) refuse_place(text);
  if (word == "wall") return {place_kind::wall, *id};
  if (word == "album") return {place_kind::album, *id};
  if (word == "community") return {place_kind::community, *id};
  if (word == "chat" && *id > 0) return {place_kind::chat, *id};
  if (word == "peer") return {place_kind::peer, *id};
  refuse_place(text);
}

upload_kind kind_for(std::string_view word, place_kind to) {
  if (word == "photo") {
    if (to == place_kind::wall) return upload_kind::wall_photo;
    if (to == place_kind::album) return upload_kind::album_photo;
    return upload_kind::message_photo;
  }
  if (word == "document") {
    if (to == place_kind::wall) return upload_kind::wall_document;
    const bool to_messages = to == place_kind::peer || to == place_kind::chat;
    return to_messages ? upload_kind::message_document : upload_kind::document;
  }
  if (word == "story") return upload_kind::story_photo;
  if (word == "voice") return upload_kind::audio_message;
  if (const auto kind = find_upload_kind(word)) return *kind;
  std::string names;
  for (const auto& known : upload_kind_words()) names += (names.empty() ? "" : ", ") + known.word;
  throw usage_failure{fmt::format("\"{}\" is no kind of upload; expected one of {}", word, names),
                      upload_help};
}

bool lists(std::string_view list, std::string_view name) {
  for (std::size_t at = list.find(name); at != std::string_view::npos;
       at = list.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || list[at - 1] == ' ';
    const bool ends = end == list.size() || list[end] == ' ' || list[end] == '*';
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

upload_target target_of(std::string_view kind, std::string_view place_text) {
  const auto to = read_place(place_text);
  upload_target target{kind_for(kind, to.kind), {}};
  const auto& facts = facts_of(target.kind);
  const auto set = [&](std::string_view name, std::int64_t id) {
    if (!lists(facts.parameters, name) && !lists(facts.save_parameters, name)) {
      throw usage_failure{
          fmt::format("--to {}: {} is not for such a place", place_text, facts.name), upload_help};
    }
    target.parameters.emplace_back(name, std::to_string(id));
  };
  switch (to.kind) {
    case place_kind::none:
      break;
    case place_kind::wall:
    case place_kind::community:
      if (to.id != 0) set("group_id", to.id < 0 ? -to.id : to.id);
      break;
    case place_kind::album:
      set("album_id", to.id);
      break;
    case place_kind::chat:
      if (target.kind == upload_kind::chat_photo) {
        set("chat_id", to.id);
      } else {
        set("peer_id", first_chat + to.id);
      }
      break;
    case place_kind::peer:
      set("peer_id", to.id);
      break;
  }
  return target;
}

std::vector<value_word> upload_kind_words() {
  std::vector<value_word> words{{"photo", "for a message, a wall or an album, by --to"},
                                {"document", "for the user, a message or a wall, by --to"},
                                {"story", "a story with a photo"},
                                {"voice", "a voice message"}};
  for (const auto& facts : upload_kinds()) {
    if (facts.kind != upload_kind::document)
      words.push_back({std::string{facts.name}, std::string{facts.server_method}});
  }
  return words;
}

std::vector<value_word> upload_place_words() {
  return {{"wall"}, {"wall:"}, {"album:"}, {"community:"}, {"chat:"}};
}

}  // namespace vkxx::cli
