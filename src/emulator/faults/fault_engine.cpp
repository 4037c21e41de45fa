#include "emulator/faults/fault_engine.hpp"

#include <algorithm>

#include "emulator/faults/fault_syntax.hpp"

namespace vkxx::emulation::detail {
namespace {

bool ends_with_answer(const fault& value) noexcept {
  return lasts_until_answered(value.kind()) && !value.count();
}

}  // namespace

// Addresses begin with a slash, methods do not; `*` is any method, `/*` any address.
bool method_fits(std::string_view pattern, std::string_view method) noexcept {
  if (method.starts_with('/') != pattern.starts_with('/')) return false;
  if (!pattern.ends_with('*')) return pattern == method;
  return method.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool is_api_level(fault_kind kind) noexcept {
  return kind == fault_kind::error || kind == fault_kind::captcha ||
         kind == fault_kind::captcha_page || kind == fault_kind::captcha_both ||
         kind == fault_kind::validation || kind == fault_kind::confirmation;
}

bool is_upload_level(fault_kind kind) noexcept {
  return kind >= fault_kind::upload_error && kind <= fault_kind::old_format;
}

bool lasts_until_answered(fault_kind kind) noexcept {
  return (is_api_level(kind) && kind != fault_kind::error) || kind == fault_kind::domain_challenge;
}

fault_id fault_engine::add(fault value) {
  check_fault(value);
  if (is_upload_level(value.kind()) && value.method() == "*") value.method("/upload/*");
  const auto id = static_cast<fault_id>(++last_id_);
  faults_.push_back({id, std::move(value)});
  return id;
}

bool fault_engine::remove(fault_id id) {
  return std::erase_if(faults_, [id](const active_fault& active) { return active.id == id; }) != 0;
}

void fault_engine::answered(fault_id id) {
  std::erase_if(faults_, [id](const active_fault& active) {
    return active.id == id && ends_with_answer(active.rule);
  });
}

std::optional<active_fault> fault_engine::take(const question& query) {
  for (auto at = faults_.begin(); at != faults_.end();) {
    const auto& rule = at->rule;
    const bool fits = query.wanted(rule) && method_fits(rule.method(), query.method) &&
                      (rule.token().empty() || rule.token() == query.token) &&
                      (rule.rate() >= 1 || random_.share() < rule.rate());
    if (!fits) {
      ++at;
      continue;
    }
    if (query.answered(rule)) {
      at = ends_with_answer(rule) ? faults_.erase(at) : at + 1;
      continue;
    }
    ++at->played;
    auto result = *at;
    const auto most = rule.count().value_or(lasts_until_answered(rule.kind()) ? 0 : 1);
    if (most != 0 && at->played >= most) faults_.erase(at);
    return result;
  }
  return std::nullopt;
}

}  // namespace vkxx::emulation::detail
