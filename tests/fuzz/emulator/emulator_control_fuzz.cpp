// Faults as text and as JSON: refused by name, or written as they were read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "emulator/control/control_json.hpp"
#include "emulator/faults/fault_syntax.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vkxx::emulation;
  using namespace vkxx::emulation::detail;
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  try {
    for (auto& fault : read_faults(body)) {
      fault.token("");  // Written unreadable, so not to be read again.
      const auto text = to_string(fault);
      if (to_string(parse_fault(text)) != text) std::abort();
    }
  } catch (const fault_syntax_error&) {
  }
  return 0;
}
