#include <vkxx/testing/emulator_fixture.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace vkxx::testing {
namespace {

// The port is unique to this emulator, so the file is too.
std::string write_ca_file(const vkxx::emulator& running) {
  const auto pem = running.ca_certificate_pem();
  if (pem.empty()) return {};
  const auto path = std::filesystem::temp_directory_path() /
                    ("vkxx_emulator_ca_" + std::to_string(running.port()) + ".pem");
  std::ofstream file{path};
  file << pem;
  file.close();
  if (!file)
    throw std::runtime_error{"cannot write the authority's certificate to " + path.string()};
  return path.string();
}

}  // namespace

emulator_fixture::emulator_fixture(const emulator_options& options)
    : emulator_{options}, ca_file_{write_ca_file(emulator_)} {}

emulator_fixture::~emulator_fixture() {
  std::error_code ignored;
  if (!ca_file_.empty()) std::filesystem::remove(ca_file_, ignored);
}

}  // namespace vkxx::testing
