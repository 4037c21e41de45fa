#include <vkxx/objects/text.hpp>

#include <limits>
#include <memory>
#include <ostream>
#include <stdexcept>

namespace vkxx {

text::text(const text& other) : bytes_{other.bytes_} {
  if (tag() != on_heap) return;
  bytes_ = {};
  assign_long(*other);
}

void text::assign_long(std::string_view value) {
  if (value.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error{"a text of an object has 4 GB or more"};
  }
  const placed there{std::allocator<char>{}.allocate(value.size() + 1),
                     static_cast<std::uint32_t>(value.size())};
  std::memcpy(there.data, value.data(), value.size());
  there.data[value.size()] = '\0';
  std::memcpy(bytes_.data(), &there, 12);
  bytes_[15] = static_cast<char>(on_heap);
}

void text::release() noexcept {
  const auto there = heap();
  std::allocator<char>{}.deallocate(there.data, std::size_t{there.size} + 1);
}

std::ostream& operator<<(std::ostream& out, const text& value) {
  return out << *value;
}

}  // namespace vkxx
