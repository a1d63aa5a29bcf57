-- latency_bucket(ms): part of a script. Four buckets for each doubling: bucket b begins at 2^(b/4) ms and is 19 % wide, so a
-- percentile is right to a tenth, and a week is bucket 116.
local function latency_bucket(ms)
  return math.min(116, math.floor(4 * math.log(math.max(1, ms)) / math.log(2) + 1e-6))
end
