-- discard: closes open dead letters without sending them again. Repeating it is harmless.
-- KEYS[1] key prefix of the shard
-- ARGV    retention ms, id of the bulk action that counts them or '', then 2 per delivery: event id, webhook
-- Reply   how many were open
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include dead_group
--- include resolve_letter
--- include note_changes
--- include count_done
local closed, changes = 0, {}
for i = 3, #ARGV, 2 do
  local event, webhook = P .. 'event:' .. ARGV[i], ARGV[i + 1]
  if sound('ZSCORE', P .. 'dead', ARGV[i] .. '.' .. webhook) then
    resolve_letter(event, ARGV[i], webhook, tonumber(ARGV[1]))
    local text = sound('HGET', event, 'd:' .. webhook)
    if text then
      text = string.gsub(text, '|[^|]*$', '|discarded')
      redis.call('HSET', event, 'd:' .. webhook, text)
    end
    changes[#changes + 1] = webhook .. ' ' .. ARGV[i]
    closed = closed + 1
  end
end
note_changes(changes)
count_done(ARGV[2], closed)
return closed
