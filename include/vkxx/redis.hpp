/// @file
/// Entry header for what processes share through Redis: limits, and the inbox of updates.
#pragma once

#include <memory>

#include <vkxx/client/shared_limit.hpp>
#include <vkxx/redis/options.hpp>
#include <vkxx/redis/shared_state.hpp>

namespace vkxx::redis {

/// A limit shared by all processes that use the same Redis server, database and prefix; for
/// `limits::share`. One is enough for all clients of a program.
///
/// Owns one thread, which uses Redis from now on; destroying the last owner waits for it. Redis
/// need not be available: the thread retries at least once a second. Redis receives only the
/// SHA-256 digest of a token. Needs Redis 5 or newer.
///
/// It cannot be used in a child of fork(): there, a client that gets it throws `usage_exception`.
///
/// Thread safety: safe to share. Throws usage_exception if the options are invalid, or a file of
/// certificates cannot be read.
[[nodiscard]] std::shared_ptr<shared_limit> make_shared_limit(const options& options);

}  // namespace vkxx::redis
