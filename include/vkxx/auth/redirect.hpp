/// @file
/// The consent page of an app, and the redirect after it.
#pragma once

#include <string>

#include <vkxx/client/hook.hpp>

namespace vkxx::auth {

/// Shows the page at the given address to the person, and returns the address that the browser was
/// redirected to at the end: pasted by the person, or taken from the request to the `redirect_uri`.
/// Empty: the person gave up.
using page_hook = hook<std::string(std::string)>;

}  // namespace vkxx::auth
