/// @file
/// The page that a person opens to let an app in, and the address the browser is sent to after it.
#pragma once

#include <string>

#include <vkxx/client/hook.hpp>

namespace vkxx::auth {

/// Shows the page at the given address to the person, and gives the address that the browser was
/// sent to at the end: pasted by the person, or taken from the request that came to the
/// `redirect_uri`. An empty text: the person gave up.
using page_hook = hook<std::string(std::string)>;

}  // namespace vkxx::auth
