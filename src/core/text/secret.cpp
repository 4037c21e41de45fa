#include <vkxx/core/secret.hpp>

#include <string.h>

#include <ostream>
#include <utility>

namespace vkxx {

std::string redacted(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() < 12) return "***";
  std::string shown{text.substr(0, 4)};
  shown += "***";
  shown += text.substr(text.size() - 4);
  return shown;
}

namespace {

// Unlike `memset`, of which the compiler may drop writes to memory that is about to be freed.
void wipe(std::string& text) noexcept {
  explicit_bzero(text.data(), text.size());
}

struct wiped_text {
  wiped_text() = default;
  wiped_text(const wiped_text&) = delete;
  wiped_text& operator=(const wiped_text&) = delete;
  ~wiped_text() { wipe(text); }

  std::string text;
};

}  // namespace

secret::secret(std::string text) {
  if (text.empty()) return;
  const auto kept = std::make_shared<wiped_text>();
  // Moving leaves the characters of a short text behind.
  if (text.size() < sizeof text) {  // NOLINT(bugprone-sizeof-container): it may stand inside
    kept->text = text;
    wipe(text);
  } else {
    kept->text = std::move(text);
  }
  text_ = {kept, &kept->text};
}

secret::secret(std::string_view text) : secret{std::string{text}} {}

secret::secret(const char* text) : secret{std::string{text == nullptr ? "" : text}} {}

const std::string& secret::expose() const noexcept {
  static const std::string none;
  return text_ ? *text_ : none;
}

std::string secret::redacted() const {
  return vkxx::redacted(expose());
}

bool secret::equals(const secret& other) const noexcept {
  const auto& mine = expose();
  const auto& theirs = other.expose();
  if (mine.size() != theirs.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i != mine.size(); ++i) {
    difference |= static_cast<unsigned char>(mine[i]) ^ static_cast<unsigned char>(theirs[i]);
  }
  return difference == 0;
}

std::ostream& operator<<(std::ostream& out, const secret& value) {
  return out << value.redacted();
}

}  // namespace vkxx
