#include "dispatch/context/effect_numbers.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "core/crypto/digest.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t size_of_lengths = 16;
constexpr std::size_t usual_digested_size = 256;

// Lengths keep texts apart.
void add_part(std::string& digested, std::string_view part) {
  digested += std::to_string(part.size());
  digested += ':';
  digested += part;
}

// The order in which parameters were set has no meaning.
std::string digest_of(const request& call) {
  std::vector<std::string> parts;
  for (const auto& entry : call.parameters().entries()) {
    if (!entry.text || entry.name == "random_id") continue;
    std::string part;
    part.reserve(entry.name.size() + entry.text->size() + size_of_lengths);
    add_part(part, entry.name);
    add_part(part, *entry.text);
    parts.push_back(std::move(part));
  }
  std::sort(parts.begin(), parts.end());
  std::string digested;
  digested.reserve(usual_digested_size);
  add_part(digested, call.method());
  for (const auto& part : parts) digested += part;
  return sha256(digested);
}

std::string receiver_of(const request& call) {
  static constexpr std::array<std::string_view, 6> names{"peer_id",  "peer_ids", "user_id",
                                                         "user_ids", "chat_id",  "domain"};
  std::string receiver;
  for (const auto name : names) {
    add_part(receiver, call.parameters().find(name).value_or(std::string_view{}));
  }
  return receiver;
}

}  // namespace

std::int32_t effect_numbers::next(const request& call) {
  const auto digest = digest_of(call);
  std::uint64_t before = 0;
  {
    const std::lock_guard lock{mutex_};
    before = counts_[digest]++;
  }
  std::string digested;
  digested.reserve(usual_digested_size);
  add_part(digested, event_key_);
  add_part(digested, receiver_of(call));
  add_part(digested, digest);
  add_part(digested, std::to_string(before));
  const auto bytes = sha256(digested);
  std::uint32_t number = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    number = number << 8U | static_cast<unsigned char>(bytes.at(index));
  }
  number &= 0x7fffffffU;
  return number != 0 ? static_cast<std::int32_t>(number) : 1;
}

void effect_numbers::refuse(peer_id peer) {
  const std::lock_guard lock{mutex_};
  refused_.insert(peer);
}

bool effect_numbers::refuses(peer_id peer) {
  const std::lock_guard lock{mutex_};
  return refused_.contains(peer);
}

}  // namespace vkxx::detail
