/// @file
/// Entry header for calling VK from ordinary functions.
#pragma once

#include <vkxx/client/blocking_client.hpp>
