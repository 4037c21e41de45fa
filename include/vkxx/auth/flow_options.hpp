/// @file
/// The options that several authentication flows share.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <vkxx/auth/redirect.hpp>
#include <vkxx/client/handler.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth {

/// The challenges of a login. `Options` is the class of the flow.
template <class Options>
class challenge_options {
 public:
  /// Called to solve captchas, a few times per login.
  Options& on_captcha(challenge_hook solver) {
    on_captcha_ = std::move(solver);
    return self();
  }
  /// Called for the code of a second factor, at most 3 times; may answer `send_sms`.
  Options& on_second_factor(challenge_hook solver) {
    on_second_factor_ = std::move(solver);
    return self();
  }
  /// Called for the missing digits of the phone number, once.
  Options& on_phone(challenge_hook solver) {
    on_phone_ = std::move(solver);
    return self();
  }
  /// The account's phone number, in place of `on_phone`. Without both the login is used, if it is a
  /// number.
  Options& phone(std::string number) {
    phone_ = std::move(number);
    return self();
  }

  [[nodiscard]] const challenge_hook& on_captcha() const noexcept { return on_captcha_; }
  [[nodiscard]] const challenge_hook& on_second_factor() const noexcept {
    return on_second_factor_;
  }
  [[nodiscard]] const challenge_hook& on_phone() const noexcept { return on_phone_; }
  [[nodiscard]] const std::string& phone() const noexcept { return phone_; }

 protected:
  challenge_options() = default;
  /// The object as the class of the flow.
  Options& self() noexcept { return static_cast<Options&>(*this); }

 private:
  challenge_hook on_captcha_;
  challenge_hook on_second_factor_;
  challenge_hook on_phone_;
  std::string phone_;
};

/// A login with a password. `Options` is the class of the flow.
template <class Options>
class password_options : public challenge_options<Options> {
 public:
  /// Phone number or e-mail address.
  Options& login(std::string text) {
    login_ = std::move(text);
    return this->self();
  }
  /// Kept as a secret, and sent in the body of the request only.
  Options& password(secret text) {
    password_ = std::move(text);
    return this->self();
  }
  Options& password(std::string text) { return password(secret{std::move(text)}); }
  /// The id of the application; one of VK's own by default. Use yours. Empty: not sent, if the flow
  /// works without it.
  Options& client_id(std::string id) {
    client_id_ = std::move(id);
    return this->self();
  }
  /// Rights: names joined by commas, or a bit mask as text; `offline` by default, none for
  /// `communities`.
  Options& scope(std::string rights) {
    scope_ = std::move(rights);
    return this->self();
  }
  /// A bit mask, see `scope_mask`.
  Options& scope(std::uint64_t mask) { return scope(std::to_string(mask)); }
  /// Version of the API; `5.199` by default.
  Options& v(std::string version) {
    v_ = std::move(version);
    return this->self();
  }

  [[nodiscard]] const std::string& login() const noexcept { return login_; }
  [[nodiscard]] const secret& password() const noexcept { return password_; }
  [[nodiscard]] const std::string& client_id() const noexcept { return client_id_; }
  [[nodiscard]] const std::string& scope() const noexcept { return scope_; }
  [[nodiscard]] const std::string& v() const noexcept { return v_; }

 protected:
  password_options() = default;

 private:
  std::string login_;
  secret password_;
  std::string client_id_;
  std::string scope_;
  std::string v_ = "5.199";
};

/// A login through the pages of VK's web login. `Options` is the class of the flow.
template <class Options>
class web_login_options : public password_options<Options> {
 public:
  /// The address at which the login ends; VK's empty page by default. It is not requested.
  Options& redirect_uri(std::string address) {
    redirect_uri_ = std::move(address);
    return this->self();
  }
  /// Asks for consent even if the user has granted it before; off by default.
  Options& revoke(bool on) {
    revoke_ = on;
    return this->self();
  }

  /// Empty: VK's empty page.
  [[nodiscard]] const std::string& redirect_uri() const noexcept { return redirect_uri_; }
  [[nodiscard]] bool revoke() const noexcept { return revoke_; }

 protected:
  web_login_options() = default;

 private:
  std::string redirect_uri_;
  bool revoke_ = false;
};

/// A login in a browser, for an app with an id and a redirect address. `Options` is the class of
/// the flow.
template <class Options>
class browser_options {
 public:
  /// Rights, in the notation of the flow; VK's default if empty.
  Options& scope(std::string rights) {
    scope_ = std::move(rights);
    return static_cast<Options&>(*this);
  }
  /// Opens the page for a login by `make()`'s flow, and returns the address that the browser was
  /// redirected to. Empty: the flow fails with `challenge_refused`.
  Options& on_page(page_hook opener) {
    on_page_ = std::move(opener);
    return static_cast<Options&>(*this);
  }

  /// The application's number.
  [[nodiscard]] const std::string& client_id() const noexcept { return client_id_; }
  /// The address to which the browser is redirected with the code.
  [[nodiscard]] const std::string& redirect_uri() const noexcept { return redirect_uri_; }
  [[nodiscard]] const std::string& scope() const noexcept { return scope_; }
  [[nodiscard]] const page_hook& on_page() const noexcept { return on_page_; }

 protected:
  /// For the class of the flow.
  browser_options(std::string client_id, std::string redirect_uri)
      : client_id_{std::move(client_id)}, redirect_uri_{std::move(redirect_uri)} {}

 private:
  std::string client_id_;
  std::string redirect_uri_;
  std::string scope_;
  page_hook on_page_;
};

}  // namespace vkxx::auth
