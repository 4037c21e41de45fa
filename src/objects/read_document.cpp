// A whole answer into one value.
#include "objects/reader.hpp"

namespace vkxx::detail {
namespace {

error not_json(simdjson::error_code code) {
  return {errc::not_json, request_effect::unknown,
          std::string{"the answer is not JSON: "} + simdjson::error_message(code)};
}

// The parser with its buffers, kept for the next answer of the thread unless they have grown large.
class parser_lease {
 public:
  parser_lease() : parser_{std::move(spare())} {
    if (!parser_) parser_ = std::make_unique<ondemand::parser>();
  }
  ~parser_lease() {
    if (parser_->capacity() <= largest_kept) spare() = std::move(parser_);
  }
  parser_lease(const parser_lease&) = delete;
  parser_lease& operator=(const parser_lease&) = delete;
  ondemand::parser& operator*() noexcept { return *parser_; }

 private:
  static constexpr std::size_t largest_kept = std::size_t{8} << 20U;
  static std::unique_ptr<ondemand::parser>& spare() {
    static thread_local std::unique_ptr<ondemand::parser> kept;
    return kept;
  }
  std::unique_ptr<ondemand::parser> parser_;
};

// The text with the room behind it that the parser reads into. A lone value is put into a list, so
// that the parser finds both its ends.
std::shared_ptr<std::string> padded(std::string_view json, bool envelope) {
  auto text = std::make_shared<std::string>();
  text->reserve(json.size() + 2 + simdjson::SIMDJSON_PADDING);
  if (!envelope) *text += '[';
  *text += json;
  if (!envelope) *text += ']';
  text->append(simdjson::SIMDJSON_PADDING, '\0');  // what stands there is read, so let it be known
  return text;
}

struct outcome {
  simdjson::error_code failure = simdjson::SUCCESS;
  bool found = false, fitted = false;
};

outcome read_envelope(ondemand::document& document, reader& in, const codec& how, void* value) {
  outcome seen;
  ondemand::object whole;
  if ((seen.failure = document.get_object().get(whole))) return seen;
  for (auto item : whole) {
    ondemand::field field;
    if ((seen.failure = std::move(item).get(field))) return seen;
    if (seen.found || field.key() != "response") continue;
    seen.found = true;
    in.stand_before(field.value());
    seen.fitted = how.read(in, value);
    if ((seen.failure = in.failure())) return seen;
  }
  return seen;
}

outcome read_alone(ondemand::document& document, reader& in, const codec& how, void* value) {
  outcome seen;
  ondemand::array whole;
  if ((seen.failure = document.get_array().get(whole))) return seen;
  for (auto element : whole) {
    ondemand::value alone;
    if ((seen.failure = element.get(alone))) return seen;
    if (seen.found) return {simdjson::TAPE_ERROR};  // more than one value
    seen.found = true;
    in.stand_before(alone);
    seen.fitted = how.read(in, value);
    if ((seen.failure = in.failure())) return seen;
  }
  if (!seen.found) seen.failure = simdjson::EMPTY;
  return seen;
}

}  // namespace

result<void> read_document(std::string_view json, bool envelope, const codec& how, void* value,
                           const decode_options& options) {
  const auto text = padded(json, envelope);
  parser_lease parser;
  ondemand::document document;
  const simdjson::padded_string_view view{text->data(), text->size() - simdjson::SIMDJSON_PADDING,
                                          text->size()};
  if (const auto failed = (*parser).iterate(view).get(document)) return not_json(failed);
  reader in{options, options.keep_raw ? text : nullptr};
  const auto seen =
      envelope ? read_envelope(document, in, how, value) : read_alone(document, in, how, value);
  if (seen.failure) return not_json(seen.failure);
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return not_json(simdjson::TRAILING_CONTENT);
  }
  if (!seen.found) {
    return error{errc::malformed_answer, request_effect::unknown, "the answer has no \"response\""};
  }
  if (in.first_issue() != nullptr && (options.strict || !seen.fitted)) {
    const auto& first = *in.first_issue();
    return error{errc::unexpected_type, request_effect::unknown,
                 "the answer does not fit its type: " + first.path + ": " + first.what};
  }
  return {};
}

}  // namespace vkxx::detail
