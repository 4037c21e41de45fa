#include "emulator/saving/files/first_world.hpp"

#include <stdexcept>
#include <string>

#include "emulator/saving/files/world_file.hpp"
#include "emulator/saving/snapshot.hpp"

namespace vkxx::emulation::detail {
namespace {

std::optional<boost::json::value> document_in(const std::string& path, bool required) {
  if (path.empty()) return std::nullopt;
  try {
    const auto text = read_world_file(path);
    if (!text && required) throw std::invalid_argument{"there is no such file"};
    if (!text) return std::nullopt;
    return parse_snapshot(*text);
  } catch (const world_file_failure& failure) {
    throw std::invalid_argument{failure.what()};
  } catch (const std::invalid_argument& failure) {
    throw std::invalid_argument{"world file `" + path + "`: " + failure.what()};
  }
}

}  // namespace

std::optional<boost::json::value> first_document_of(const emulator_options& options) {
  return document_in(options.world(), true);
}

std::optional<boost::json::value> kept_document_of(const emulator_options& options) {
  return document_in(options.keep(), false);
}

}  // namespace vkxx::emulation::detail
