/// @file
/// What the methods of uploads share.
#pragma once

#include <memory>
#include <string_view>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// The upload that the arguments of a save method refer to, with all values as they were given.
/// @throws api_failure 100, or the code of the kind for values that were altered
[[nodiscard]] std::shared_ptr<const finished_upload> referred_upload(const method_call& request,
                                                                     std::string_view save_method);
/// The upload with this proof. @throws api_failure the code of the kind
[[nodiscard]] std::shared_ptr<const finished_upload> upload_of_proof(const method_call& request,
                                                                     std::string_view save_method,
                                                                     std::string_view proof);
/// What is saved for one of its files, without a number.
[[nodiscard]] attachment drafted(const finished_upload& upload, const received_file& file,
                                 std::string_view type);
/// Saves the first file of the upload.
const attachment& save_first(const method_call& request, const finished_upload& upload,
                             std::string_view type);

/// The methods that give addresses.
void add_upload_servers(method_table& table);
void add_photo_saves(method_table& table);
void add_other_saves(method_table& table);

}  // namespace vkxx::emulation::detail
