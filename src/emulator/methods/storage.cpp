// VK: https://dev.vk.com/ru/method/storage.get, storage.set and storage.getKeys.
#include <algorithm>
#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_keys = 1000;
constexpr std::size_t longest_key = 100;
constexpr std::size_t longest_value = 4096;

void check_key(std::string_view key) {
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
  };
  if (key.empty() || key.size() > longest_key || !std::ranges::all_of(key, fits))
    throw bad_parameter("key is invalid");
}

// Each user has values of their own; `global=1` names the application's.
std::int64_t keeper(const method_call& request) {
  if (request.flag("global")) return 0;
  if (request.actor() > 0) return request.actor();
  return request.integer("user_id", 0, 0);
}

json::value storage_get(const method_call& request) {
  const auto& values = request.state.storage(keeper(request));
  const auto value_of = [&values](std::string_view key) {
    check_key(key);
    const auto found = values.find(key);
    return found == values.end() ? std::string{} : found->second;
  };
  auto keys = request.list("keys", most_keys);
  if (keys.empty()) keys.emplace_back(request.required("key"));
  json::array result;
  for (const auto& key : keys)
    result.push_back(json::object{{"key", key}, {"value", value_of(key)}});
  return result;
}

json::value storage_set(const method_call& request) {
  const auto key = request.required("key");
  const auto value = request.text("value");
  check_key(key);
  if (value.size() > longest_value) throw bad_parameter("value is too long");
  if (!request.change_accounts().store(keeper(request), key, value, most_keys))
    throw api_failure{api_errc::out_of_limits};
  return 1;
}

json::value storage_get_keys(const method_call& request) {
  const auto first = request.integer("offset", 0, 0);
  const auto most = request.integer("count", 100, 0, 1000);
  std::int64_t index = 0;
  json::array keys;
  for (const auto& [key, value] : request.state.storage(keeper(request))) {
    if (index >= first && index - first < most) keys.emplace_back(key);
    ++index;
  }
  return keys;
}

}  // namespace

void add_storage(method_table& table) {
  constexpr allowed app{.user = true, .community = true, .service = true};
  table["storage.get"] = {app, storage_get};
  table["storage.set"] = {app, storage_set};
  table["storage.getKeys"] = {app, storage_get_keys};
}

}  // namespace vkxx::emulation::detail
