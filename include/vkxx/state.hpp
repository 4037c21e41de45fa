/// @file
/// Durable state: the inbox of updates, values by key, timers; in one transaction.
#pragma once

#include <vkxx/state/inbox_row.hpp>
#include <vkxx/state/memory_state.hpp>
#include <vkxx/state/shared_inbox.hpp>
#include <vkxx/state/state_store.hpp>
#include <vkxx/state/state_unit.hpp>
