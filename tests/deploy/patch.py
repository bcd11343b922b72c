"""Patches what the emulator (ministack 1.5.33) sees differently than AWS: patch.py STACK.

On AWS the permission to send a message covers sending a batch of them; there is no
action `sqs:SendMessageBatch`. The emulator asks for one. Only the deployed roles are
changed: the template stays as it is.
"""

import json
import sys

import boto3

IAM = boto3.client("iam")
STACK = boto3.client("cloudformation").describe_stack_resources(StackName=sys.argv[1])["StackResources"]

for resource in STACK:
    if resource["ResourceType"] != "AWS::IAM::Role":
        continue
    role = resource["PhysicalResourceId"]
    policy = IAM.get_role_policy(RoleName=role, PolicyName="own")["PolicyDocument"]
    for statement in policy["Statement"]:
        if statement["Action"] == "sqs:SendMessage":
            statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]
    IAM.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=json.dumps(policy))
