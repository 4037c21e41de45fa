// The script that Redis runs when a process asks for places in a token's window.
#pragma once

#include <string_view>

namespace vkxx::redis::detail {

// Keys: the places, the queue, the processes, the end of the settling time. Arguments: the process,
// the wanted number of places, the total number of places, how long each is held, 1 if the process
// returns after a failure, the number of its first place, and four spans: the settling time, the
// silence after which a process counts as gone, the longest time until the next question, and its
// tolerated delay. Spans are in microseconds. Returns: the number of granted places, the time of
// Redis' clock, when to ask next, the number of processes, the remaining settling time.
inline constexpr std::string_view window_script = R"lua(
local places, line, processes, settling = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local me = ARGV[1]
local arg = {}
for i = 2, #ARGV do arg[i - 1] = tonumber(ARGV[i]) end
local count, most, held, returning, first, settle, gone, poll, grace = unpack(arg)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
redis.call('ZREMRANGEBYSCORE', processes, '-inf', now - gone)
redis.call('ZADD', processes, now, me)
redis.call('PEXPIRE', processes, math.ceil(gone / 1000))
local seen = redis.call('ZCARD', processes)

local settled = tonumber(redis.call('GET', settling) or '0')
if returning == 1 and settled <= now then
  settled = now + settle
  redis.call('SET', settling, string.format('%.0f', settled), 'PX', math.ceil(settle / 1000))
end

-- Those who wait, with since when, until when they must have come again, and for how many places.
local since = now
local others = {}
local entries = redis.call('HGETALL', line)
for i = 1, #entries, 2 do
  local began, due, wants = string.match(entries[i + 1], '(%d+) (%d+) (%d+)')
  if entries[i] == me then
    since = tonumber(began)
  elseif tonumber(due) + grace < now then
    redis.call('HDEL', line, entries[i])
  else
    others[#others + 1] = {began = tonumber(began), wants = tonumber(wants)}
  end
end
local fair = math.max(1, math.floor(most / (#others + 1)))
local ahead, behind = 0, 0
for _, other in ipairs(others) do
  local due = math.min(other.wants, fair)
  if other.began < since then ahead = ahead + due else behind = behind + due end
end

local free = most - redis.call('ZCARD', places) - ahead
local given = math.max(0, math.min(count, free, math.max(fair, free - behind)))
for i = 0, given - 1 do
  redis.call('ZADD', places, now + held, me .. ':' .. string.format('%.0f', first + i))
end
if given > 0 then redis.call('PEXPIRE', places, math.ceil(held / 1000) * 4 + 10000) end

local next = 0
if given < count then
  free = free - given
  if given > 0 then
    -- Has had its turn.
    since, free = now, free - behind
  end
  if free <= 0 then
    -- Places become free in this order, unless some do sooner than was said.
    local nth = 0 - free
    local which = redis.call('ZRANGE', places, nth, nth, 'WITHSCORES')
    next = poll
    if which[2] then next = math.max(0, math.min(poll, which[2] - now)) end
  end
  redis.call('HSET', line, me,
    string.format('%.0f %.0f %.0f', since, now + next, count - given))
  redis.call('PEXPIRE', line, 10000)
elseif count > 0 then
  redis.call('HDEL', line, me)
end
return {given, now, next, seen, math.max(0, settled - now)}
)lua";

}  // namespace vkxx::redis::detail
