#include "emulator/challenges/challenges.hpp"

#include <algorithm>
#include <boost/json/value.hpp>

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_open = 10'000;

template <class Queue>
void forget_oldest(Queue& queue) {
  if (queue.size() > most_open) queue.pop_front();
}

// The parameter, or the number at the front of the cookie `remixstlid=<number>_<text>`.
bool carries_remixstlid(const api_request& request, std::int64_t expected) {
  const auto wanted = std::to_string(expected);
  if (request.arguments.find("remixstlid") == wanted) return true;
  constexpr std::string_view name = "remixstlid=";
  const std::string_view cookies = request.cookie;
  const auto at = cookies.find(name);
  if (at == std::string_view::npos) return false;
  const auto value = cookies.substr(at + name.size());
  return value.substr(0, value.find_first_of("_; ")) == wanted;
}

}  // namespace

const captcha& challenges::open_captcha(fault_kind kind, bool check_remixstlid, int attempt,
                                        time_point now) {
  captcha value;
  value.kind = kind;
  value.sid = random_.text("123456789", 1) + random_.text("0123456789", 11);
  value.answer = captcha_text_.empty() ? random_.text("0123456789", 5) : captcha_text_;
  value.session_token = "eyJ." + random_.hex(40) + "." + random_.hex(20);
  // Above 2^53, so that a client that stores it as a floating-point number sends back a different
  // one.
  value.remixstlid = static_cast<std::int64_t>((random_.bits() >> 1U) | (1ULL << 61U) | 1U);
  value.cookie = std::to_string(value.remixstlid) + '_' + random_.hex(12);
  value.check_remixstlid = check_remixstlid;
  value.attempt = attempt;
  value.opened = now;
  captchas_.push_back(std::move(value));
  forget_oldest(captchas_);
  return captchas_.back();
}

captcha_verdict challenges::judge_page(const api_request& request, std::string_view success_token,
                                       time_point now, const captcha** judged) {
  for (auto& entry : captchas_) {
    if (entry.success_token.empty() || entry.success_token != success_token) continue;
    *judged = &entry;
    const bool alive = now - entry.opened <= captcha_lifetime;
    const bool marked = !entry.check_remixstlid || carries_remixstlid(request, entry.remixstlid);
    if (entry.passed) return captcha_verdict::no_answer;
    if (!alive || !marked) return captcha_verdict::wrong;
    entry.passed = true;
    return captcha_verdict::right;
  }
  return captcha_verdict::wrong;
}

captcha_verdict challenges::judge(const api_request& request, time_point now,
                                  const captcha** judged) {
  if (const auto token = request.arguments.find("success_token"); token && !token->empty())
    return judge_page(request, *token, now, judged);
  const auto sid = request.arguments.find("captcha_sid");
  if (!sid) return captcha_verdict::no_answer;
  const auto found = std::ranges::find(captchas_, *sid, &captcha::sid);
  if (found == captchas_.end() || found->kind == fault_kind::captcha_page || found->passed)
    return captcha_verdict::no_answer;
  *judged = &*found;
  const bool right = !found->failed && request.arguments.find("captcha_key") == found->answer;
  (right ? found->passed : found->failed) = true;
  return right ? captcha_verdict::right : captcha_verdict::wrong;
}

const captcha* challenges::find_sid(std::string_view sid) const noexcept {
  const auto found = std::ranges::find(captchas_, sid, &captcha::sid);
  return found == captchas_.end() ? nullptr : &*found;
}

const captcha* challenges::find_session(std::string_view session_token,
                                        time_point now) const noexcept {
  const auto found = std::ranges::find(captchas_, session_token, &captcha::session_token);
  const bool alive = found != captchas_.end() && found->kind != fault_kind::captcha &&
                     now - found->opened <= captcha_lifetime;
  return alive ? &*found : nullptr;
}

std::string challenges::pass_page(std::string_view session_token, time_point now) {
  if (find_session(session_token, now) == nullptr) return {};
  auto& entry = *std::ranges::find(captchas_, session_token, &captcha::session_token);
  if (entry.success_token.empty()) entry.success_token = "success." + random_.hex(64);
  return entry.success_token;
}

