#include "http/body/sent_body.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "http/body/body_error.hpp"

namespace vkxx::http::detail {

std::optional<error> sent_body::begin(const body_source& source) {
  source_ = &source;
  size_ = source.size();
  read_ = 0;
  auto reader = without_exceptions("the source of the body", [&] { return source.open(); });
  if (!reader) return failure_ = reader.error();
  reader_ = *std::move(reader);
  return std::nullopt;
}

bool sent_body::rewind() {
  if (source_ == nullptr || (read_ == 0 && reader_)) return !failure_;
  return !begin(*source_);
}

std::optional<std::size_t> sent_body::read(std::span<char> buffer) {
  if (failure_ || !reader_) return std::nullopt;
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(size_ - read_, buffer.size()));
  if (wanted == 0) return 0;
  const auto got = without_exceptions("the source of the body",
                                      [&] { return reader_->read(buffer.first(wanted)); });
  if (!got) {
    failure_ = got.error();
    return std::nullopt;
  }
  if (*got == 0 || *got > wanted) {
    failure_ =
        body_error(*got == 0 ? "the body ended after " + std::to_string(read_) + " of " +
                                   std::to_string(size_) + " bytes"
                             : std::string{"the source of the body says that it read more than "
                                           "fits"});
    return std::nullopt;
  }
  read_ += *got;
  return *got;
}

void sent_body::end() noexcept {
  reader_ = nullptr;
  source_ = nullptr;
  size_ = 0;
  read_ = 0;
  failure_.reset();
}

}  // namespace vkxx::http::detail
