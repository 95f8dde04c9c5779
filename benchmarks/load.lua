-- wrk's script. Arguments: kind (check, list, save), file of the body, file of headers (name: value).
local method, path, body, count = "POST", nil, nil, 0

local function read(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  path, body = args[1], args[2] ~= "-" and read(args[2]) or nil
  method = body and "POST" or "GET"
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines(args[3]) do
    local name, value = line:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  pause = tonumber(args[4] or "0")
  math.randomseed(os.time() + (tonumber(tostring(wrk.thread):match("0x(%x+)"), 16) or 0))
  prefix = tostring(math.random(1, 2 ^ 31))
end

function request()
  count = count + 1
  -- A number that no other request has: an act is not the same act again.
  local text = body and body:gsub("@NUMBER@", prefix .. "-" .. count) or nil
  return wrk.format(method, path, nil, text)
end

function delay()
  return pause or 0
end

function done(summary, latency, requests)
  io.write(string.format('{"requests": %d, "microseconds": %d, "errors": %d, "statuses": %d, "p50": %d, "p90": %d, "p99": %d, "max": %d}\n',
    summary.requests, summary.duration,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.errors.status,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
