#include "emulator/schema/schema_methods.hpp"

#include <boost/json/parse.hpp>
#include <string>

#include <vkxx/schema_tables/sample.hpp>

namespace vkxx::emulation {
namespace {

namespace tables = schema_tables;

// FNV-1a: the methods of one seed do not all begin with the same numbers.
std::uint64_t mixed(std::uint64_t seed, std::string_view method) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U ^ seed;
  for (const char c : method) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace

std::optional<method_entry> schema_entry(std::string_view method) {
  const auto found = tables::find_method(method);
  if (!found) return std::nullopt;
  const auto takes = [bits = found->tokens()](unsigned kind) {
    return bits == 0 || (bits & (kind | tables::open_to_all)) != 0;
  };
  // Anonymous tokens are not among the emulator's: such methods may be called with none.
  return method_entry{{.user = takes(tables::user_token),
                       .community = takes(tables::group_token),
                       .service = takes(tables::service_token),
                       .nobody = takes(tables::anonymous_token)},
                      nullptr};
}

boost::json::value schema_answer(std::string_view method, const argument_list& arguments,
                                 std::uint64_t seed) {
  const auto found = tables::find_method(method);
  if (!found) throw api_failure{api_errc::unknown_method};
  const tables::parameter_lookup sent = [&arguments](std::string_view name) {
    return arguments.find(name);
  };
  if (const auto fault = tables::request_fault(*found, sent)) throw bad_parameter(*fault);
  tables::sample_options options;
  options.seed = mixed(seed, method);
  const auto text = tables::sample_answer(tables::choose_answer(*found, sent), options);
  return boost::json::parse(text);
}

}  // namespace vkxx::emulation
