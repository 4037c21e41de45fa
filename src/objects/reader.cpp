// The walk through the JSON: documents, objects, lists, unions.
#include "objects/reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "objects/name_hash.hpp"
#include "objects/plain_values.hpp"

namespace vkxx::detail {

void reader::wrong(std::string_view expected, std::string_view found) {
  issue("expected " + std::string{expected} + ", found " + std::string{found});
}

void reader::issue(std::string reason) {
  decode_issue found{path(), std::move(reason)};
  if (!has_issue_) first_ = found;
  has_issue_ = true;
  if (options_.issues != nullptr) options_.issues->push_back(std::move(found));
}

std::string reader::path() const {
  std::vector<const step*> steps;
  for (const auto* at = here_; at != nullptr; at = at->before) steps.push_back(at);
  std::string text = "response";
  for (auto at = steps.rbegin(); at != steps.rend(); ++at) {
    if (const auto* field = (*at)->field) {
      text += '.';
      text.append(field->name, field->name_size);
    } else {
      text += '[' + std::to_string((*at)->index) + ']';
    }
  }
  return text;
}

namespace {

// The key of a field, its escapes resolved when there are any.
bool key_of(ondemand::field& field, std::string_view& key, reader& in) {
  const char* raw = field.key().raw();
  const char* end = raw;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '"') {
    key = {raw, static_cast<std::size_t>(end - raw)};
    return true;
  }
  if (const auto failed = field.unescaped_key().get(key)) return in.broken(failed);
  return true;
}

// Whether the key that begins at `raw` is this field's name. The text has padding behind its end
// for any name (the generator sees to it), and no name needs escapes.
bool is_called(const field_row& field, const char* raw) noexcept {
  constexpr std::size_t longest_name = 60;  // the generator's MAXIMUM_NAME
  static_assert(longest_name < simdjson::SIMDJSON_PADDING);
  const std::size_t size = field.name_size;
  const auto differing = low_bytes(raw, 8) ^ field.head;
  if (size < 8) return (differing & (~std::uint64_t{0} >> (8 * (7 - size)))) == 0;
  if (differing != 0 || raw[size] != '"') return false;
  if (size <= 16) return low_bytes(raw + size - 8, 8) == low_bytes(field.name + size - 8, 8);
  return std::memcmp(raw + 8, field.name + 8, size - 8) == 0;
}

// The number of the field called `key`, or the count of fields.
std::size_t find_field(const shape& layout, std::string_view key) noexcept {
  const std::size_t mask = (std::size_t{1} << layout.slot_bits) - 1;
  for (auto slot = static_cast<std::size_t>(name_hash(key)) & mask; layout.slots[slot] != 0;
       slot = (slot + 1) & mask) {
    const std::size_t index = layout.slots[slot] - 1U;
    const auto& field = layout.fields[index];
    if (field.name_size == key.size() && std::memcmp(field.name, key.data(), key.size()) == 0) {
      return index;
    }
  }
  return layout.field_count;
}

// The required fields that were there.
class seen_fields {
 public:
  void add(std::size_t field) noexcept {
    count_ += has(field) ? 0U : 1U;
    words_[field / 64] |= std::uint64_t{1} << (field % 64);
  }
  [[nodiscard]] bool has(std::size_t field) const noexcept {
    return (words_[field / 64] >> (field % 64) & 1U) != 0;
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::size_t count_ = 0;
  std::array<std::uint64_t, 8> words_{};  // the generator refuses objects of 512 fields
};

// Whether the value may stand for an empty object or list: VK's backend writes some that way.
bool stands_for_nothing(reader& in, ondemand::json_type type) {
  if (type == ondemand::json_type::null) {
    in.loose("found null");
    return true;
  }
  if (type == ondemand::json_type::boolean) {
    bool value = true;
    if (in.value().get_bool().get(value) == simdjson::SUCCESS && !value) {
      in.loose("found false for nothing");
      return true;
    }
  }
  return false;
}

bool is_empty_array(reader& in) {
  ondemand::array list;
  if (in.value().get_array().get(list) != simdjson::SUCCESS) return false;
  bool empty = false;
  if (const auto failed = list.is_empty().get(empty)) return in.broken(failed);
  return empty;
}

bool read_members(reader& in, const shape& layout, ondemand::object& object, void* target,
                  seen_fields& seen) {
  std::size_t last = 0;
  for (auto item : object) {
    if (const auto failed = item.error()) return in.broken(failed);
    ondemand::field& field = item.value_unsafe();
    auto& guess = in.order.after(layout, last);
    std::size_t index = guess;
    if (index >= layout.field_count || !is_called(layout.fields[index], field.key().raw())) {
      std::string_view key;
      if (!key_of(field, key, in)) return false;
      index = find_field(layout, key);
      if (index == layout.field_count) {
        if (in.strict()) in.issue("unknown field " + std::string{key});
        continue;
      }
      guess = static_cast<std::uint16_t>(index);
    }
    last = index + 1;
    const auto& row = layout.fields[index];
    if (row.required) seen.add(index);
    in.stand_before(field.value());
    void* const member = static_cast<char*>(target) + row.offset;
    if (read_plain(in, row.value_codec->plain, member)) continue;
    reader::step here{&row};
    in.enter(here);
    row.value_codec->read(in, member);
    in.leave();
    if (in.is_broken()) return false;
  }
  return true;
}

void keep_raw(reader& in, const shape& layout, const char* begin, const char* end, void* target) {
  while (end != begin && end[-1] != '}') --end;
  const auto* text = in.body()->data();
  *reinterpret_cast<raw_json*>(static_cast<char*>(target) + layout.raw_offset) = raw_json{
      in.body(), static_cast<std::size_t>(begin - text), static_cast<std::size_t>(end - begin)};
}

bool read_object_value(reader& in, const shape& layout, ondemand::object& object, void* target,
                       const char* begin) {
  seen_fields seen;
  auto& standing = in.value();
  if (!read_members(in, layout, object, target, seen)) return false;
  const bool complete = seen.count() == layout.required_count;
  for (std::size_t i = 0; !complete && i < layout.field_count; ++i) {
    if (layout.fields[i].required && !seen.has(i)) {
      in.issue("the field " + std::string{layout.fields[i].name, layout.fields[i].name_size} +
               " is missing");
    }
  }
  if (in.keeps_raw()) {
    const char* end = nullptr;
    if (standing.current_location().get(end) != simdjson::SUCCESS) {
      end = in.body()->data() + in.body()->size();  // nothing follows: the end of the text
    }
    keep_raw(in, layout, begin, end, target);
  }
  return true;
}

}  // namespace

std::string_view found_kind(reader& in) {
  ondemand::json_type type{};
  if (const auto failed = in.value().type().get(type)) {
    in.broken(failed);
    return "no JSON";
  }
  switch (type) {
    case ondemand::json_type::array:
      return "a list";
    case ondemand::json_type::object:
      return "an object";
    case ondemand::json_type::number:
      return "a number";
    case ondemand::json_type::string:
      return "a text";
    case ondemand::json_type::boolean:
      return "a boolean";
    case ondemand::json_type::null:
      return "null";
  }
  return "no JSON";
}

bool read_object(reader& in, const shape& layout, void* target) {
  ondemand::json_type type{};
  if (const auto failed = in.value().type().get(type)) return in.broken(failed);
  if (type == ondemand::json_type::object) {
    if (in.too_deep()) {
      in.issue("stands too deep");
      return false;
    }
    // The last member.
    if (!in.take(layout.raw_offset + sizeof(raw_json))) return false;
    const char* begin = in.keeps_raw() ? in.value().raw_json_token().data() : nullptr;
    ondemand::object object;
    if (const auto failed = in.value().get_object().get(object)) return in.broken(failed);
    return read_object_value(in, layout, object, target, begin);
  }
  if (stands_for_nothing(in, type)) return false;
  if (type == ondemand::json_type::array && is_empty_array(in)) {
    in.loose("found an empty list for an empty object");
    return false;
  }
  if (!in.is_broken()) in.wrong("an object", found_kind(in));
  return false;
}

namespace {

// For how many more items there is memory.
std::size_t affordable(const reader& in, const list_operations& list) noexcept {
  return in.memory_left() / std::max<std::size_t>(list.item_size, 1);
}

// The capacity for the items of a large list, guessed from the bytes that those before it took: to
// count them takes as long as a tenth of reading them. There is never more of it than a text of
// this length has place for such items.
class capacity_estimate {
 public:
  void before_item(reader& in, const list_operations& list, void* self) {
    if (read_ == capacity_) {
      const char* const here = in.value().raw_json_token().data();
      if (read_ == 0) {
        begin_ = here;
        capacity_ = 1;
      } else {
        const auto taken = static_cast<std::size_t>(here - begin_);
        const auto expected = in.bytes_left(here) * read_ / taken;
        // At least half as much again: were it less, many small items behind a large one would
        // have all before them moved each time.
        capacity_ += std::clamp(expected + expected / 16 + 1, read_ / 2 + 1, most_at_once * read_);
      }
      capacity_ = std::max(std::min(capacity_, read_ + affordable(in, list)), read_ + 1);
      list.reserve(self, capacity_);
    }
    ++read_;
  }

