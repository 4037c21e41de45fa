// A whole answer into one value.
#include <algorithm>
#include <memory>
#include <optional>

#include "core/json/half_pairs.hpp"
#include "objects/reader.hpp"

namespace vkxx::detail {
namespace {

// Decoding sends nothing, so there is nothing to say of an outcome; a typed call adds its own.
error about_text(errc code, std::string message) {
  error failure{code, request_effect::unknown, std::move(message)};
  failure.set_write(false);
  return failure;
}

error not_json(simdjson::error_code code) {
  return about_text(errc::not_json,
                    std::string{"the answer is not JSON: "} + simdjson::error_message(code));
}

// The parser with its buffers and the place of the text, kept for the next answer of the thread
// unless they have grown large.
class workplace {
 public:
  workplace() : parts_{std::move(spare())} {
    if (!parts_) parts_ = std::make_unique<parts>();
  }
  ~workplace() {
    if (std::max(parts_->parser.capacity(), parts_->space_size) <= largest_kept)
      spare() = std::move(parts_);
  }
  workplace(const workplace&) = delete;
  workplace& operator=(const workplace&) = delete;

  [[nodiscard]] ondemand::parser& parser() const noexcept { return parts_->parser; }
  // Where a text of this size finds its place.
  [[nodiscard]] char* space(std::size_t size) const {
    if (size > parts_->space_size) {
      parts_->space = std::make_unique_for_overwrite<char[]>(size);
      parts_->space_size = size;
    }
    return parts_->space.get();
  }

 private:
  struct parts {
    ondemand::parser parser;
    std::unique_ptr<char[]> space;
    std::size_t space_size = 0;
  };
  static constexpr std::size_t largest_kept = std::size_t{8} << 20U;
  static std::unique_ptr<parts>& spare() {
    static thread_local std::unique_ptr<parts> kept;
    return kept;
  }
  std::unique_ptr<parts> parts_;
};

// The text with the padding behind it that the parser may read. A lone value is put into a list, so
// that the parser finds both its ends.
class padded_text {
 public:
  padded_text(std::string_view json, bool envelope, bool shared, const workplace& place)
      : size_{json.size() + (envelope ? 0 : 2)} {
    const auto whole = size_ + simdjson::SIMDJSON_PADDING;
    if (shared) shared_ = std::make_shared<std::string>(whole, '\0');
    char* to = shared ? shared_->data() : place.space(whole);
    begin_ = to;
    if (!envelope) *to++ = '[';
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (json.starts_with(byte_order_mark)) {
      json.remove_prefix(byte_order_mark.size());
      size_ -= byte_order_mark.size();
    }
    to = std::copy(json.begin(), json.end(), to);
    if (!envelope) *to++ = ']';
    // What stands there is read, so let it be known.
    std::fill_n(to, simdjson::SIMDJSON_PADDING, '\0');
    // What is kept is read by others later.
    if (shared) repair_half_pairs();
  }

  // Gives whether there were any.
  bool repair_half_pairs() noexcept { return replace_half_pairs(begin_, size_); }

  [[nodiscard]] const std::shared_ptr<std::string>& shared() const noexcept { return shared_; }
  [[nodiscard]] const char* end() const noexcept { return begin_ + size_; }
  [[nodiscard]] simdjson::padded_string_view view() const noexcept {
    return simdjson::padded_string_view{begin_, size_, size_ + simdjson::SIMDJSON_PADDING};
  }

