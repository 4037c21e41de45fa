// The script that Redis runs for a unit of work, and for the heartbeat of a process.
//
// Keys, after the prefix:
//   meta              format, parts
//   clock             the last number given: of rows, versions, leases
//   leases            lease -> "OWNER EPOCH UNTIL"
//   members           member -> when it was heard of last
//   groups            member -> the same for those that read the same sources
//   cursors           source -> position
//   count, tops       rows without dead letters; part -> number of the last row put into it
//   live:PART, dead:PART, running:PART, shares:PART, share:PART:SHARE, lane:LANE   rows, by number
//   row:NUMBER        one row; fields `v:NAME` are its values
//   seen:KEY          a key of a row; it expires after the end of the row
//   value:KEY, timer:KEY, timers:PART
//   mark              nothing; written after commits that wait for replicas
//   to:MEMBER, all    channels
//
// A number is COUNT * PARTS + PART, where COUNT is at least the time in sixteenths of a
// millisecond: it is not given again after Redis has lost its last seconds.
#pragma once

#include <string_view>

namespace vkxx::redis::detail {

// What both scripts begin with. `number()` gives a new COUNT. Rights can be removed at any time,
// and a script that is refused a command in its middle leaves half of its work: `forbidden()` is
// the error to return if one of the commands of either script is not allowed.
inline constexpr std::string_view script_start = R"lua(
local P, call, args = KEYS[1], redis.call, ARGV
local at = 0
local function arg() at = at + 1; return args[at] end
local function text(n) return string.format('%.0f', n) end
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = false
local function number()
  if not last then last = tonumber(call('GET', P .. 'clock') or '0') end
  last = math.max(last + 1, now * 16)
  return last
end
local function keep_clock() if last then call('SET', P .. 'clock', text(last)) end end
local function forbidden()
  local key = P .. 'x'
  for _, words in ipairs({{'DECR', key}, {'DEL', key}, {'EXISTS', key}, {'GET', key}, {'HDEL', key, '1'},
    {'HGET', key, '1'}, {'HINCRBY', key, '1', '1'}, {'HMGET', key, '1'}, {'HSET', key, '1', '1'},
    {'HSETNX', key, '1', '1'}, {'INCR', key}, {'PEXPIRE', key, '1'}, {'PUBLISH', key, '1'},
    {'RENAME', key, key}, {'SADD', key, '1'}, {'SET', key, '1'}, {'SMEMBERS', key}, {'SREM', key, '1'},
    {'ZADD', key, '1', '1'}, {'ZCARD', key}, {'ZRANGE', key, '0', '1'}, {'ZREM', key, '1'},
    {'ZREMRANGEBYSCORE', key, '0', '1'}}) do
    if not redis.acl_check_cmd(unpack(words)) then
      return redis.error_reply('NOPERM the user needs the right to ' .. words[1])
    end
  end
end
)lua";

// Writes something, so that a `WAIT` of the same connection waits for all that was written before.
inline constexpr std::string_view mark_script = R"lua(
local refusal = forbidden()
if refusal then return refusal end
call('SET', P .. 'mark', '1')
return 'ok'
)lua";

// Arguments: the process, the number of parts, the most dead letters, the leases that it must hold,
// with their epochs, then the changes (`unit_words`). Returns `ok`, how many dead letters were
// removed for the limit, and the numbers of the rows that were put; or what stands in the way:
// `fence` LEASE, `row` NUMBER, `value` KEY, `timer` KEY. Everything that can fail is found out
// before anything changes.
inline constexpr std::string_view commit_script = R"lua(
local refusal = forbidden()
if refusal then return refusal end
local me, parts, most_dead = arg(), tonumber(arg()), tonumber(arg())
for i = 1, tonumber(arg()) do
  local name, epoch = arg(), arg()
  local owner, number = string.match(call('HGET', P .. 'leases', name) or '', '^(%S+) (%S+)')
  if owner ~= me or number ~= epoch then return {'fence', name} end
end
local first = at

local rows, versions, timers = {}, {}, {}
local function presence(seq)
  if rows[seq] == nil then
    local state = call('HGET', P .. 'row:' .. seq, 'state')
    rows[seq] = not state and 'gone' or state == '3' and 'dead' or 'alive'
  end
  return rows[seq]
