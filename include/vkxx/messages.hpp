/// @file
/// Entry header for outgoing messages: texts with formatting, keyboards, carousels, and what sends
/// them to one or to many.
#pragma once

#include <vkxx/messages/button.hpp>
#include <vkxx/messages/cannot_write.hpp>
#include <vkxx/messages/carousel.hpp>
#include <vkxx/messages/keyboard.hpp>
#include <vkxx/messages/mailing.hpp>
#include <vkxx/messages/message_sender.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/payload.hpp>
#include <vkxx/messages/rich_text.hpp>
#include <vkxx/messages/sent_message.hpp>
