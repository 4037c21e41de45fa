/// @file
/// The way in to calling VK from ordinary functions.
#pragma once

#include <vkxx/client/blocking_client.hpp>
