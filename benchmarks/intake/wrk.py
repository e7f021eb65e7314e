"""wrk as the load generator: a Lua script writes every body anew."""

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from load import Load, Outcome
from work import RECENT

__all__ = ["installed", "send"]

_SCRIPT = """
local path, batch, duplicates, recent, listed = "%(path)s", %(batch)d, %(duplicates)f, %(recent)d, %(listed)s
local pieces, count = %(pieces)s, 0
local headers = { ["Content-Type"] = "application/json" }
math.randomseed(%(seed)d)

local function alert()
  local number
  if count > 0 and math.random() < duplicates then
    number = math.random(math.max(1, count - recent), count)
  else
    count = count + 1
    number = count
  end
  return table.concat(pieces, string.format("%(run)s%%d", number))
end

function request()
  local alerts = {}
  for i = 1, batch do alerts[i] = alert() end
  local body = table.concat(alerts, ",")
  if listed then body = "[" .. body .. "]" end
  return wrk.format("POST", path, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%%d,"micros":%%d,"refused":%%d,"broken":%%d,"p50":%%f,"p95":%%f,"p99":%%f}\\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
"""


def installed() -> bool:
    """Whether wrk is on the PATH."""
    return shutil.which("wrk") is not None


def send(url: str, load: Load) -> Outcome:
    """Run the load against `url`."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        script = Path(folder) / "load.lua"
        script.write_text(_script(load))
        command = [
            "wrk",
            "-t1",
            f"-c{load.clients}",
            f"-d{load.seconds}s",
            "--timeout",
            "10s",
            "-s",
            str(script),
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(text for text in done.stdout.splitlines() if text.startswith("RESULT "))
    found = json.loads(line.removeprefix("RESULT "))
    taken = (found["requests"] - found["refused"]) * load.batch
    failed = found["refused"] + found["broken"]
    return Outcome(taken, found["micros"] / 1e6, failed, found["p50"], found["p95"], found["p99"])


def _script(load: Load) -> str:
    pieces = ", ".join(json.dumps(piece) for piece in load.form.pieces())
    return _SCRIPT % {
        "path": load.form.path,
        "batch": load.batch,
        "duplicates": load.duplicates,
        "recent": RECENT,
        "listed": "true" if load.listed else "false",
        "pieces": f"{{ {pieces} }}",
        "seed": 7,
        "run": f"r{time.time_ns() // 1_000_000}-",
    }
