/// @file
/// Updates: long poll, the Callback API, the Streaming API.
#pragma once

#include <vkxx/updates/callback_receiver.hpp>
#include <vkxx/updates/callback_server.hpp>
#include <vkxx/updates/callback_setup.hpp>
#include <vkxx/updates/long_poll.hpp>
#include <vkxx/updates/stream_reader.hpp>
#include <vkxx/updates/update.hpp>
#include <vkxx/updates/update_source.hpp>
#include <vkxx/updates/user_update.hpp>
