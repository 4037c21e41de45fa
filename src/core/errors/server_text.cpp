#include "core/errors/server_text.hpp"

#include <vkxx/core/printable.hpp>
#include <vkxx/core/redaction.hpp>
#include <vkxx/core/utf8.hpp>

namespace vkxx::detail {
namespace {

// Blanks at the ends and runs of them: pages are full of these.
std::string without_needless_blanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' || (!kept.empty() && kept.back() != ' ')) kept += c;
  }
  if (kept.ends_with(' ')) kept.pop_back();
  return kept;
}

}  // namespace

std::string server_text(std::string_view text, std::span<const secret> hidden, std::size_t most) {
  // A secret must be whole to be found, so more is looked at than is shown.
  constexpr std::size_t looked_at = 16384;
  bool cut = text.size() > looked_at;
  std::string shown{text.substr(0, looked_at)};
  for (const auto& secret : hidden) shown = struck_out(shown, secret.expose());
  shown = without_needless_blanks(printable(redacted_text(shown)));
  if (shown.size() > most) {
    std::size_t size = 0;
    while (size < most) size += first_character(std::string_view{shown}.substr(size))->size;
    shown.resize(size);
    cut = true;
  }
  if (cut) shown += "…";
  return shown;
}

}  // namespace vkxx::detail
