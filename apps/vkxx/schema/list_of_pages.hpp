/// @file
/// What a walk through the pages of a method has to know: from VK's schema, or as somebody says.
#pragma once

#include <string>

#include <vkxx/client/paging.hpp>
#include <vkxx/client/request.hpp>

#include "commands/commands.hpp"

namespace vkxx::cli {

/// How the method gives its list when it is called like this. `command` must outlive it. Throws
/// `usage_failure`, which says why: not page by page, not known to VK's schema and not described
/// with
/// `--list` and `--by`, two lists side by side.
[[nodiscard]] paging paging_of(const all_command& options, const request& call);

}  // namespace vkxx::cli
