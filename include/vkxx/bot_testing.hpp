/// @file
/// Entry header for tests of bots.
#pragma once

#include <vkxx/bot_testing/bot_fixture.hpp>
#include <vkxx/bot_testing/person.hpp>
#include <vkxx/bot_testing/seen_message.hpp>
