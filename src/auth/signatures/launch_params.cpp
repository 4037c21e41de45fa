#include <algorithm>
#include <array>
#include <vkxx/auth/launch_params.hpp>
#include <vkxx/core/exception.hpp>

#include "auth/html/form_fields.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/base64url.hpp"
#include "core/encoding/hex.hpp"
#include "core/encoding/percent.hpp"

namespace vkxx::auth {

using namespace detail;
namespace {

// The tolerated difference of clocks; parameters from further ahead are not genuine.
constexpr std::chrono::minutes clock_difference{5};

// The query of an address; a text without `?` is a query itself.
std::string_view query_of(std::string_view text) {
  text = text.substr(0, std::min(text.find('#'), text.size()));
  const auto mark = text.find('?');
  return mark == std::string_view::npos ? text : text.substr(mark + 1);
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

bool has_user_and_app(const std::vector<std::string>& names) {
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return (has("vk_user_id") && has("vk_app_id")) || (has("viewer_id") && has("api_id"));
}

std::vector<form_field> vk_fields(const std::vector<form_field>& all) {
  std::vector<form_field> taken;
  for (const auto& field : all) {
    if (field.first.starts_with("vk_")) taken.push_back(field);
  }
  return taken;
}

std::vector<form_field> listed_fields(const std::vector<form_field>& all,
                                      const std::vector<std::string>& names) {
  std::vector<form_field> taken;
  for (const auto& name : names) {
    for (const auto& field : all) {
      if (field.first == name) taken.push_back(field);
    }
  }
  return taken;
}

std::string signature_of(const std::vector<form_field>& fields, vkxx::detail::space_as space,
                         const secret& key) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    vkxx::detail::append_percent_encoded(text, name, space);
    text += '=';
    vkxx::detail::append_percent_encoded(text, value, space);
  }
  return vkxx::detail::base64url(vkxx::detail::hmac_sha256(key, text));
}

bool signature_fits(const std::vector<form_field>& fields, std::string_view sign,
                    const secret& key) {
  // VK's documentation and its own samples differ in how a space is written: both are accepted.
  bool fits = false;
  for (const auto space : {vkxx::detail::space_as::plus, vkxx::detail::space_as::percent}) {
    fits |= vkxx::detail::same_in_constant_time(signature_of(fields, space, key), sign);
  }
  return fits;
}

bool has_repeated_name(std::vector<form_field> fields) {
  sort_by_name(fields);
  return std::adjacent_find(fields.begin(), fields.end(),
                            [](const form_field& left, const form_field& right) {
                              return left.first == right.first;
                            }) != fields.end();
}

result<void> check_age(const signed_fields& fields, std::chrono::seconds limit, wall_time now) {
  auto moment = fields.number("vk_ts");
  if (!moment) moment = fields.number("timestamp");
  if (!moment) {
    return untrusted("the launch parameters say no time (`vk_ts`), so their age is unknown");
  }
  if (*moment < 0) return untrusted("the launch parameters are too old");
  const auto age =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() - *moment;
  if (age > limit.count()) return untrusted("the launch parameters are too old");
  if (age < -std::chrono::seconds{clock_difference}.count()) {
    return untrusted("the launch parameters are from the future: compare this machine's clock");
  }
  return {};
}

}  // namespace

launch_verifier::launch_verifier(secret protected_key) : protected_key_{std::move(protected_key)} {}

launch_verifier& launch_verifier::max_age(std::optional<std::chrono::seconds> limit) noexcept {
  max_age_ = limit;
  if (limit) max_age_ = std::max(*limit, std::chrono::seconds{0});
  return *this;
}

launch_verifier& launch_verifier::allow_repeated_names(bool on) noexcept {
  repeated_names_ = on;
  return *this;
}

result<signed_fields> launch_verifier::verify(std::string_view text, wall_time now) const {
  if (protected_key_.empty()) return malformed("the app's protected key is empty");
  const auto all = read_form(query_of(text));
  if (!all) return malformed("the launch parameters cannot be read as a query");
  const auto sign = find_field(*all, "sign");
  if (!sign) return malformed("the launch parameters have no `sign`");

  std::vector<form_field> fields;
  bool fits = false;
  const auto listed = find_field(*all, "sign_keys");
  if (listed) {
    const auto names = split_list(*listed);
    if (!has_user_and_app(names)) {
      return untrusted(
          "`sign_keys` does not name the user and the app (`vk_user_id`, "
          "`vk_app_id`, or `viewer_id`, `api_id`)");
    }
    fields = listed_fields(*all, names);
    // In the order of the list by VK's documentation, sorted by its libraries.
    fits = signature_fits(fields, *sign, protected_key_);
  } else {
    fields = vk_fields(*all);
  }
  sort_by_name(fields);
  fits |= signature_fits(fields, *sign, protected_key_);
  if (!fits) return untrusted("the signature of the launch parameters is wrong");
  if (fields.empty()) return malformed("the launch parameters sign nothing");
  if (!repeated_names_ && has_repeated_name(fields)) {
    return malformed("a launch parameter occurs more than once");
  }
  signed_fields found{std::move(fields)};
  if (max_age_) {
    if (const auto age = check_age(found, *max_age_, now); !age) return age.error();
  }
  return found;
}

std::string sign_launch_params(std::string_view query, const secret& protected_key) {
  const auto unusable = [](const char* why) {
    throw usage_exception{error{errc::invalid_argument, request_effect::not_sent,
                                std::string{"launch parameters cannot be signed: "} + why}};
  };
  if (protected_key.empty()) unusable("the app's protected key is empty");
  const auto all = read_form(query);
  if (!all) unusable("the text cannot be read as a query");
  if (find_field(*all, "sign")) unusable("they have a `sign` already");
  const auto listed = find_field(*all, "sign_keys");
  auto fields = listed ? listed_fields(*all, split_list(*listed)) : vk_fields(*all);
  sort_by_name(fields);
  return std::string{query} +
         "&sign=" + signature_of(fields, vkxx::detail::space_as::percent, protected_key);
}

bool verify_game_auth_key(std::string_view api_id, std::string_view viewer_id,
                          std::string_view auth_key, const secret& protected_key) {
  std::string text{api_id};
  text.append("_").append(viewer_id).append("_").append(protected_key.expose());
  return !protected_key.empty() && vkxx::detail::same_in_constant_time(
                                       vkxx::detail::to_hex(vkxx::detail::md5(text)), auth_key);
}

}  // namespace vkxx::auth
