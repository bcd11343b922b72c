"""Measures cold starts: measure.py, after `sam build` and `cargo lambda build --release --bin bare`.

Starts each bootstrap against a stand-in for Lambda's runtime API, and at its first poll
reads from /proc how much CPU it has used (schedstat, so nanoseconds) and how much memory
it holds. Prints the median of eleven starts, the ratio of the CPU to that of `bare`, which is
nothing but lambda_http and the AWS SDK, and the size of the binary.
"""

import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

QUEUES = set(re.findall(r"\b[A-Z_]+_QUEUE_URL\b", pathlib.Path("template.yaml").read_text()))
STARTS = 11
polled = threading.Event()


class Runtime(BaseHTTPRequestHandler):
    def do_GET(self):
        polled.set()
        threading.Event().wait()

    def log_message(self, *_):
        """Silent."""


def start(bootstrap, port):
    url = "http://127.0.0.1:9"
    env = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}", "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_STREAM_NAME": "s", "AWS_LAMBDA_LOG_GROUP_NAME": "g",
        "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        "TABLE_NAME": "t", "PUBLIC_URL": url, **dict.fromkeys(QUEUES, url),
    }
    polled.clear()
    errors = tempfile.TemporaryFile("w+")
    process = subprocess.Popen([bootstrap], env=env, stderr=errors)
    if not polled.wait(10):
        errors.seek(0)
        raise SystemExit(f"{bootstrap} does not poll: {errors.read()}")
    threads = pathlib.Path(f"/proc/{process.pid}/task").iterdir()
    cpu = sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    process.kill()
    process.wait()
    return cpu / 1e6, resident / 1024


server = ThreadingHTTPServer(("127.0.0.1", 0), Runtime)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
bare = pathlib.Path("target/lambda/bare/bootstrap")
if not bare.exists():
    raise SystemExit(f"{bare} is missing: cargo lambda build --release --bin bare")
bootstraps = {path.parent.name: path for path in sorted(pathlib.Path(".aws-sam/build").glob("*/bootstrap"))}
starts = {name: [] for name in ["bare", *bootstraps]}
# In turns, so that a noisy moment meets all of them.
for _ in range(STARTS):
    for name, runs in starts.items():
        runs.append(start(bootstraps.get(name, bare), server.server_port))

print(f"{'function':<24}{'size MB':>8}{'CPU ms':>8}{'of bare':>9}{'RSS MiB':>9}")
bare_cpu = statistics.median(cpu for cpu, _ in starts["bare"])
for name, runs in starts.items():
    cpu, resident = (statistics.median(values) for values in zip(*runs))
    size = os.path.getsize(bootstraps.get(name, bare)) / 1e6
    print(f"{name:<24}{size:>8.1f}{cpu:>8.1f}{cpu / bare_cpu:>9.2f}{resident:>9.1f}")
os._exit(0)
