/// @file
/// Methods that the emulator answers from VK's schema only.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// Who may call the method, by the schema; its `run` is null. Nothing: VK has no such method.
[[nodiscard]] std::optional<method_entry> schema_entry(std::string_view method);

/// @throws api_failure 100 for arguments that the schema forbids; empty ones count as absent.
void check_arguments(std::string_view method, const argument_list& arguments);

/// A sample of the answer that VK's schema describes, in the form that the arguments ask for. The
/// same seed and method give the same sample.
/// @throws api_failure 100 for arguments that the schema forbids
[[nodiscard]] boost::json::value schema_answer(std::string_view method,
                                               const argument_list& arguments, std::uint64_t seed);

}  // namespace vkxx::emulation::detail
