/// @file
/// The way into the testing kit: calls without a network, time without waiting, a VK in the box.
#pragma once

#include <vkxx/testing/emulator_fixture.hpp>
#include <vkxx/testing/expected_call.hpp>
#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/testing/scripted_transport.hpp>
