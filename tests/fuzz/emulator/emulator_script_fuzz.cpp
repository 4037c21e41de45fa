// A script for execute: it runs, does not compile, or fails; nothing else.
#include <boost/json/array.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "emulator/execute/script.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vkxx::emulation::detail;
  const std::string_view code{reinterpret_cast<const char*>(data), size};
  int calls = 0;
  const script_caller caller = [&calls](const std::string&, const boost::json::object&) {
    ++calls;
    return boost::json::value(boost::json::array{1, "two", nullptr});
  };
  const argument_list arguments{{{"name", "value"}}};
  try {
    static_cast<void>(run_script(code, arguments, caller));
  } catch (const script_compile_error&) {
    if (calls != 0) std::abort();
  } catch (const script_runtime_error&) {
  }
  if (calls > most_script_calls) std::abort();
  return 0;
}