end
local function version(key)
  if versions[key] == nil then
    versions[key] = call('HGET', P .. 'value:' .. key, 'v') or '0'
  end
  return versions[key]
end
local function changing(seq, needed, after)
  local is = presence(seq)
  if is == 'gone' or needed and is ~= needed then return {'row', seq} end
  if after then rows[seq] = after end
end

local check = {
  put = function() at = at + 7; at = at + 1 + tonumber(args[at + 1]) end,
  cur = function() at = at + 2 end,
  beg = function() local seq = arg(); arg(); return changing(seq, 'alive') end,
  fin = function() local seq = arg(); arg(); return changing(seq, nil, 'gone') end,
  ret = function() local seq = arg(); at = at + 3; return changing(seq, 'alive') end,
  rel = function() return changing(arg(), 'alive') end,
  bur = function() local seq = arg(); arg(); return changing(seq, 'alive', 'dead') end,
  rev = function() return changing(arg(), 'dead', 'gone') end,
  rva = function() local seq = arg(); at = at + 2; return changing(seq) end,
  wri = function()
    local key, has, bytes, expected = arg(), arg(), arg(), arg()
    if expected ~= '' and version(key) ~= expected then return {'value', key} end
    versions[key] = has == '1' and 'written' or '0'
  end,
  sch = function() at = at + 6 end,
  can = function() at = at + 1 end,
  tak = function()
    local key, due = arg(), arg()
    if call('HGET', P .. 'timer:' .. key, 'due') ~= due then return {'timer', key} end
  end,
}
while at < #args do
  local refused = check[arg()]()
  if refused then return refused end
end

local given, arrived, buried = {'ok', '0'}, {}, false
local function part_of(seq) return text(tonumber(seq) % parts) end
local function enlist(seq, share, lane)
  local part = part_of(seq)
  call('ZADD', P .. 'live:' .. part, seq, seq)
  call('ZADD', P .. 'share:' .. part .. ':' .. share, seq, seq)
  call('ZADD', P .. 'lane:' .. lane, seq, seq)
  call('SADD', P .. 'shares:' .. part, share)
  call('INCR', P .. 'count')
  arrived[part] = arrived[part] or {top = seq, shares = {}}
  arrived[part].top = seq
  arrived[part].shares[share] = true
end
local function strike(seq)
  local row = P .. 'row:' .. seq
  local part = part_of(seq)
  local share, lane, state = unpack(call('HMGET', row, 'share', 'lane', 'state'))
  call('SREM', P .. 'running:' .. part, seq)
  if state == '3' then return call('ZREM', P .. 'dead:' .. part, seq) end
  call('ZREM', P .. 'live:' .. part, seq)
  call('ZREM', P .. 'lane:' .. lane, seq)
  local of_share = P .. 'share:' .. part .. ':' .. share
  call('ZREM', of_share, seq)
  if call('EXISTS', of_share) == 0 then call('SREM', P .. 'shares:' .. part, share) end
  call('DECR', P .. 'count')
end
-- `span`: as long as its keys are recognized afterwards.
local function remove(seq, span)
  local keys = call('HGET', P .. 'row:' .. seq, 'keys')
  for _, key in ipairs(cmsgpack.unpack(keys)) do call('PEXPIRE', P .. 'seen:' .. key, span) end
  strike(seq)
  call('DEL', P .. 'row:' .. seq)
end
local function trim_dead()
  local count, removed = 0, 0
  for part = 0, parts - 1 do count = count + call('ZCARD', P .. 'dead:' .. part) end
  while count > most_dead do
    local oldest = math.huge
    for part = 0, parts - 1 do
      local first = call('ZRANGE', P .. 'dead:' .. part, 0, 0)[1]
      if first then oldest = math.min(oldest, tonumber(first)) end
    end
    remove(text(oldest), 0)
    count, removed = count - 1, removed + 1
  end
  given[2] = text(removed)
end
local function set_state(seq, state)
  call('HSET', P .. 'row:' .. seq, 'state', state)
  local running = P .. 'running:' .. part_of(seq)
  if state == '1' then call('SADD', running, seq) else call('SREM', running, seq) end
