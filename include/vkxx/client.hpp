/// @file
/// Entry header for calling VK from coroutines.
#pragma once

#include <vkxx/client/client.hpp>
#include <vkxx/client/pages.hpp>
