-- send_notification: puts an operational event into the lane of the account's notification URL: the test send of a person.
-- KEYS[1] key prefix of the shard
-- ARGV    now, awake ms, retention ms, account key, account, event id, type, body
-- Reply   {} when there is no URL or it is disabled, else { target, pool ('' = awake already), mark }
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[2])
--- include clock
--- include number
--- include sound
--- include wake_lane
--- include notify
return notify({ key = ARGV[4], name = ARGV[5] }, ARGV[6], ARGV[7], ARGV[8], now_ms(ARGV[1]), tonumber(ARGV[3]))
