// The decoder's state: where it stands, what did not fit.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

class reader {
 public:
  reader(const decode_options& options, std::shared_ptr<const std::string> body)
      : options_{options}, body_{std::move(body)} {}

  // The value to be read next. Set by whoever walks the JSON.
  ondemand::value value;

  // A step of the path: a field of an object, or (no name) an element of a list.
  struct step {
    std::string_view name;
    std::size_t index;
  };
  void enter(step where) { path_.push_back(where); }
  void leave() noexcept { path_.pop_back(); }
  [[nodiscard]] bool too_deep() const noexcept { return path_.size() > options_.maximum_depth; }

  // Something that leaves its field empty.
  void wrong(std::string_view expected, std::string_view found);
  // Something that the tolerant decoder bears; strict: an issue.
  void loose(std::string_view what) {
    if (options_.strict) issue(std::string{what});
  }
  void issue(std::string what);
  // The text is no JSON: everything stops.
  bool broken(simdjson::error_code code) noexcept {
    if (!failure_) failure_ = code;
    return false;
  }
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
  std::vector<step> path_;
  simdjson::error_code failure_ = simdjson::SUCCESS;
  bool has_issue_ = false;
  decode_issue first_;
};

// "an object", "a text"… of the value that the reader stands before; breaks the reader if it is
// none of JSON's.
std::string_view found_kind(reader& in);

}  // namespace vkxx::detail
