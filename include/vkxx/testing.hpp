/// @file
/// Entry header of the testing kit: a scripted transport, a manual clock, the emulator as a
/// fixture.
#pragma once

#include <vkxx/testing/emulator_fixture.hpp>
#include <vkxx/testing/expected_call.hpp>
#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/testing/scripted_transport.hpp>
