#include <vkxx/objects/optional_text.hpp>

#include <limits>
#include <memory>
#include <stdexcept>

namespace vkxx {

optional_text::optional_text(const optional_text& other) : bytes_{other.bytes_} {
  if (tag() != on_heap) return;
  bytes_ = {};
  assign_long(*other);
}

void optional_text::assign_long(std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error{"a text of an object is 4 GB or longer"};
  }
  const placed there{std::allocator<char>{}.allocate(text.size() + 1),
                     static_cast<std::uint32_t>(text.size())};
  std::memcpy(there.data, text.data(), text.size());
  there.data[text.size()] = '\0';
  std::memcpy(bytes_.data(), &there, 12);
  bytes_[15] = static_cast<char>(on_heap);
}

void optional_text::release() noexcept {
  const auto there = heap();
  std::allocator<char>{}.deallocate(there.data, std::size_t{there.size} + 1);
}

}  // namespace vkxx
