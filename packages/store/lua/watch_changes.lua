-- watch_changes: says that somebody watches deliveries, for as long as `watched` lives.
-- KEYS[1] key prefix of the shard
-- ARGV    ms until it is forgotten, ms for which the entries are kept
-- Reply   { id of the latest entry ('0-0' = none), its number }
-- What happened while nobody watched was not written down: the counter skips one, so that who comes back sees the gap.
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include note_changes
if redis.call('EXISTS', P .. 'watched') == 0 then changes_count() end
redis.call('SET', P .. 'watched', '1', 'PX', ARGV[1])
redis.call('PEXPIRE', P .. 'changes', ARGV[2])
local last = sound('XREVRANGE', P .. 'changes', '+', '-', 'COUNT', 1)[1]
return { last and last[1] or '0-0', tostring(number(sound('GET', P .. 'changes:n'), nil) or changes_count()) }
