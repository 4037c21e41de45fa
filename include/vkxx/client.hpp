/// @file
/// The way in to calling VK from coroutines.
#pragma once

#include <vkxx/client/client.hpp>
#include <vkxx/client/pages.hpp>