 private:
  static constexpr std::size_t most_at_once = 32;  // the first items may be small ones
  const char* begin_ = nullptr;
  std::size_t read_ = 0, capacity_ = 0;
};

}  // namespace

bool read_list(reader& in, const list_operations& list, const codec& item, void* self) {
  ondemand::json_type type{};
  if (const auto failed = in.value().type().get(type)) return in.broken(failed);
  list.clear(self);
  if (type != ondemand::json_type::array) {
    if (stands_for_nothing(in, type)) return false;
    if (!in.is_broken()) in.wrong("a list", found_kind(in));
    return false;
  }
  if (in.too_deep()) {
    in.issue("stands too deep");
    return false;
  }
  ondemand::array elements;
  if (const auto failed = in.value().get_array().get(elements)) return in.broken(failed);
  const bool estimates = list.reserve != nullptr && in.is_outer();
  if (list.reserve != nullptr && !estimates) {
    std::size_t count = 0;
    if (const auto failed = elements.count_elements().get(count)) return in.broken(failed);
    list.reserve(self, std::min(count, affordable(in, list)));
  }
  // Objects count themselves.
  const std::size_t counted = item.form == json_form::object ? 0 : list.item_size;
  capacity_estimate estimate;
  reader::step here;
  for (auto element : elements) {
    if (const auto failed = element.error()) return in.broken(failed);
    in.stand_before(element.value_unsafe());
    if (!in.take(counted)) return false;
    if (estimates) estimate.before_item(in, list, self);
    in.enter(here);
    if (!item.read(in, list.emplace(self))) list.pop(self);
    in.leave();
    ++here.index;
    if (in.is_broken()) return false;
  }
  return true;
}

namespace {

bool read_form(reader& in, const union_form& form, void* self) {
  return form.value_codec->read(in, form.emplace(self));
}

bool keep_unknown(reader& in, const union_shape& layout, void* self) {
  in.loose("a form that the schema does not know");
  return read_any(in, *layout.unknown(self));
}

json_form form_of(ondemand::json_type type) noexcept {
  switch (type) {
    case ondemand::json_type::object:
      return json_form::object;
    case ondemand::json_type::array:
      return json_form::array;
    case ondemand::json_type::string:
      return json_form::string;
    case ondemand::json_type::number:
      return json_form::number;
    case ondemand::json_type::boolean:
      return json_form::boolean;
    case ondemand::json_type::null:
      break;
  }
  return json_form::any;
}

// The form that the discriminator of the object chooses; null: none, or no discriminator.
const union_form* chosen_form(reader& in, const union_shape& layout, ondemand::object& object) {
  std::string_view text;
  const auto found = object.find_field_unordered(layout.discriminator).get_string().get(text);
  const union_form* form = nullptr;
  if (found == simdjson::SUCCESS) {
    for (const auto& value : layout.values) {
      if (value.value == text) form = &layout.forms[value.form];
    }
  } else if (found != simdjson::NO_SUCH_FIELD && found != simdjson::INCORRECT_TYPE) {
    in.broken(found);
    return nullptr;
  }
  bool rewound = false;
  if (const auto failed = object.reset().get(rewound)) in.broken(failed);
  return form;
}

}  // namespace

bool read_union(reader& in, const union_shape& layout, void* self) {
  ondemand::json_type type{};
  if (const auto failed = in.value().type().get(type)) return in.broken(failed);
  if (!layout.discriminator.empty()) {
    if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (const auto failed = in.value().get_object().get(object)) return in.broken(failed);
      bool empty = false;
      if (const auto failed = object.is_empty().get(empty)) return in.broken(failed);
      if (empty) {  // the parser does not go back to the start of an empty object
        in.loose("an empty object for one of several forms");
        *layout.unknown(self) = "{}";
        return true;
      }
      const auto* form = chosen_form(in, layout, object);
      if (in.is_broken()) return false;
      return form != nullptr ? read_form(in, *form, self) : keep_unknown(in, layout, self);
    }
    if (stands_for_nothing(in, type)) return false;
    if (!in.is_broken()) in.wrong("an object", found_kind(in));
    return false;
  }
  if (type == ondemand::json_type::null) return false;
  for (const auto& form : layout.forms) {
    if (form.value_codec->form == form_of(type)) return read_form(in, form, self);
  }
  return keep_unknown(in, layout, self);
}

}  // namespace vkxx::detail
