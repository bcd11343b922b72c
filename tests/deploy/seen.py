"""Requests and expectations of the tests of a deployed stack."""

import json
import sys
import time
import urllib.error
import urllib.request


def call(method, url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
            return answer.status, json.loads(content) if content else None
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def eventually(what, look, patience=90):
    """Waits until `look` finds something; how long it took, and what it was."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        found = look()
        if found:
            return time.monotonic() - began, found
        time.sleep(0.1)
    sys.exit(f"FAILED: not seen within {patience} s: {what}")


def expect(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")


def told(text):
    print(f"   {text}", flush=True)
