"""Prints one output of a deployed stack: stack.py STACK OUTPUT."""

import sys

import boto3


def outputs(stack):
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


if __name__ == "__main__":
    print(outputs(sys.argv[1])[sys.argv[2]])
