/// @file
/// Entry header of the local VK API emulator, for tests and experiments.
#pragma once

#include <vkxx/emulator/account.hpp>
#include <vkxx/emulator/emulator.hpp>
#include <vkxx/emulator/fault.hpp>
#include <vkxx/emulator/options.hpp>
#include <vkxx/emulator/procedure.hpp>
#include <vkxx/emulator/recorded_request.hpp>
#include <vkxx/emulator/replay_outcome.hpp>
#include <vkxx/emulator/world_tokens.hpp>
