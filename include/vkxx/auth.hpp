/// @file
/// The ways in: tokens, and signatures of VK.
#pragma once

#include <vkxx/auth/access_token.hpp>
#include <vkxx/auth/launch_params.hpp>
#include <vkxx/auth/open_api_session.hpp>
#include <vkxx/auth/payment_notification.hpp>
#include <vkxx/auth/scope.hpp>
#include <vkxx/auth/token_store.hpp>
