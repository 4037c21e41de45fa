#include "emulator/oauth/implicit_dialog.hpp"

#include <algorithm>

#include "core/encoding/percent.hpp"
#include "emulator/http/vk_hosts.hpp"
#include "emulator/oauth/scope_mask.hpp"
#include "emulator/web/html.hpp"
#include "emulator/web/login_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_open = 10'000;

answer error_page(const moment& when, std::string_view description) {
  return redirect_to(
      with_query(when.base_url + "/error",
                 {{"error", "invalid_request"}, {"error_description", std::string{description}}}));
}

std::string list_of(const std::vector<std::int64_t>& ids) {
  std::string text;
  for (const auto id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

}  // namespace

std::string not_an_administrator(std::int64_t community) {
  return "The user does not administer the community " + std::to_string(community);
}

std::string implicit_dialog::grant_name(const request& dialog, const web_session& who) {
  return std::to_string(who.user) + " " + dialog.client + " " +
         std::to_string(scope_mask(dialog.scope));
}

answer implicit_dialog::open(const argument_list& arguments, const std::string& redirect_uri,
                             std::vector<std::int64_t> groups, const http_message& message,
                             const moment& when) {
  const auto argument = [&](std::string_view name) {
    return std::string{arguments.find(name).value_or("")};
  };
  const auto* who = logins_.session_of(message);
  if (who == nullptr) return logins_.form_for(arguments, when);
  request dialog{random_.hex(18),   who->id,           argument("client_id"), redirect_uri,
                 argument("scope"), argument("state"), std::move(groups)};
  if (const auto foreign = state_.not_administered(who->user, dialog.groups)) {
    return refuse(dialog, not_an_administrator(*foreign), "", when);
  }
  // Communities need consent each time.
  const bool known = dialog.groups.empty() && granted_.contains(grant_name(dialog, *who));
  if (auto_consent_ || (known && argument("revoke") != "1")) return give(dialog, *who, when);
  asked_.push_back(dialog);
  if (asked_.size() > most_open) asked_.pop_front();
  return ask(dialog, *who, arguments, when);
}

answer implicit_dialog::ask(const request& dialog, const web_session& who,
                            const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) {
    return std::string{arguments.find(name).value_or("")};
  };
  grant_form form;
  form.action =
      with_query(when.base_url + "/", {{"act", "grant_access"},
                                       {"client_id", dialog.client},
                                       {"settings", std::to_string(scope_mask(dialog.scope))},
                                       {"redirect_uri", dialog.redirect_uri},
                                       {"response_type", "token"},
                                       {"group_ids", list_of(dialog.groups)},
                                       {"token_type", "0"},
                                       {"v", argument("v")},
                                       {"state", dialog.state},
                                       {"display", argument("display")},
                                       {"hash", std::to_string(when.unix_time) + "_" + dialog.hash},
                                       {"https", "1"}});
  const auto* user = state_.find_person(who.user);
  form.user = user == nullptr ? who.login : user->first_name.latin + " " + user->last_name.latin;
  form.app = dialog.client;
  form.rights = dialog.scope.empty() ? "what is public" : dialog.scope;
  if (!dialog.groups.empty()) form.rights += ", of the communities " + list_of(dialog.groups);
  // VK's default is `page`; the emulator's own address keeps the plain form.
  const bool by_default =
      argument("display").empty() && !vk_domain(host_of_base(when.base_url)).empty();
  form.by_script = by_default || argument("display") == "page" || argument("display") == "popup";
  return page(200, grant_page(style_, form));
}

answer implicit_dialog::answered(const http_message& message, const argument_list& arguments,
                                 const moment& when) {
  const auto stamped = arguments.find("hash").value_or("");
  const auto hash = stamped.substr(std::min(stamped.find('_') + 1, stamped.size()));
  const auto* who = logins_.session_of(message);
  const auto found = std::ranges::find(asked_, hash, &request::hash);
  if (who == nullptr || found == asked_.end() || found->session != who->id) {
    return error_page(when, "The page has expired, hash is incorrect");
  }
  const auto dialog = std::move(*found);
  asked_.erase(found);
  if (arguments.find("cancel") == "1") {
    return refuse(dialog, "User denied your request", "user_denied", when);
  }
  granted_.insert(grant_name(dialog, *who));
  return give(dialog, *who, when);
}

answer implicit_dialog::refuse(const request& dialog, std::string_view description,
                               std::string_view reason, const moment& when) {
  std::vector<name_value> refusal{{"error", "access_denied"}};
  if (!reason.empty()) refusal.emplace_back("error_reason", std::string{reason});
  refusal.emplace_back("error_description", std::string{description});
  if (!dialog.state.empty()) refusal.emplace_back("state", dialog.state);
  return lead_to(dialog, with_query(dialog.redirect_uri, refusal, '#'), when);
}

answer implicit_dialog::give(const request& dialog, const web_session& who, const moment& when) {
  std::vector<name_value> values;
  if (dialog.groups.empty()) {
    const auto given = tokens_.by_scope(dialog.scope, who.user, when.now);
    values = {{"access_token", given.text},
              {"expires_in", std::to_string(given.lifetime.count())},
              {"user_id", std::to_string(who.user)}};
    const auto* owner = accounts_.find(who.login);
    if (owner != nullptr && owner->branch() == login_branch::with_secret) {
      values.emplace_back("secret", random_.hex(18));
    }
    if (has_email(dialog.scope)) values.emplace_back("email", who.login);
  } else {
    for (const auto id : dialog.groups) {
      values.emplace_back("access_token_" + std::to_string(id),
                          tokens_.lasting(token_kind::community, id));
    }
    values.emplace_back("expires_in", "0");
  }
  if (!dialog.state.empty()) values.emplace_back("state", dialog.state);
  return lead_to(dialog, with_query(dialog.redirect_uri, values, '#'), when);
}

// By VK's intermediate page, with the address in its query or its fragment; or directly.
answer implicit_dialog::lead_to(const request& dialog, const std::string& target,
                                const moment& when) {
  const auto variant = style_.pick(4);
  if (variant == 3) return redirect_to(target);
  const auto hash = random_.hex(18);
  redirects_.emplace_back(hash, target);
  if (redirects_.size() > most_open) redirects_.pop_front();
  const name_value encoded{"authorize_url",
                           variant == 2 ? target : vkxx::detail::percent_encoded(target)};
  const auto between = when.base_url + "/auth_redirect";
  if (variant == 1) {
    return redirect_to(with_query(between, {{"app_id", dialog.client}, {"redirect_hash", hash}}) +
                       with_query("", {encoded}, '#'));
  }
  return redirect_to(
      with_query(between, {{"app_id", dialog.client}, encoded, {"redirect_hash", hash}}));
}

std::optional<answer> implicit_dialog::answer_to(const http_message& message,
                                                 const argument_list& arguments,
                                                 const moment& when) {
  const auto path = path_of(message.target);
  if (path == "/" && arguments.find("act") == "grant_access") {
    return answered(message, arguments, when);
  }
  if (path != "/auth_redirect") return std::nullopt;
  const auto hash = arguments.find("redirect_hash").value_or("");
  const auto found =
      std::ranges::find(redirects_, hash, &std::pair<std::string, std::string>::first);
  if (found == redirects_.end()) return error_page(when, "redirect_hash is incorrect");
  auto shown = page(200, redirect_page(found->second));
  shown.headers.emplace_back("Cache-Control", "no-store");
  return shown;
}

}  // namespace vkxx::emulation::detail
