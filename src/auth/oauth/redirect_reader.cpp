#include "auth/oauth/redirect_reader.hpp"

#include <algorithm>
#include <set>
#include <vkxx/core/redaction.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/base64url.hpp"
#include "core/encoding/percent.hpp"

namespace vkxx::auth::detail {
namespace {

constexpr std::size_t longest_address = 16384;
constexpr std::size_t longest_reason = 500;

bool has_repeated_name(const std::vector<form_field>& fields) {
  std::set<std::string_view> names;
  return !std::all_of(fields.begin(), fields.end(),
                      [&](const form_field& field) { return names.insert(field.first).second; });
}

error refusal(const std::vector<form_field>& fields, std::string_view name) {
  std::string reason{find_field(fields, "error_description").value_or("")};
  if (reason.empty()) reason = name;
  if (reason.size() > longest_reason) reason.resize(longest_reason);
  return untrusted("VK refused the login: " + redacted_text(reason) + " (" +
                   redacted_text(name.substr(0, 64)) + ")");
}

}  // namespace

result<redirect> read_redirect(std::string_view address, std::string_view redirect_uri,
                               std::string_view state) {
  while (!address.empty() && address.back() <= ' ') address.remove_suffix(1);
  while (!address.empty() && address.front() <= ' ') address.remove_prefix(1);
  if (address.empty()) {
    return error{
        errc::challenge_refused, request_effect::not_sent,
        "the page was not passed: no address came back from it; if VK refused to open it, the page "
        "says why"};
  }
  if (address.size() > longest_address) return malformed("the address is too long to be VK's");
  const auto end = std::min(address.find_first_of("?#"), address.size());
  if (address.substr(0, end) != redirect_uri.substr(0, redirect_uri.find_first_of("?#"))) {
    return malformed("the address does not begin with the app's redirect_uri");
  }
  const auto hash = std::min(address.find('#'), address.size());
  const auto query_begin = std::min(end + 1, hash);
  auto fields = read_form(address.substr(query_begin, hash - query_begin));
  const auto more = read_form(address.substr(std::min(hash + 1, address.size())));
  if (!fields || !more) return malformed("the address cannot be read");
  fields->insert(fields->end(), more->begin(), more->end());
  if (has_repeated_name(*fields)) return malformed("a field of the address occurs twice");
  const auto returned = find_field(*fields, "state");
  const auto refused = find_field(*fields, "error");
  // Checked before anything else in it is trusted. VK's refusals may have no state.
  const bool same_state = returned && vkxx::detail::same_in_constant_time(*returned, state);
  if (!same_state && (returned || !refused)) {
    return untrusted("the address has another `state`: it belongs to another login, or is forged");
  }
  if (refused) return refusal(*fields, *refused);
  const auto code = find_field(*fields, "code");
  if (!code || code->empty()) return malformed("the address has no `code`");
  redirect read;
  read.code = secret{*code};
  read.device_id = find_field(*fields, "device_id").value_or("");
  return read;
}

std::string pkce_challenge(const secret& verifier) {
  return vkxx::detail::base64url(vkxx::detail::sha256(verifier.expose()));
}

std::string with_query(std::string base, const std::vector<form_field>& fields) {
  char separator = '?';
  for (const auto& [name, value] : fields) {
    base += separator;
    vkxx::detail::append_percent_encoded(base, name, vkxx::detail::space_as::percent);
    base += '=';
    vkxx::detail::append_percent_encoded(base, value, vkxx::detail::space_as::percent);
    separator = '&';
  }
  return base;
}

std::string random_text() {
  return vkxx::detail::base64url(vkxx::detail::random_bytes(36));
}

}  // namespace vkxx::auth::detail