std::string challenges::open_validation(const active_fault& played, token_kind kind,
                                        std::int64_t owner, std::string_view base_url) {
  validation wanted;
  wanted.kind = kind;
  wanted.owner = owner;
  wanted.cause = played.id;
  wanted.page = find_validation_page(played.rule.page()).value_or(validation_page::phone);
  return validation_address(base_url, open_validation(std::move(wanted)));
}

const validation& challenges::open_validation(validation opened) {
  opened.hash = random_.hex(18);
  validations_.push_back(std::move(opened));
  forget_oldest(validations_);
  return validations_.back();
}

const validation* challenges::find_validation(std::string_view hash) const noexcept {
  const auto found = std::ranges::find(validations_, hash, &validation::hash);
  return found == validations_.end() ? nullptr : &*found;
}

std::optional<validation> challenges::pass_validation(std::string_view hash) {
  const auto found = std::ranges::find(validations_, hash, &validation::hash);
  if (found == validations_.end()) return std::nullopt;
  auto result = std::move(*found);
  validations_.erase(found);
  return result;
}

void challenges::clear() {
  captchas_.clear();
  validations_.clear();
}

std::optional<validation_page> find_validation_page(std::string_view name) noexcept {
  if (name == "phone") return validation_page::phone;
  if (name == "code") return validation_page::code;
  if (name == "captcha") return validation_page::captcha;
  if (name == "link") return validation_page::link;
  if (name == "no_token") return validation_page::no_token;
  return std::nullopt;
}

std::string picture_base(std::string_view base_url) {
  const auto slashes = base_url.find("//");
  if (slashes == std::string_view::npos) return std::string{base_url};
  const auto host_at = slashes + 2;
  const auto host = base_url.substr(host_at, base_url.find(':', host_at) - host_at);
  for (const std::string_view domain : {"vk.ru", "vk.com"}) {
    if (host != domain && !host.ends_with("." + std::string{domain})) continue;
    return std::string{base_url.substr(0, host_at)} + "api." + std::string{domain} +
           std::string{base_url.substr(host_at + host.size())};
  }
  return std::string{base_url};
}

std::string_view act_of(validation_page asks) noexcept {
  switch (asks) {
    case validation_page::phone:
    case validation_page::no_token:
      return "security_check";
    case validation_page::code:
      return "authcheck";
    case validation_page::captcha:
      return "captcha";
    case validation_page::link:
      return "validate";
  }
  return {};
}

std::string validation_address(std::string_view base_url, const validation& opened) {
  return std::string{base_url} + "/login?act=" + std::string{act_of(opened.page)} +
         "&api_hash=" + opened.hash;
}

boost::json::object captcha_members(const captcha& value, std::string_view method,
                                    std::string_view base_url, std::int64_t unix_time) {
  boost::json::object members;
  const std::string base{base_url};
  if (value.kind != fault_kind::captcha_page) {
    std::string source{method};
    std::ranges::replace(source, '.', '_');
    members["captcha_sid"] = value.sid;
    members["captcha_img"] = picture_base(base) + "/captcha.php?sid=" + value.sid + "&source=api_" +
                             source + "&s=1&resized=1";
    members["captcha_ts"] = static_cast<double>(unix_time) + 0.125;
    members["captcha_attempt"] = value.attempt;
    members["captcha_ratio"] = 2.6;
    members["captcha_height"] = 50;
    members["captcha_width"] = 130;
    members["is_refresh_enabled"] = true;
    members["is_sound_captcha_available"] = false;
  }
  if (value.kind != fault_kind::captcha) {
    members["redirect_uri"] =
        base + "/not_robot_captcha?domain=vk.ru&session_token=" + value.session_token +
        "&variant=popup&blank=1";
    members["remixstlid"] = value.remixstlid;
  }
  return members;
}

}  // namespace vkxx::emulation::detail
