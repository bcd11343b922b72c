"""A secret that changes under load, and a customer who is erased, in a deployed stack."""

import subprocess

import boto3

from operate import ANN, bridgectl
from seen import call, eventually, expect, told
from stack import outputs

ROTATED = "pat-na1-rotated-support"
# Traces of Ann: her address, her name, her words.
TRACES = (ANN, "ann lee", "order 4711", "order 4712")


def token_rotates(secret, old, hubspot, write, sessions, thread_of):
    """HubSpot refuses the old token while Ann's mail is on its way; the new one is stored later."""
    status, answer = call("PUT", f"{hubspot}/sim/token", {"old": old, "new": ROTATED})
    expect(status < 300, f"the simulated portal changes its token: {answer}")
    thread = write("Where is my order 4712?")
    eventually("a call with the old token refused", lambda: [
        one for one in call("GET", f"{hubspot}/sim/calls")[1] if one["status"] == 401])
    boto3.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=ROTATED)
    seconds, _ = eventually("Ann's second mail in a session", lambda: [
        one for one in sessions() if "Where is my order 4712?" in [entry["text"] for entry in one["history"]]])
    eventually("its answer in the thread", lambda: [
        one for one in thread_of(thread)["messages"] if one.get("direction") == "OUTGOING"])
    told(f"a rotated token: the mail that met the old one reached the AI {seconds:.1f} s after the new one was stored")


def customer_is_erased(stack):
    expect(ANN not in bridgectl(stack, "customer", "show", "--email", ANN), "ids are shown, no address")
    found = bridgectl(stack, "customer", "forget", "--email", ANN)
    expect("--yes" in found, f"without --yes it says what it would erase: {found}")
    told(bridgectl(stack, "customer", "forget", "--email", ANN, "--yes").strip().splitlines()[-1])
    table = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=outputs(stack)["Table"])
    left = [item for page in table for item in page["Items"] if any(trace in str(item).lower() for trace in TRACES)]
    expect(not left, f"no item tells of her: {left}")
    again = subprocess.run(["target/debug/bridgectl", "--stack", stack, "customer", "show", "--email", ANN],
                           capture_output=True, text=True)
    expect(again.returncode == 3, f"nothing is stored about her any more: {again.stdout}{again.stderr}")
    told("no item of the table tells of Ann")
