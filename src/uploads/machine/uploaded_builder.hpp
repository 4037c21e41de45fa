// Makes the result of an upload from what VK returned. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>
#include <vkxx/uploads/uploaded.hpp>
#include "uploads/machine/upload_answer.hpp"

namespace vkxx::detail {

// Where the parts of the result come from.
struct uploaded_parts {
  std::string_view server;  // the response of the server method
  std::string_view answer;  // of the upload server
  std::string_view saved;   // the response of the save method
  std::size_t files = 1;
};

class uploaded_builder {
 public:
  // Fails with `errc::unexpected_type` (`executed`) if the result does not name what was made: no
  // object is ever guessed.
  [[nodiscard]] static result<uploaded> build(const upload_facts& facts,
                                              const uploaded_parts& parts,
                                              const upload_answer& answer);
  // The result of objects that a store knew: the text is that of `uploaded::to_string`. Nothing:
  // the text is something else.
  [[nodiscard]] static std::optional<uploaded> restored(upload_kind kind, std::string_view text);

  static void set_doubled(uploaded& value, bool on) noexcept { value.maybe_doubled_ = on; }
};

}  // namespace vkxx::detail
