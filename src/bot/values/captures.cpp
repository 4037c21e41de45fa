#include <utility>

#include <vkxx/bot/captures.hpp>
#include <vkxx/core/exception.hpp>
#include "core/text/written_number.hpp"

namespace vkxx {
namespace {

[[noreturn]] void refuse_capture(std::string_view name, std::string_view reason) {
  throw_error(error{errc::invalid_argument, request_effect::not_sent,
                    "the capture <" + std::string{name} + "> " + std::string{reason}});
}

}  // namespace

captures& captures::set(std::string_view name, std::string text) {
  parts_.insert_or_assign(std::string{name}, std::move(text));
  return *this;
}

bool captures::has(std::string_view name) const noexcept {
  return parts_.find(name) != parts_.end();
}

const std::string& captures::text(std::string_view name) const {
  const auto found = parts_.find(name);
  if (found == parts_.end()) refuse_capture(name, "is not in the pattern of this handler");
  return found->second;
}

std::int64_t captures::number(std::string_view name) const {
  const auto value = detail::read_integer(text(name));
  if (!value) refuse_capture(name, "is no integer: give it the type int in the pattern");
  return *value;
}

double captures::real(std::string_view name) const {
  const auto value = detail::read_real(text(name));
  if (!value) refuse_capture(name, "is no number: give it the type float in the pattern");
  return *value;
}

}  // namespace vkxx
