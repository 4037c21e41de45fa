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

secret::secret(std::string text) noexcept : text_{std::move(text)} {}

secret::secret(std::string_view text) : text_{text} {}

secret::secret(const char* text) : text_{text == nullptr ? "" : text} {}

// A moved-from std::string may keep the characters of a short text, so the source is wiped.
secret::secret(secret&& other) noexcept : text_{std::move(other.text_)} {
  other.wipe();
}

secret& secret::operator=(const secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

secret& secret::operator=(secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

secret::~secret() {
  wipe();
}

std::string secret::redacted() const {
  return vkxx::redacted(text_);
}

bool secret::equals(const secret& other) const noexcept {
  if (text_.size() != other.text_.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i != text_.size(); ++i) {
    difference |= static_cast<unsigned char>(text_[i]) ^ static_cast<unsigned char>(other.text_[i]);
  }
  return difference == 0;
}

void secret::wipe() noexcept {
  // Unlike `memset`, of which the compiler may drop writes to memory that is about to be freed.
  explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

std::ostream& operator<<(std::ostream& out, const secret& value) {
  return out << value.redacted();
}

}  // namespace vkxx
