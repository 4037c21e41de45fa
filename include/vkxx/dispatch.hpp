/// @file
/// Handles updates: each at least once, those of a conversation in order.
#pragma once

#include <vkxx/dispatch/dispatch_notice.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/dispatch/inbox_update.hpp>
#include <vkxx/dispatch/update_client.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/dispatch/update_handler.hpp>
#include <vkxx/dispatch/update_lane.hpp>
