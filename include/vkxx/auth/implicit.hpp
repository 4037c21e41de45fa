/// @file
/// The web login (OAuth's implicit flow) with a login and a password.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/flow_options.hpp>
#include <vkxx/client/handler.hpp>

namespace vkxx::auth {

/// Options of the implicit flow for a user: walks through the pages of VK's web login as a browser
/// does, and takes the token from the final address.
///
/// ```cpp
/// vkxx::blocking_client
/// vk{vkxx::auth::implicit{}.login("+7…").password("…").scope("offline,wall")};
/// ```
///
/// VK calls this flow obsolete and issues new tokens by `vk_id`; it may refuse an application here.
/// The hooks are the same as those of `client`: a captcha hook answers captchas of the login as it
/// does those of calls. https://dev.vk.com/api/access-token/implicit-flow-user
class implicit : public web_login_options<implicit> {
 public:
  /// `vk_admin`, the scope `offline`. A login asks for at most 3 captchas, and 3 more in the middle
  /// of a second factor.
  implicit();

  /// The flow with these options. Throws `usage_exception` if login or password is
  /// missing.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's config with this flow as its source of tokens.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow
};

/// Options of the implicit flow for communities that the user manages. Each call uses the token of
/// its `group_id`, or of the first community given here without a `group_id`; a call for another
/// community fails before anything is sent.
/// https://dev.vk.com/api/access-token/implicit-flow-community
class communities : public web_login_options<communities> {
 public:
  /// `vk_admin`, no scope.
  communities();

  /// Ids of the communities; their sign does not matter. 0 and -2^63 throw `usage_exception`.
  communities& group_ids(std::vector<std::int64_t> ids);
  /// The same, one by one: `group_ids(123, 456)`. A number above 2^63-1 throws, too.
  template <class... Ids>
  requires((sizeof...(Ids) > 0) && (std::integral<Ids> && ...)) communities& group_ids(Ids... ids) {
    std::vector<std::int64_t> list;
    // 0 is refused.
    (list.push_back(std::in_range<std::int64_t>(ids) ? static_cast<std::int64_t>(ids) : 0), ...);
    return group_ids(std::move(list));
  }
  [[nodiscard]] const std::vector<std::int64_t>& group_ids() const noexcept { return group_ids_; }

  /// The flow with these options. Throws `usage_exception` if login, password or the
  /// communities are missing.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's config with this flow as its source of tokens.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

 private:
  std::vector<std::int64_t> group_ids_;
};

}  // namespace vkxx::auth
