-- note_changes(lines): part of a script. Tells those who watch which deliveries may look different now, and nothing when
-- nobody does (`watched`, which a server keeps alive). A line: webhooks joined by commas, then event ids, joined by spaces.
-- `n` counts the entries, so that a reader sees when one was trimmed before it came. `*` stands for more than fits.
local function note_changes(lines)
  if #lines == 0 or redis.call('EXISTS', P .. 'watched') == 0 then return end
  local text = table.concat(lines, '\n')
  if #text > 16384 then text = '*' end
  local n = redis.call('INCR', P .. 'changes:n')
  redis.call('XADD', P .. 'changes', 'MAXLEN', '~', 200, '*', 'n', n, 'a', text)
end
