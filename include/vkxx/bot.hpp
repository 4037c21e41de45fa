/// @file
/// Entry header for bots.
#pragma once

#include <vkxx/bot/bot.hpp>
#include <vkxx/bot/bot_context.hpp>
#include <vkxx/bot/bot_extension.hpp>
#include <vkxx/bot/bot_handler.hpp>
#include <vkxx/bot/bot_options.hpp>
#include <vkxx/bot/bot_report.hpp>
#include <vkxx/bot/bot_talks.hpp>
#include <vkxx/bot/button_context.hpp>
#include <vkxx/bot/captures.hpp>
#include <vkxx/bot/event_context.hpp>
#include <vkxx/bot/filter.hpp>
#include <vkxx/bot/fleet.hpp>
#include <vkxx/bot/fleet_community.hpp>
#include <vkxx/bot/incoming_message.hpp>
#include <vkxx/bot/menu.hpp>
#include <vkxx/bot/message_context.hpp>
#include <vkxx/bot/router.hpp>
#include <vkxx/dialogues.hpp>
#include <vkxx/messages.hpp>
#include <vkxx/updates/event_types.hpp>
