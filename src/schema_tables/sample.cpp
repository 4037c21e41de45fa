#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <vkxx/schema_tables/sample.hpp>

namespace vkxx::schema_tables {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class numbers {
 public:
  explicit numbers(std::uint64_t seed) noexcept : state_{seed} {}
  std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    auto value = state_;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
  }
  std::uint64_t below(std::uint64_t limit) noexcept { return limit == 0 ? 0 : next() % limit; }

 private:
  std::uint64_t state_;
};

class writer {
 public:
  explicit writer(const sample_options& options) : options_{options}, numbers_{options.seed} {}

  void value(type wanted, std::string_view name) {
    switch (wanted.kind()) {
      case kind::boolean:
        out_ += numbers_.below(2) != 0 ? "true" : "false";
        break;
      case kind::bool_int:
        out_ += numbers_.below(2) != 0 ? '1' : '0';
        break;
      case kind::integer:
        integer(wanted);
        break;
      case kind::number:
        integer(wanted);
        out_ += ".5";
        break;
      case kind::string:
        string(wanted, name);
        break;
      case kind::string_enum:
        quoted(any_value(wanted));
        break;
      case kind::integer_enum:
        out_ += any_value(wanted);
        break;
      case kind::array:
        array(wanted, name);
        break;
      case kind::object:
        object(wanted, {}, {});
        break;
      case kind::one_of:
        one_of(wanted, name);
        break;
      case kind::any:
        out_ += R"({"value":)" + std::to_string(numbers_.below(1000)) + "}";
        break;
      case kind::scalar:
        if (numbers_.below(2) != 0) {
          out_ += std::to_string(numbers_.below(100000));
        } else {
          quoted("text" + std::to_string(numbers_.below(1000)));
        }
        break;
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void quoted(std::string_view text) {
    out_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\' || c == '/') out_ += '\\';  // VK escapes the slash too
      out_ += c;
    }
    out_ += '"';
  }

  void integer(type wanted) {
    const auto low = wanted.minimum().value_or(1);
    const auto high = wanted.maximum().value_or(std::max<std::int64_t>(low, 0) + 2000000000);
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    out_ += std::to_string(low + static_cast<std::int64_t>(numbers_.below(span)));
  }

  void string(type wanted, std::string_view name) {
    const auto number = std::to_string(numbers_.below(100000));
    std::string text;
    if (wanted.is_uri()) {
      text = "https://example.com/" + std::string{name} + "/" + number;
    } else if (numbers_.below(8) == 0) {
      text = "текст \"" + std::string{name} + "\" " + number;
    } else {
      text = std::string{name} + " " + number;
    }
    // The limit counts characters; the samples are shorter than any but a few.
    if (wanted.max_length() && text.size() > *wanted.max_length()) text.assign(number, 0, 1);
    quoted(text);
  }

  std::string any_value(type wanted) {
    const auto values = wanted.values();
    return std::string{std::string_view{values[numbers_.below(values.size())]}};
  }

  void array(type wanted, std::string_view name) {
    std::size_t count = deep() ? 0 : 1 + numbers_.below(2);
    count = std::max(count, wanted.min_items().value_or(0));
    count = std::min(count, wanted.max_items().value_or(count));
    out_ += '[';
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) out_ += ',';
      value(wanted.item(), name);
    }
    out_ += ']';
  }

  bool deep() const noexcept { return open_.size() > options_.depth; }

  bool wants(field candidate) {
    if (candidate.required()) return true;
    if (deep()) return false;
    auto inner = candidate.type();
    while (inner.kind() == kind::array) inner = inner.item();
    const bool composed = inner.kind() == kind::object || inner.kind() == kind::one_of;
    // An optional object inside itself once is enough.
    if (composed && std::count(open_.begin(), open_.end(), inner.name()) > 1) return false;
    return options_.every_field || numbers_.below(2) != 0;
  }

  // `fixed`: a field whose value the discriminator has chosen.
  void object(type wanted, std::string_view fixed, std::string_view fixed_value) {
    open_.push_back(wanted.name());
    out_ += '{';
    bool first = true, written = false;
    const auto separate = [&] {
      if (!first) out_ += ',';
      first = false;
    };
    for (const auto candidate : wanted.fields()) {
      const bool chosen = !fixed.empty() && candidate.name() == fixed;
      if (!chosen && !wants(candidate)) continue;
      separate();
      quoted(candidate.name());
      out_ += ':';
      if (chosen) {
        quoted(fixed_value);
        written = true;
      } else {
        value(candidate.type(), candidate.name());
      }
    }
    if (!fixed.empty() && !written) {
      separate();
      quoted(fixed);
      out_ += ':';
      quoted(fixed_value);
    }
    out_ += '}';
    open_.pop_back();
  }

  void one_of(type wanted, std::string_view name) {
    if (wanted.discriminator().empty()) {
      const auto forms = wanted.alternatives();
      value(forms[numbers_.below(forms.size())], name);
      return;
    }
    const auto mappings = wanted.mappings();
    const auto chosen = mappings[numbers_.below(mappings.size())];
    open_.push_back(wanted.name());
    object(wanted.alternatives()[chosen.alternative()], wanted.discriminator(), chosen.value());
    open_.pop_back();
  }

  sample_options options_;
  numbers numbers_;
  std::string out_;
  std::vector<std::string_view> open_;  // names of the objects around
};

}  // namespace

std::string sample(type wanted, const sample_options& options) {
  writer out{options};
  out.value(wanted, wanted.name().empty() ? std::string_view{"value"} : wanted.name());
  return out.take();
}

std::string sample_answer(answer form, const sample_options& options) {
  return sample(form.type(), options);
}

answer choose_answer(method called, const parameter_lookup& sent) {
  const auto forms = called.answers();
  auto best = forms[0];
  std::size_t best_conditions = 0;
  for (const auto form : forms) {
    bool holds = !form.conditions().empty();
    for (const auto wanted : form.conditions()) {
      const auto text = sent(wanted.parameter());
      const bool met =
          text && !text->empty() && (wanted.value().empty() || *text == wanted.value());
      holds = holds && met;
    }
    if (holds && form.conditions().size() > best_conditions) {
      best = form;
      best_conditions = form.conditions().size();
    }
  }
  return best;
}

}  // namespace vkxx::schema_tables
