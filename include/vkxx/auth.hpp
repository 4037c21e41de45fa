/// @file
/// Entry header of authentication: flows, tokens, and VK's signatures.
#pragma once

#include <vkxx/auth/access_token.hpp>
#include <vkxx/auth/code.hpp>
#include <vkxx/auth/direct.hpp>
#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/implicit.hpp>
#include <vkxx/auth/interactive.hpp>
#include <vkxx/auth/keyring_store.hpp>
#include <vkxx/auth/launch_params.hpp>
#include <vkxx/auth/open_api_session.hpp>
#include <vkxx/auth/payment_notification.hpp>
#include <vkxx/auth/presets.hpp>
#include <vkxx/auth/prompter.hpp>
#include <vkxx/auth/redirect.hpp>
#include <vkxx/auth/redirect_listener.hpp>
#include <vkxx/auth/scope.hpp>
#include <vkxx/auth/token_store.hpp>
#include <vkxx/auth/validation.hpp>
#include <vkxx/auth/vk_id.hpp>
