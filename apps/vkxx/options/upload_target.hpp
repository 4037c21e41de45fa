/// @file
/// What `vkxx upload KIND --to PLACE` means.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/uploads/upload_kind.hpp>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// A kind of upload, and the parameters that a place sets.
struct upload_target {
  upload_kind kind;
  std::vector<std::pair<std::string, std::string>> parameters;
};

/// `kind` is the name of a kind (`wall_photo`), or one of the words `photo`, `document`, `story`
/// and `voice`, whose kind follows from the place. `place` is empty, `wall`, `wall:COMMUNITY`,
/// `album:ID`, `community:ID`, `chat:ID` or a peer. Throws `usage_failure`.
[[nodiscard]] upload_target target_of(std::string_view kind, std::string_view place);

/// The words for KIND, and the beginnings of PLACE.
[[nodiscard]] std::vector<value_word> upload_kind_words();
[[nodiscard]] std::vector<value_word> upload_place_words();

}  // namespace vkxx::cli