end
local function cancel(key)
  local part = call('HGET', P .. 'timer:' .. key, 'part')
  if not part then return end
  call('ZREM', P .. 'timers:' .. part, key)
  call('DEL', P .. 'timer:' .. key)
end

local apply = {
  put = function()
    local part, source, share, lane, kind, body, received = arg(), arg(), arg(), arg(), arg(), arg(), arg()
    local keys, known = {}, false
    for i = 1, tonumber(arg()) do
      keys[i] = arg()
      if call('EXISTS', P .. 'seen:' .. keys[i]) == 1 then known = true end
    end
    if known then given[#given + 1] = '0'; return end
    local seq = text(number() * parts + tonumber(part))
    call('HSET', P .. 'row:' .. seq, 'source', source, 'share', share, 'lane', lane, 'type', kind,
      'body', body, 'received', received, 'state', '0', 'keys', cmsgpack.pack(keys))
    enlist(seq, share, lane)
    call('HSET', P .. 'tops', part, seq)
    -- Last: if a key has a type that it must not have, the row is put again, and not taken for known.
    for _, key in ipairs(keys) do call('SET', P .. 'seen:' .. key, seq) end
    given[#given + 1] = seq
  end,
  cur = function() local source = arg(); call('HSET', P .. 'cursors', source, arg()) end,
  beg = function()
    local seq, when = arg(), arg()
    set_state(seq, '1')
    call('HSETNX', P .. 'row:' .. seq, 'first_run', when)
  end,
  fin = function()
    local seq, span = arg(), arg()
    remove(seq, span)
  end,
  ret = function()
    local seq, failures, due, why = arg(), arg(), arg(), arg()
    set_state(seq, '2')
    call('HSET', P .. 'row:' .. seq, 'failures', failures, 'due', due, 'error', why)
  end,
  rel = function() set_state(arg(), '0') end,
  bur = function()
    local seq, why = arg(), arg()
    strike(seq)
    call('HSET', P .. 'row:' .. seq, 'state', '3', 'error', why)
    call('HINCRBY', P .. 'row:' .. seq, 'failures', 1)
    call('ZADD', P .. 'dead:' .. part_of(seq), seq, seq)
    buried = true
  end,
  rev = function()
    local old = arg()
    strike(old)
    -- Another number: those who handle the part look for higher ones than they have seen.
    local part = part_of(old)
    local seq = text(number() * parts + tonumber(part))
    local row = P .. 'row:' .. seq
    call('RENAME', P .. 'row:' .. old, row)
    call('HSET', row, 'state', '0', 'failures', 0, 'interruptions', 0)
    call('HDEL', row, 'first_run', 'due')
    for _, key in ipairs(cmsgpack.unpack(call('HGET', row, 'keys'))) do
      call('SET', P .. 'seen:' .. key, seq, 'KEEPTTL')
    end
    call('HSET', P .. 'tops', part, seq)
    enlist(seq, unpack(call('HMGET', row, 'share', 'lane')))
  end,
  rva = function() local seq, name = arg(), arg(); call('HSET', P .. 'row:' .. seq, 'v:' .. name, arg()) end,
  wri = function()
    local key, has, bytes = arg(), arg(), arg()
    arg()
    if has == '0' then return call('DEL', P .. 'value:' .. key) end
    call('HSET', P .. 'value:' .. key, 'v', text(number()), 'b', bytes)
  end,
  sch = function()
    local key, part, share, lane, value, due = arg(), arg(), arg(), arg(), arg(), arg()
    cancel(key)
    call('HSET', P .. 'timer:' .. key, 'part', part, 'share', share, 'lane', lane, 'value', value,
      'due', due)
    call('ZADD', P .. 'timers:' .. part, due, key)
  end,
  can = function() cancel(arg()) end,
  tak = function() cancel(arg()); arg() end,
}
at = first
while at < #args do apply[arg()]() end
if buried then trim_dead() end
keep_clock()

for part, rows in pairs(arrived) do
  local owner = string.match(call('HGET', P .. 'leases', 'p:' .. part) or '', '^(%S+)')
  if owner then
    local shares = {}
    for share in pairs(rows.shares) do shares[#shares + 1] = share end
    call('PUBLISH', P .. 'to:' .. owner, part .. ' ' .. rows.top .. '\n' .. table.concat(shares, '\n'))
  end
end
return given
)lua";

// Arguments: the process, its group, the time of a lease, the time after which a silent process is
// gone (both in milliseconds), 1 if it leaves, then three lists, each with its length: leases and
// epochs to be renewed, leases and epochs to be given away, leases to be taken. Returns the
// members, as `NAME.GROUP`; for each renewal 1 or 0; for each renewal the last number of the part;
// for each lease to be taken its epoch (empty: refused), the last number and the shares of the
// part; the number of rows.
inline constexpr std::string_view lease_script = R"lua(
local refusal = forbidden()
if refusal then return refusal end
local me, group, span, gone, leaving = arg(), arg(), tonumber(arg()), tonumber(arg()), arg() == '1'
local until_then = text(now + span)
local changed = false
-- No lease is longer than 10 minutes: the clock of Redis was set back since.
local function has_ended(ends) return ends < now or ends > now + 600000 end
local function top(name)
  if string.sub(name, 1, 2) ~= 'p:' then return '0' end
  return call('HGET', P .. 'tops', string.sub(name, 3)) or '0'
end
local function holds(name, epoch)
  local owner, number = string.match(call('HGET', P .. 'leases', name) or '', '^(%S+) (%S+)')
  return owner == me and number == epoch
end

local renewed, tops = {}, {}
for i = 1, tonumber(arg()) do
  local name, epoch = arg(), arg()
  local ours = holds(name, epoch)
  if ours then call('HSET', P .. 'leases', name, me .. ' ' .. epoch .. ' ' .. until_then) end
  renewed[i] = ours and 1 or 0
  tops[i] = top(name)
end
for i = 1, tonumber(arg()) do
  local name, epoch = arg(), arg()
  if holds(name, epoch) then
    call('HDEL', P .. 'leases', name)
    changed = true
  end
end
local taken = {}
for i = 1, tonumber(arg()) do
  local name = arg()
  local owner, _, ends = string.match(call('HGET', P .. 'leases', name) or '', '^(%S+) (%S+) (%S+)')
  local got = {''}
  if not owner or owner == me or has_ended(tonumber(ends)) then
    got = {text(number()), top(name)}
    call('HSET', P .. 'leases', name, me .. ' ' .. got[1] .. ' ' .. until_then)
    if string.sub(name, 1, 2) == 'p:' then
      local part = string.sub(name, 3)
      -- The process that ran these is gone, or may no longer commit.
      for _, seq in ipairs(call('SMEMBERS', P .. 'running:' .. part)) do
        call('HSET', P .. 'row:' .. seq, 'state', '0')
        call('HINCRBY', P .. 'row:' .. seq, 'interruptions', 1)
      end
      call('DEL', P .. 'running:' .. part)
      for _, share in ipairs(call('SMEMBERS', P .. 'shares:' .. part)) do got[#got + 1] = share end
    end
  end
  taken[i] = got
end
keep_clock()

local silent = call('ZREMRANGEBYSCORE', P .. 'members', '-inf', now - gone)
silent = silent + call('ZREMRANGEBYSCORE', P .. 'members', '(' .. text(now), '+inf')
if leaving then
  changed = call('ZREM', P .. 'members', me) == 1 or changed
elseif call('ZADD', P .. 'members', now, me) == 1 then
  changed = true
end
if leaving then
  call('HDEL', P .. 'groups', me)
elseif call('HGET', P .. 'groups', me) ~= group then
  call('HSET', P .. 'groups', me, group)
  changed = true
end
local members = call('ZRANGE', P .. 'members', 0, -1)
local groups = #members > 0 and call('HMGET', P .. 'groups', unpack(members)) or {}
if silent > 0 then
  call('DEL', P .. 'groups')
  for i, member in ipairs(members) do
    if groups[i] then call('HSET', P .. 'groups', member, groups[i]) end
  end
end
for i, member in ipairs(members) do members[i] = member .. '.' .. (groups[i] or '') end
if changed then call('PUBLISH', P .. 'all', me) end
return {members, renewed, tops, taken, call('GET', P .. 'count') or '0'}
)lua";

}  // namespace vkxx::redis::detail
