/// @file
/// How the pages of a list follow each other, from VK's schema or from the options.
#pragma once

#include <string>

#include <vkxx/client/paging.hpp>
#include <vkxx/client/request.hpp>

#include "options/all_command.hpp"

namespace vkxx::cli {

/// The paging of the method for this call. `options` must outlive it. Throws `usage_failure` with
/// the reason if the list cannot be walked: the method has no pages, VK's schema does not have it
/// and
/// `--list` and `--by` are missing, or the response has two lists.
[[nodiscard]] paging paging_of(const all_command& options, const request& call);

}  // namespace vkxx::cli
