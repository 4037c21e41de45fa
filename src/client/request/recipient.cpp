#include "client/request/recipient.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

constexpr std::int64_t first_chat = 2'000'000'000;

// Parameters of one conversation or account; the others name a place, or an account in addition.
constexpr std::array<std::string_view, 6> peers{"peer_id", "user_id",  "chat_id",
                                                "domain",  "peer_ids", "user_ids"};
constexpr std::array<std::string_view, 10> places{
    "owner_id", "group_id",  "account_id", "client_id", "target_id",
    "chat_ids", "group_ids", "phone",      "phones",    "object"};

std::optional<std::int64_t> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return vkxx::detail::parse_number<std::int64_t>(text);
}

// `id5` is user 5, `club5` and `public5` are community 5. Nothing: the name holds no number.
std::optional<std::int64_t> number_of_name(std::string_view name) {
  struct form {
    std::string_view start;
    std::int64_t sign;
  };
  constexpr std::array forms{form{"id", 1}, form{"club", -1}, form{"public", -1}};
  for (const auto& form : forms) {
    if (!name.starts_with(form.start)) continue;
    const auto digits = name.substr(form.start.size());
    if (digits.empty() || digits.front() < '0' || digits.front() > '9') continue;
    if (const auto number = number_in(digits)) return form.sign * *number;
  }
  return std::nullopt;
}

// The same text for the same account; empty: none is named (VK treats 0 as none).
std::string canonical(std::string_view parameter, std::string_view text) {
  text = trimmed(text);
  auto number = number_in(text);
  std::string name;
  if (!number) {
    name = lower_case(text);
    number = number_of_name(name);
  }
  if (!number) return name;
  if (*number == 0) return {};
  if (parameter == "chat_id" && *number > 0 && *number <= first_chat) *number += first_chat;
  return std::to_string(*number);
}

std::string canonical_list(std::string_view parameter, std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    if (auto name = canonical(parameter, text.substr(0, comma)); !name.empty()) {
      names.push_back(std::move(name));
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ",") + name;
  return all;
}

}  // namespace

std::uint64_t recipient_of(const parameters& values) {
  std::vector<std::pair<std::string_view, std::string>> named;
  std::string all;
  const auto each = [&](std::string_view parameter, auto take) {
    const auto text = values.find(parameter);
    if (!text) return;
    if (auto name = canonical_list(parameter, *text); !name.empty()) take(std::move(name));
  };
  for (const auto parameter : peers) {
    each(parameter, [&](std::string name) { named.emplace_back(parameter, std::move(name)); });
  }
  // A single one names the peer; two together (a member of a chat) have different meanings.
  for (const auto& [parameter, name] : named) {
    all += (named.size() == 1 ? std::string{"peer"} : std::string{parameter}) + "=" + name + ";";
  }
  for (const auto parameter : places) {
    each(parameter,
         [&](const std::string& name) { all += std::string{parameter} + "=" + name + ";"; });
  }
  return all.empty() ? 0 : std::hash<std::string>{}(all);
}

}  // namespace vkxx::detail
