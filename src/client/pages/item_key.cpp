#include "client/pages/item_key.hpp"

#include <algorithm>
#include <bit>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <random>
#include <utility>

#include "client/reply/json_slices.hpp"

namespace vkxx::detail {
namespace {

// SipHash-2-4 with a result of 128 bits. https://www.aumasson.jp/siphash/siphash.pdf
class sip_hash {
 public:
  explicit sip_hash(const key_seed& seed) noexcept
      : v0_{seed.first ^ 0x736f6d6570736575U},
        v1_{seed.second ^ 0x646f72616e646f6dU ^ 0xeeU},
        v2_{seed.first ^ 0x6c7967656e657261U},
        v3_{seed.second ^ 0x7465646279746573U} {}

  item_key operator()(std::string_view text) noexcept {
    const auto whole = text.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8) add(word(text.substr(at, 8)));
    add(word(text.substr(whole)) | static_cast<std::uint64_t>(text.size()) << 56U);
    v2_ ^= 0xeeU;
    const auto high = finish();
    v1_ ^= 0xddU;
    return {high, finish()};
  }

 private:
  static std::uint64_t word(std::string_view bytes) noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return number;
  }
  void add(std::uint64_t number) noexcept {
    v3_ ^= number;
    round();
    round();
    v0_ ^= number;
  }
  std::uint64_t finish() noexcept {
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }
  void round() noexcept {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

std::optional<std::string_view> value_at(std::string_view item, std::string_view path) {
  std::optional<std::string_view> found = item;
  while (!path.empty()) {
    const auto dot = path.find('.');
    found = member_of(*found, path.substr(0, dot));
    if (!found || *found == "null") return std::nullopt;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return found;
}

std::vector<std::string> pieces(std::string_view text, char separator) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const auto end = text.find(separator);
    found.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return found;
}

// Whether `usual_json` would write the text as it is: a whole number, or a string without escapes.
bool is_usual(std::string_view value) noexcept {
  constexpr std::size_t most_digits = 18;
  if (value.starts_with('"')) return value.find('\\') == std::string_view::npos;
  const auto digits = value.substr(value.starts_with('-') ? 1 : 0);
  return digits.size() <= most_digits && digits != "0" &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// VK writes 0 or an empty text for an id that an item does not have.
bool identifies(std::string_view value) {
  if (value.empty()) return false;
  const char first = value.front();
  if (first == '"') return value.size() > 2;
  if (first == 't' || first == 'f') return true;
  if (first == '{' || first == '[' || first == 'n') return false;
  if (is_usual(value)) return true;
  const auto number = parsed_json(value);
  return number.is_number() && number.to_number<double>() != 0;
}

std::string group_prefix(std::uint64_t group) {
  return std::to_string(group) + ':';
}

}  // namespace

key_seed key_seed::random() {
  std::random_device source;
  const auto number = [&source] {
    return static_cast<std::uint64_t>(source()) << 32U | static_cast<std::uint64_t>(source());
  };
  const auto first = number();
  return {first, number()};
}

item_key hash_of(std::string_view text, const key_seed& seed) noexcept {
  return sip_hash{seed}(text);
}

item_identity::item_identity(std::string_view text) {
  for (const auto& alternative : pieces(text, '|')) {
    alternatives_.push_back(pieces(alternative, ','));
  }
}

std::string usual_json(std::string_view value) {
  if (is_usual(value)) return std::string{value};
  return boost::json::serialize(parsed_json(value));
}

std::optional<item_key> item_identity::key_of(std::string_view item, std::uint64_t group,
                                              const key_seed& seed) const {
  for (std::size_t i = 0; i < alternatives_.size(); ++i) {
    auto text = group_prefix(group) + std::to_string(i);
    const auto& paths = alternatives_[i];
    const bool whole = std::ranges::all_of(paths, [&](const std::string& path) {
      const auto value = value_at(item, path == "." ? std::string_view{} : std::string_view{path});
      if (!value || !(path == "." || identifies(*value))) return false;
      text += ',' + usual_json(*value);
      return true;
    });
    if (whole) return hash_of(text, seed);
  }
  return std::nullopt;
}

item_key text_key(std::string_view item, std::uint64_t group, const key_seed& seed) {
  return hash_of(group_prefix(group) + std::string{item}, seed);
}

item_key value_key(std::string_view item, std::uint64_t group, const key_seed& seed) {
  return hash_of(group_prefix(group) + usual_json(item), seed);
}

std::size_t key_set::place_of(const item_key& key) const noexcept {
  auto at = static_cast<std::size_t>(key.low) & (slots_.size() - 1);
  while (slots_[at] != item_key{} && slots_[at] != key) at = (at + 1) & (slots_.size() - 1);
  return at;
}

void key_set::grow() {
  const auto wanted = std::max<std::size_t>(64, slots_.size() * 2);
  const auto before = std::exchange(slots_, std::vector<item_key>(wanted));
  for (const auto& key : before) {
    if (key != item_key{}) slots_[place_of(key)] = key;
  }
}

bool key_set::insert(const item_key& key) {
  if (4 * (size_ + 1) > 3 * slots_.size()) grow();
  auto& slot = slots_[place_of(key)];
  if (slot != item_key{}) return false;
  slot = key;
  ++size_;
  return true;
}

bool key_set::contains(const item_key& key) const noexcept {
  return !slots_.empty() && slots_[place_of(key)] == key;
}

}  // namespace vkxx::detail
