// The decoder's state: its position, and the values that did not fit.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

// The parser's header is not ours to warn about.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <simdjson.h>
#pragma GCC diagnostic pop

#include "objects/codec.hpp"

namespace vkxx::detail {

namespace ondemand = simdjson::ondemand;

// Predicts the next field of an object: the items of a list mostly have the same order of fields.
// Shapes share its slots, so the caller checks the guess.
class field_order {
 public:
  // `last` is the field before + 1; 0: this is the first.
  [[nodiscard]] std::uint16_t& after(const shape& layout, std::size_t last) noexcept {
    const auto start = reinterpret_cast<std::uintptr_t>(&layout) / alignof(shape);
    return next_[(start + last) % next_.size()];
  }

 private:
  std::array<std::uint16_t, 512> next_{};
};

class reader {
 public:
  // `body` is set if the objects keep their JSON; `end` is the end of the text.
  reader(const decode_options& options, std::size_t memory, std::shared_ptr<const std::string> body,
         const char* end)
      : options_{options}, body_{std::move(body)}, end_{end}, memory_left_{memory} {}

  // The value to be read next. The caller owns it: copying one costs more than reading a number.
  void stand_before(ondemand::value& next) noexcept { value_ = &next; }
  [[nodiscard]] ondemand::value& value() const noexcept { return *value_; }

  // A step of the path: a field of an object, or (no field) an element of a list.
  // It is on the stack of the function that walks the JSON, from `enter` to `leave`.
  struct step {
    const field_row* field = nullptr;
    std::size_t index = 0;
    const step* before = nullptr;
  };
  void enter(step& where) noexcept {
    where.before = here_;
    here_ = &where;
    ++depth_;
  }
  void leave() noexcept {
    here_ = here_->before;
    --depth_;
  }
  [[nodiscard]] bool too_deep() const noexcept { return depth_ > options_.maximum_depth; }

  field_order order;

  // A place for a text that does not stand in the body as it is; each takes that of the one before.
  char* space_for_text(std::size_t size) {
    if (size > space_size_) {
      space_size_ = std::max(size, 2 * space_size_);
      space_ = std::make_unique_for_overwrite<char[]>(space_size_);
    }
    return space_.get();
  }

  // Whether this is a list of the answer itself or the one under one of its fields.
  [[nodiscard]] bool is_outer() const noexcept { return depth_ <= 1; }
  // The bytes of the body from `from` on.
  [[nodiscard]] std::size_t bytes_left(const char* from) const noexcept {
    return static_cast<std::size_t>(end_ - from);
  }

  // Something that leaves its field empty.
  void wrong(std::string_view expected, std::string_view found);
  // Something that the tolerant decoder accepts; strict: an issue.
  void loose(std::string_view reason) {
    if (options_.strict) issue(std::string{reason});
  }
  void issue(std::string reason);
  // The text is no JSON: everything stops.
  bool broken(simdjson::error_code code) noexcept {
    if (!failure_) failure_ = code;
    return false;
  }
  // Counts what the value takes in memory; false, and everything stops: too much.
  bool take(std::size_t bytes) noexcept {
    if (bytes <= memory_left_) {
      memory_left_ -= bytes;
      return true;
    }
    too_large_ = true;
    return broken(simdjson::MEMALLOC);
  }
  [[nodiscard]] std::size_t memory_left() const noexcept { return memory_left_; }
  [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }
  [[nodiscard]] bool is_broken() const noexcept { return failure_ != simdjson::SUCCESS; }
  [[nodiscard]] simdjson::error_code failure() const noexcept { return failure_; }

  [[nodiscard]] bool strict() const noexcept { return options_.strict; }
  [[nodiscard]] bool keeps_raw() const noexcept { return body_ != nullptr; }
  [[nodiscard]] const std::shared_ptr<const std::string>& body() const noexcept { return body_; }
  [[nodiscard]] const decode_issue* first_issue() const noexcept {
    return has_issue_ ? &first_ : nullptr;
  }

 private:
  [[nodiscard]] std::string path() const;

  const decode_options& options_;
  std::shared_ptr<const std::string> body_;
  const char* end_;
  std::size_t memory_left_;
  bool too_large_ = false;
  ondemand::value* value_ = nullptr;
  const step* here_ = nullptr;
  std::size_t depth_ = 0;
  std::unique_ptr<char[]> space_;
  std::size_t space_size_ = 0;
  simdjson::error_code failure_ = simdjson::SUCCESS;
  bool has_issue_ = false;
  decode_issue first_;
};

// "an object", "a text"… of the value that the reader stands before; breaks the reader if it is
// none of JSON's.
std::string_view found_kind(reader& in);

}  // namespace vkxx::detail
