-- follow_streak(text, told, now, verdict, disable_ms): part of settle. The failed tries of a webhook since its last success.
-- Needs `number` and `peek`. The field `fa` of the lane's state: began at | last failed at | failing for, ms | tries | step that was told
--   step: 0 none · 1 first failure · 2 half of the time · 3 all of it; negative: a success ended it, which is still to be told
-- `told` (field `fl`): when a first failure was last told, so that a flapping webhook makes no storm.
-- `verdict`: '' nothing · 'ok' one of the tries succeeded · a number: so many failed, none succeeded. Our own faults are not in it.
-- "Failed at" is of the time of service: Redis's clock without the time in which nobody swept (see sweep). A distance
-- counts as a fifth of `disable_ms` at most: it takes real tries spread over the span. `disable_ms` 0: never.
-- Reply: the new text ('' = none), the step to tell ('' = none): first | half | full | recovered
local function follow_streak(text, told, now, verdict, disable_ms)
  local began, last, failing, tries, step = string.match(text or '', '^(%d+)|(%d+)|(%d+)|(%d+)|(%-?%d)$')
  step = tonumber(step or 0)
  if verdict == 'ok' then
    if not began or step == 0 then return '', '' end
    if step > 0 then step = -step end
    return table.concat({ began, last, failing, tries, step }, '|'), 'recovered'
  end
  local quiet_ms = disable_ms > 0 and disable_ms / 5 or 86400000
  local served = now - number(peek('HGET', P .. 'meta', 'down'), 0)
  if not began or step < 0 then began, last, failing, tries, step = now, served, 0, 0, 0 end
  local gap = math.max(0, math.min(served - tonumber(last), quiet_ms))
  failing, tries = tonumber(failing) + gap, tonumber(tries) + tonumber(verdict)
  local due = ''
  if disable_ms > 0 and failing >= disable_ms then due = 'full'
  elseif disable_ms > 0 and step < 2 and failing >= disable_ms / 2 then due = 'half'
  elseif step < 1 and now >= time_near(told, now, 0) + quiet_ms then due = 'first' end
  return string.format('%.0f|%.0f|%.0f|%.0f|%d', tonumber(began), served, failing, tries, step), due
end
