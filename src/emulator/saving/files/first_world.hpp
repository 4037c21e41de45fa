/// @file
/// The documents with which an emulator starts.
#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include <vkxx/emulator/options.hpp>

namespace vkxx::emulation::detail {

/// Of the file of the world; nothing: the options name none.
/// @throws std::invalid_argument if it cannot be read, or is no JSON object
[[nodiscard]] std::optional<boost::json::value> first_document_of(const emulator_options& options);
/// Of the file that is kept; nothing: there is none yet.
/// @throws std::invalid_argument if it cannot be read, or is no JSON object
[[nodiscard]] std::optional<boost::json::value> kept_document_of(const emulator_options& options);

}  // namespace vkxx::emulation::detail
