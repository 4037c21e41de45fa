#include "emulator/execute/procedures.hpp"

#include <algorithm>
#include <stdexcept>

#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"

namespace vkxx::emulation {
namespace {

constexpr std::size_t longest_procedure_name = 100;

bool is_procedure_name(std::string_view name) {
  const auto is_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  };
  return !name.empty() && name.size() <= longest_procedure_name &&
         std::ranges::all_of(name, is_letter);
}

}  // namespace

procedure::procedure(std::string name, std::string code)
    : name_{std::move(name)}, code_{std::move(code)} {
  if (!is_procedure_name(name_)) {
    throw std::invalid_argument{
        "procedure: a name is 1 to 100 Latin letters, without \"execute.\" before them"};
  }
  try {
    static_cast<void>(detail::script::parse(code_));
  } catch (const detail::script_compile_error& failure) {
    throw std::invalid_argument{"procedure " + name_ + " does not compile: " + failure.what()};
  }
}

procedure& procedure::version(int number) {
  if (number < 1) throw std::invalid_argument{"procedure " + name_ + ": versions begin with 1"};
  version_ = number;
  return *this;
}

}  // namespace vkxx::emulation

namespace vkxx::emulation::detail {

void procedure_book::add(procedure value) {
  auto& versions = kept_[value.name()];
  const auto version = value.version();
  versions.insert_or_assign(version, std::move(value));
}

const procedure* procedure_book::find(std::string_view name, int version) const noexcept {
  const auto versions = kept_.find(name);
  if (versions == kept_.end()) return nullptr;
  const auto found = versions->second.find(version);
  return found == versions->second.end() ? nullptr : &found->second;
}

std::size_t procedure_book::size() const noexcept {
  std::size_t count = 0;
  for (const auto& [name, versions] : kept_) count += versions.size();
  return count;
}

std::vector<procedure> procedure_book::all() const {
  std::vector<procedure> result;
  for (const auto& [name, versions] : kept_)
    for (const auto& [version, procedure] : versions) result.push_back(procedure);
  return result;
}

}  // namespace vkxx::emulation::detail
