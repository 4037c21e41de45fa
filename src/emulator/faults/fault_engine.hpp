/// @file
/// Decides which fault hits which call. Pure: no I/O, no clock.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <vkxx/emulator/fault.hpp>

#include "emulator/world/random.hpp"

namespace vkxx::emulation::detail {

/// Whether the kind is an API error, injected after the checks of version, method, token and limit;
/// the others are injected before them.
[[nodiscard]] bool is_api_level(fault_kind kind) noexcept;
/// Whether the kind is one of upload servers.
[[nodiscard]] bool is_upload_level(fault_kind kind) noexcept;
/// Whether the kind, without a count, lasts until it is answered correctly.
[[nodiscard]] bool lasts_until_answered(fault_kind kind) noexcept;

/// Whether a fault for `pattern` applies to the method, or to the address with its leading slash.
[[nodiscard]] bool method_fits(std::string_view pattern, std::string_view method) noexcept;

struct active_fault {
  fault_id id{};
  fault rule;
  std::uint64_t played = 0;
};

class fault_engine {
 public:
  explicit fault_engine(std::uint64_t seed) : random_{seed} {}

  fault_id add(fault value);
  bool remove(fault_id id);
  void clear() { faults_.clear(); }
  [[nodiscard]] const std::vector<active_fault>& all() const noexcept { return faults_; }

  /// The call, the faults to consider, and whether the call answers one.
  struct question {
    std::string_view method;
    std::string_view token;
    std::function<bool(const fault&)> wanted;    ///< Considered at all.
    std::function<bool(const fault&)> answered;  ///< The call carries the right answer to it.
  };
  /// The first fault that hits the call, counted as played; an answered fault does not hit, and is
  /// removed if it lasted until answered.
  [[nodiscard]] std::optional<active_fault> take(const question& query);
  /// A fault was answered outside of a call.
  void answered(fault_id id);

 private:
  std::vector<active_fault> faults_;
  std::uint64_t last_id_ = 0;
  random_source random_;
};

}  // namespace vkxx::emulation::detail
