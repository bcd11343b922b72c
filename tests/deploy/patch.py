"""Patches what the emulator (ministack 1.5.33) sees differently than AWS: patch.py STACK.

On AWS the permission to send a message covers sending a batch of them, and so on; there
is no action `sqs:SendMessageBatch`. The emulator asks for one. And it has no TLS, which
the queues' policy demands. Only what is deployed is changed: the template stays as it is.
"""

import json
import sys

import boto3

CLOUDFORMATION, IAM, SQS = (boto3.client(name) for name in ("cloudformation", "iam", "sqs"))


BATCHED = {f"sqs:{action}" for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}


def may_batch(role):
    for name in IAM.list_role_policies(RoleName=role)["PolicyNames"]:
        policy = IAM.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in policy["Statement"]:
            actions = statement["Action"]
            actions = actions if isinstance(actions, list) else [actions]
            statement["Action"] = actions + [f"{action}Batch" for action in actions if action in BATCHED]
        IAM.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))


def without_tls(queue):
    try:
        SQS.receive_message(QueueUrl=queue)
        sys.exit(f"FAILED: {queue} takes requests without TLS")
    except SQS.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
    SQS.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})


for resource in CLOUDFORMATION.describe_stack_resources(StackName=sys.argv[1])["StackResources"]:
    if resource["ResourceType"] == "AWS::IAM::Role":
        may_batch(resource["PhysicalResourceId"])
    elif resource["ResourceType"] == "AWS::SQS::Queue":
        without_tls(resource["PhysicalResourceId"])
