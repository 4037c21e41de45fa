// The scripts that read. See commit_script.hpp for the keys.
#pragma once

#include <string_view>

namespace vkxx::redis::detail {

// Arguments: the version of the format, the number of parts (0: the store must exist). Returns both
// as they are stored, and the command that the user may not use; all may be empty. A script that is
// refused a command in its middle leaves half of its work.
inline constexpr std::string_view open_script = R"lua(
local meta, format, parts = P .. 'meta', arg(), arg()
for _, channel in ipairs({'all', 'to:'}) do
  if not redis.acl_check_cmd('PUBLISH', P .. channel, '') then return {'', '', 'PUBLISH'} end
  if not redis.acl_check_cmd('SUBSCRIBE', P .. channel) then return {'', '', 'SUBSCRIBE'} end
end
if parts ~= '0' and call('EXISTS', meta) == 0 then
  call('HSET', meta, 'format', format, 'parts', parts)
end
local stored = call('HMGET', meta, 'format', 'parts')
return {stored[1] or '', stored[2] or '', ''}
)lua";

// Arguments: a lower bound of numbers, the most rows, the most bytes, a share and a lane (each may
// be empty), then the sorted sets with the rows. Returns 1 if there are no more, then the rows:
// number, source, share, lane, type, body, received, state, failures, interruptions, first_run,
// due, error.
inline constexpr std::string_view take_script = R"lua(
local after, limit, most, share, lane = arg(), tonumber(arg()), tonumber(arg()), arg(), arg()
local sets = #args - at
-- Of each set so many that together there are about twice as many as wanted.
local each = limit + 1
if sets > 1 then each = math.min(each, math.max(8, math.ceil(2 * limit / sets))) end
local found, bound = {}, math.huge
while at < #args do
  local some = call('ZRANGEBYSCORE', P .. arg(), '(' .. after, '+inf', 'LIMIT', 0, each)
  for _, seq in ipairs(some) do found[#found + 1] = tonumber(seq) end
  -- Behind this one there may be others that were not read.
  if #some == each then bound = math.min(bound, tonumber(some[each])) end
end
table.sort(found)
local answer, bytes, complete = {1}, 0, 1
for _, seq in ipairs(found) do
  if seq > bound then complete = 0; break end
  local row = call('HMGET', P .. 'row:' .. text(seq), 'source', 'share', 'lane', 'type', 'body',
    'received', 'state', 'failures', 'interruptions', 'first_run', 'due', 'error')
  if row[1] and (share == '' or row[2] == share) and (lane == '' or row[3] == lane) then
    if #answer > limit or (bytes >= most and bytes > 0) then complete = 0; break end
    bytes = bytes + #row[5]
    for i = 1, 12 do row[i] = row[i] or '' end
    table.insert(row, 1, text(seq))
    answer[#answer + 1] = row
  end
end
if bound < math.huge then complete = 0 end
answer[1] = complete
return answer
)lua";

// Arguments: the time, the most timers, then the parts. Returns when the next one is due (empty:
// never), then those that are due: key, share, lane, value, due.
inline constexpr std::string_view timers_script = R"lua(
local when, limit = tonumber(arg()), tonumber(arg())
local all = {}
while at < #args do
  local some = call('ZRANGEBYSCORE', P .. 'timers:' .. arg(), '-inf', '+inf', 'WITHSCORES', 'LIMIT',
    0, limit + 1)
  for i = 1, #some, 2 do all[#all + 1] = {key = some[i], due = tonumber(some[i + 1])} end
end
table.sort(all, function(a, b) return a.due < b.due or a.due == b.due and a.key < b.key end)
local answer = {''}
for i, timer in ipairs(all) do
  if timer.due > when or i > limit then
    answer[1] = text(timer.due)
    break
  end
  local row = call('HMGET', P .. 'timer:' .. timer.key, 'share', 'lane', 'value', 'due')
  answer[#answer + 1] = {timer.key, row[1], row[2], row[3], row[4]}
end
return answer
)lua";

// Arguments: the number of parts. Returns the rows, the dead letters, the last number, and the
// shares.
inline constexpr std::string_view summary_script = R"lua(
local parts = tonumber(arg())
local dead, top, names, shares = 0, 0, {}, {}
for part = 0, parts - 1 do
  dead = dead + call('ZCARD', P .. 'dead:' .. part)
  top = math.max(top, tonumber(call('HGET', P .. 'tops', part) or '0'))
  for _, share in ipairs(call('SMEMBERS', P .. 'shares:' .. part)) do names[share] = true end
end
for share in pairs(names) do shares[#shares + 1] = share end
table.sort(shares)
return {call('GET', P .. 'count') or '0', text(dead), text(top), shares}
)lua";

}  // namespace vkxx::redis::detail
