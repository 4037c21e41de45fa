// What is checked before an upload begins. Pure.
#pragma once

#include <cstddef>

#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/uploads/upload_kind.hpp>
#include <vkxx/uploads/upload_options.hpp>

namespace vkxx::detail {

// The number of files, the names and the presence of parameters, the limits.
[[nodiscard]] result<void> check_upload(const upload_facts& facts, std::size_t files,
                                        const upload_options& options, bool thread_waits);
// The call of the server method.
[[nodiscard]] request server_call(const upload_facts& facts, const upload_options& options);
// The call of the save method, without the values of the upload server.
[[nodiscard]] request save_call(const upload_facts& facts, const upload_options& options);
// What a save method's error says about the next step: whether the files must be uploaded once
// more.
[[nodiscard]] bool needs_another_upload(int code) noexcept;
// The time for one attempt to send so many bytes.
[[nodiscard]] duration time_for(std::uint64_t bytes) noexcept;

}  // namespace vkxx::detail
