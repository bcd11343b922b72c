"""Starts the emulator with the one condition key that the roles rely on and that it lacks:
dynamodb:LeadingKeys, the partition key of the item that a request is about."""

import json

from ministack.app import main
from ministack.core import iam_actions

conditions = iam_actions.dynamodb_service_context


def with_leading_keys(body):
    key = json.loads(body or b"{}").get("Key", {}).get("pk", {}).get("S")
    return {**conditions(body), **({"dynamodb:LeadingKeys": [key]} if key else {})}


iam_actions.dynamodb_service_context = with_leading_keys
main()
