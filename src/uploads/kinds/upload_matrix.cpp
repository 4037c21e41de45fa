#include "uploads/kinds/upload_matrix.hpp"

#include <cstdint>
#include <string_view>

#include <vkxx/uploads/upload_kind.hpp>

#include "uploads/machine/name_list.hpp"

namespace vkxx::detail {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

std::string_view media_words(upload_media media) {
  switch (media) {
    case upload_media::picture:
      return "picture";
    case upload_media::video:
      return "video";
    case upload_media::sound:
      return "sound";
    case upload_media::anything:
      return "any file";
    case upload_media::nothing:
      return "no file";
  }
  return "";
}

std::string limit_words(const upload_facts& facts) {
  std::string text{media_words(facts.media)};
  if (words_of(facts.fields).size() > 1)
    text += ", 1 to " + std::to_string(words_of(facts.fields).size());
  if (facts.max_size >= 1024 * mebibyte) {
    text += ", " + std::to_string(facts.max_size / (1024 * mebibyte)) + " GiB";
  } else if (facts.max_size != 0) {
    text += ", " + std::to_string(facts.max_size / mebibyte) + " MiB";
  }
  if (facts.min_width != 0)
    text += ", from " + std::to_string(facts.min_width) + "×" + std::to_string(facts.min_height);
  return text;
}

std::string token_words(token_kinds tokens) {
  std::string text;
  const auto add = [&](token_kind kind, std::string_view name) {
    if (!tokens.contains(kind)) return;
    if (!text.empty()) text += ", ";
    text += name;
  };
  add(token_kind::user, "user");
  add(token_kind::community, "community");
  add(token_kind::service, "service");
  return text;
}

// Both lists in one, each name once, the required ones in bold.
std::string parameter_words(const upload_facts& facts) {
  std::string text;
  for (const auto list : {facts.parameters, facts.save_parameters, facts.form_fields}) {
    for (auto name : words_of(list)) {
      const bool required = name.ends_with('*');
      if (required) name.remove_suffix(1);
      const auto code = '`' + std::string{name} + '`';
      if (text.find(code) != std::string::npos) continue;
      if (!text.empty()) text += ", ";
      text += required ? "**" + code + "**" : code;
    }
  }
  return text;
}

std::string_view result_words(const upload_facts& facts) {
  switch (facts.result) {
    case upload_result::photos:
    case upload_result::products:
      return "`photo1_2`";
    case upload_result::typed:
      if (facts.name == "audio_message") return "`audio_message1_2`";
      return facts.name == "graffiti" ? "`graffiti1_2`" : "`doc1_2`";
    case upload_result::stories:
      return "`story1_2`";
    case upload_result::audio:
      return "`audio1_2`";
    case upload_result::video:
      return "`video1_2`";
    case upload_result::value:
      break;
  }
  return {};
}

std::string code_or_nothing(std::string_view name) {
  return name.empty() ? std::string{} : '`' + std::string{name} + '`';
}

}  // namespace

std::string upload_matrix() {
  std::string text =
      "| kind | takes | token | parameters | address from | saved by | result |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& facts : upload_kinds()) {
    auto result = std::string{result_words(facts)};
    if (!facts.value.empty()) result = "value of `" + std::string{facts.value} + '`';
    text += "| `" + std::string{facts.name} + "` | " + limit_words(facts) + " | " +
            token_words(facts.tokens) + " | " + parameter_words(facts) + " | `" +
            std::string{facts.server_method} + "` | " + code_or_nothing(facts.save_method) + " | " +
            result + " |\n";
  }
  return text;
}

}  // namespace vkxx::detail