 private:
  std::size_t size_;
  std::shared_ptr<std::string> shared_;
  char* begin_;
};

struct outcome {
  simdjson::error_code failure = simdjson::SUCCESS;
  bool found = false, fitted = false;
};

outcome read_envelope(ondemand::document& document, reader& in, const codec& value_codec,
                      void* value) {
  outcome seen;
  ondemand::object whole;
  seen.failure = document.get_object().get(whole);
  if (seen.failure) return seen;
  for (auto item : whole) {
    ondemand::field field;
    seen.failure = std::move(item).get(field);
    if (seen.failure) return seen;
    if (seen.found || field.key() != "response") continue;
    seen.found = true;
    in.stand_before(field.value());
    seen.fitted = value_codec.read(in, value);
    seen.failure = in.failure();
    if (seen.failure) return seen;
  }
  return seen;
}

outcome read_alone(ondemand::document& document, reader& in, const codec& value_codec,
                   void* value) {
  outcome seen;
  ondemand::array whole;
  seen.failure = document.get_array().get(whole);
  if (seen.failure) return seen;
  for (auto element : whole) {
    ondemand::value alone;
    seen.failure = element.get(alone);
    if (seen.failure) return seen;
    if (seen.found) return {simdjson::TAPE_ERROR};  // more than one value
    seen.found = true;
    in.stand_before(alone);
    seen.fitted = value_codec.read(in, value);
    seen.failure = in.failure();
    if (seen.failure) return seen;
  }
  if (!seen.found) seen.failure = simdjson::EMPTY;
  return seen;
}

}  // namespace

namespace {

struct reading {
  simdjson::error_code failure = simdjson::SUCCESS;
  bool found = false, fitted = false, too_large = false;
  std::optional<decode_issue> first_issue = std::nullopt;
};

reading read_text_once(const workplace& place, const padded_text& text, bool envelope,
                       const codec& value_codec, void* value, const decode_options& options,
                       std::size_t memory) {
  ondemand::document document;
  if (const auto failed = place.parser().iterate(text.view()).get(document)) return {failed};
  reader in{options, memory, text.shared(), text.end()};
  const auto seen = envelope ? read_envelope(document, in, value_codec, value)
                             : read_alone(document, in, value_codec, value);
  if (seen.failure) return {seen.failure, false, false, in.is_too_large()};
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return {simdjson::TRAILING_CONTENT};
  }
  reading done{simdjson::SUCCESS, seen.found, seen.fitted};
  if (in.first_issue() != nullptr) done.first_issue = *in.first_issue();
  return done;
}

}  // namespace

namespace {

std::size_t memory_for(std::string_view json, const decode_options& options) noexcept {
  constexpr std::size_t times = 8;
  constexpr std::size_t least = std::size_t{64} << 20U;
  return options.memory_limit != 0 ? options.memory_limit : std::max(times * json.size(), least);
}

error too_large(std::string_view json, std::size_t memory) {
  return about_text(errc::answer_too_large,
                    "the answer, of " + std::to_string(json.size()) +
                        " bytes, would take more than " + std::to_string(memory) +
                        " bytes of memory as objects (decode_options::memory_limit)");
}

}  // namespace

result<void> read_document(std::string_view json, bool envelope, const codec& value_codec,
                           void* value, const decode_options& options) {
  const workplace place;
  padded_text text{json, envelope, options.keep_raw, place};
  const auto issues_before = options.issues == nullptr ? 0 : options.issues->size();
  const auto memory = memory_for(json, options);
  auto seen = read_text_once(place, text, envelope, value_codec, value, options, memory);
  // Half a surrogate pair costs its character only. It is looked for when the parser has met one,
  // and what was read so far is read over.
  const bool wrong_text =
      seen.failure == simdjson::STRING_ERROR || seen.failure == simdjson::UTF8_ERROR;
  if (wrong_text && text.repair_half_pairs()) {
    if (options.issues != nullptr) options.issues->resize(issues_before);
    seen = read_text_once(place, text, envelope, value_codec, value, options, memory);
  }
  if (seen.too_large) return too_large(json, memory);
  if (seen.failure) return not_json(seen.failure);
  if (!seen.found) return about_text(errc::malformed_answer, "the answer has no \"response\"");
  if (seen.first_issue && (options.strict || !seen.fitted)) {
    return about_text(errc::unexpected_type,
                      "the answer does not fit its type: " + seen.first_issue->path + ": " +
                          seen.first_issue->reason);
  }
  return {};
}

}  // namespace vkxx::detail
