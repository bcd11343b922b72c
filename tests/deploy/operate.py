"""An operator's day with a deployed stack: what `bridgectl --stack` shows."""

import subprocess

from seen import expect, told

ANN = "ann@example.org"


def bridgectl(stack, *words):
    """Runs it on this machine, as an operator would; its output."""
    done = subprocess.run(["target/debug/bridgectl", "--stack", stack, *words], capture_output=True, text=True)
    expect(done.returncode == 0, f"bridgectl {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def shown(stack, session):
    for words, wanted in ((("status",), "acme"), (("find", ANN), session), (("timeline", session), "handoff"),
                          (("settings", "check", "acme"), "acme"), (("parked", "list", "--org", "acme"), "unreadable")):
        found = bridgectl(stack, *words)
        expect(wanted in found, f"bridgectl {' '.join(words)} shows {wanted}: {found}")
    told("bridgectl finds the stack by its name: status, the customer, the timeline, what is parked")
