/// @file
/// Methods that the emulator answers from VK's schema only.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// Who may call the method, by the schema; its `run` is null. Nothing: VK has no such method.
[[nodiscard]] std::optional<method_entry> schema_entry(std::string_view method);

/// The arguments without the blanks that VK ignores: around numbers, flags, values of enums and the
/// elements of lists. Nothing: there are none.
[[nodiscard]] std::optional<argument_list> without_blanks(std::string_view method,
                                                          const argument_list& arguments);

/// @throws api_failure 100 for arguments that the schema forbids; empty ones count as absent.
void check_arguments(std::string_view method, const argument_list& arguments);

/// What samples depend on, apart from the call.
struct sample_setting {
  std::uint64_t seed = 0;
  std::string_view base_url;   ///< The emulator's address.
  std::int64_t unix_time = 0;  ///< Times are within a month of the start of its day.
};

/// A sample of the answer that VK's schema describes, in the form that the arguments ask for. The
/// same setting, method and arguments give the same sample; arguments that ask for another page or
/// form show the same list.
/// @throws api_failure 100 for arguments that the schema forbids
[[nodiscard]] boost::json::value schema_answer(std::string_view method,
                                               const argument_list& arguments,
                                               const sample_setting& setting);

/// How the emulator answers a method.
enum class answer_source {
  state,    ///< From its world.
  sample,   ///< With a sample.
  refused,  ///< With an error, whatever the token.
};

struct method_source {
  std::string_view method;
  answer_source source = answer_source::sample;
};

/// Every method of the schema, in its order.
[[nodiscard]] std::vector<method_source> method_sources(const method_table& own);
[[nodiscard]] std::string_view to_string(answer_source source) noexcept;

}  // namespace vkxx::emulation::detail
