#include "uploads/run/upload_checks.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "uploads/machine/name_list.hpp"

namespace vkxx::detail {
namespace {

error unusable(const upload_facts& facts, const std::string& reason) {
  return {errc::invalid_argument, request_effect::not_sent,
          "upload of " + std::string{facts.name} + ": " + reason};
}

std::string listed(const upload_facts& facts) {
  std::string names;
  for (const auto list : {facts.parameters, facts.save_parameters, facts.form_fields}) {
    for (auto name : words_of(list)) {
      if (name.ends_with('*')) name.remove_suffix(1);
      if (names.find(std::string{name}) != std::string::npos) continue;
      if (!names.empty()) names += ", ";
      names += name;
    }
  }
  return names.empty() ? std::string{"it has none"} : "it has " + names;
}

bool is_known(const upload_facts& facts, std::string_view name) {
  return lists_name(facts.parameters, name) || lists_name(facts.save_parameters, name) ||
         lists_name(facts.form_fields, name);
}

void set_listed(request& call, std::string_view names, const parameters& given) {
  for (auto name : words_of(names)) {
    if (name.ends_with('*')) name.remove_suffix(1);
    if (const auto value = given.find(name)) call.set(name, *value);
  }
}

result<void> check_parameters(const upload_facts& facts, const parameters& given) {
  if (const auto status = given.validate(); !status) return status;
  for (const auto& entry : given.entries()) {
    if (!is_known(facts, entry.name))
      return unusable(facts, "there is no parameter `" + entry.name + "`: " + listed(facts));
  }
  for (const auto list : {facts.parameters, facts.save_parameters}) {
    for (auto name : words_of(list)) {
      if (!name.ends_with('*')) continue;
      name.remove_suffix(1);
      if (!given.find(name))
        return unusable(facts, "the parameter `" + std::string{name} + "` is missing");
    }
  }
  return {};
}

request call_of(std::string_view method, const upload_options& options) {
  request call{std::string{method}};
  if (options.access_token()) call.access_token(*options.access_token());
  return call;
}

}  // namespace

result<void> check_upload(const upload_facts& facts, std::size_t files,
                          const upload_options& options, bool thread_waits) {
  const auto fields = words_of(facts.fields).size();
  if (files > fields || (files == 0 && fields > 0)) {
    const auto expected = fields == 0   ? std::string{"no file"}
                          : fields == 1 ? std::string{"one file"}
                                        : "1 to " + std::to_string(fields) + " files";
    return unusable(facts, "expected " + expected + ", got " + std::to_string(files));
  }
  if (!thread_waits && options.stop_token().stop_possible()) {
    return unusable(facts,
                    "upload_options::stop_token is for vkxx::blocking_uploads: a coroutine is "
                    "cancelled by asio's cancellation slots");
  }
  if (options.silence_limit() < std::chrono::milliseconds{1} ||
      options.silence_limit() > std::chrono::hours{24})
    return unusable(facts, "silence_limit: expected 1 ms to 24 h");
  if (options.timeout() && *options.timeout() < std::chrono::milliseconds{1})
    return unusable(facts, "timeout: it is shorter than 1 ms");
  return check_parameters(facts, options.parameters());
}

request server_call(const upload_facts& facts, const upload_options& options) {
  auto call = call_of(facts.server_method, options);
  set_listed(call, facts.parameters, options.parameters());
  if (const auto equals = facts.fixed.find('='); equals != std::string_view::npos)
    call.set(facts.fixed.substr(0, equals), facts.fixed.substr(equals + 1));
  return call;
}

request save_call(const upload_facts& facts, const upload_options& options) {
  auto call = call_of(facts.save_method, options);
  set_listed(call, facts.save_parameters, options.parameters());
  return call;
}

bool needs_another_upload(int code) noexcept {
  constexpr std::array codes{22,  100,  105,  114,  118,  121,  122, 125,
                             129, 1160, 5701, 5702, 5708, 5709, 5710};
  return std::ranges::find(codes, code) != codes.end();
}

duration time_for(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t bytes_per_second = 100'000;
  // A year: what is longer would pass the end of the clock's numbers.
  constexpr std::uint64_t longest = std::uint64_t{365} * 24 * 3600;
  const auto more = std::min(bytes / bytes_per_second, longest);
  return std::chrono::seconds{60} + std::chrono::seconds{static_cast<std::int64_t>(more)};
}

}  // namespace vkxx::detail
