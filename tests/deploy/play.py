"""Plays a conversation through the deployed stack, seen from outside.

play.py STACK BRIDGE HUBSPOT OPENCX - the stack's name, and where the bridge's domain
and the two simulators are.
"""

import datetime
import json
import os
import pathlib
import signal
import sys
import tempfile

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from keep_and_lose import customer_is_erased, token_rotates
from operate import bridgectl, shown
from seen import call, eventually, expect, told
from stack import outputs

STACK, BRIDGE, HUBSPOT, OPENCX = sys.argv[1:]
OUT = outputs(STACK)
SQS, DYNAMODB, SECRETS, IAM, STS, LAMBDA = (
    boto3.client(name) for name in ("sqs", "dynamodb", "secretsmanager", "iam", "sts", "lambda"))
TOKEN = "deployed-webhook-token-of-hubspot"
OPENCX_TOKEN = "deployed-webhook-token-of-opencx"
PREFIX = OUT["SecretsPrefix"] + "acme/"
SECRET = {
    "webhook-token": TOKEN, "hubspot": "pat-na1-demo-support", "hubspot-client": "demo-client-secret",
    "opencx": "opencx-demo-key", "opencx-token": OPENCX_TOKEN, "crm": "pat-na1-demo-crm",
}
SETTINGS = {
    "org": "acme",
    "webhook_token": {"secret": PREFIX + "webhook-token"},
    "hubspot": {
        "portal_id": 12345678, "app_id": 2345678,
        "access_token": {"secret": PREFIX + "hubspot"},
        "client_secret": {"secret": PREFIX + "hubspot-client"},
        "ai_user_id": "A-111", "default_user_id": "A-222",
        "pipeline": "0", "open_stage": "1", "closed_stage": "4",
    },
    "crm": {"access_token": {"secret": PREFIX + "crm"}},
    "opencx": {"api_key": {"secret": PREFIX + "opencx"}, "webhook_token": {"secret": PREFIX + "opencx-token"},
               "unsigned": True},
    "signatures": [{"domain": "acme.com", "html": "<p>Acme Support</p>"}],
}


def portal():
    return call("GET", f"{HUBSPOT}/sim/state")[1]


def thread_of(thread):
    return next(one for one in portal()["threads"] if one["id"] == thread)


def sessions():
    return call("GET", f"{OPENCX}/sim/state")[1]["sessions"]


def ann_writes(text, thread=None):
    mail = {"channel": "email", "name": "Ann Lee", "email": "ann@example.org", "subject": "My order", "text": text}
    status, sent = call("POST", f"{HUBSPOT}/sim/customer-messages", {**mail, **({"thread": thread} if thread else {})})
    expect(status == 200, f"the simulated portal takes the mail: {sent}")
    return sent["thread"]


def texts(session):
    return [entry["text"] for entry in session["history"]]


def parked():
    answer = SQS.receive_message(QueueUrl=OUT["ParkedQueueUrl"], MessageAttributeNames=["All"],
                                 VisibilityTimeout=0, MaxNumberOfMessages=10)
    return answer.get("Messages", [])


def set_up():
    for name, value in SECRET.items():
        SECRETS.create_secret(Name=PREFIX + name, SecretString=value)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(SETTINGS, file)
        file.flush()
        bridgectl(STACK, "settings", "put", file.name)
    tokens = {"hubspot": TOKEN, "opencx": OPENCX_TOKEN}
    hooks = {target: f"{BRIDGE}/webhooks/{target}/acme/{token}" for target, token in tokens.items()}
    for url, body in ((f"{HUBSPOT}/sim/webhook-url", hooks["hubspot"]),
                      (f"{OPENCX}/sim/events-url", {"url": hooks["opencx"]})):
        status, answer = call("PUT", url, body)
        expect(status < 300, f"{url}: {answer}")


def webhook_is_guarded():
    status, _ = call("POST", f"{BRIDGE}/webhooks/hubspot/acme/wrong", [])
    expect(status == 401, f"a wrong token is refused, not {status}")
    status, _ = call("POST", f"{BRIDGE}/webhooks/hubspot/acme/{TOKEN}", [])
    expect(status == 401, f"an unsigned delivery is refused, not {status}")
    status, _ = call("POST", f"{BRIDGE}/webhooks/opencx/acme/{TOKEN}", [])
    expect(status == 401, f"HubSpot's token does not open OpenCX's route: {status}")
    told("wrong tokens and unsigned deliveries are refused")


def as_function(name):
    """The table, as a function's role may use it."""
    role = LAMBDA.get_function_configuration(FunctionName=f"{STACK}-{name}")["Role"]
    IAM.update_assume_role_policy(RoleName=role.rsplit("/", 1)[1], PolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*", "Service": "lambda.amazonaws.com"},
                       "Action": "sts:AssumeRole"}]}))
    session = STS.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client("dynamodb", aws_access_key_id=session["AccessKeyId"],
                        aws_secret_access_key=session["SecretAccessKey"], aws_session_token=session["SessionToken"])


def roles_are_confined():
    for function, kind, allowed in (("webhook", "ACTIVITY#", True), ("webhook", "ORG#", False),
                                    ("webhook", "THREAD#", False), ("handoff", "THREAD#", True),
                                    ("handoff", "ORG#", False), ("handoff", "EVENT#close#", False)):
        try:
            as_function(function).update_item(
                TableName=OUT["Table"], Key={"pk": {"S": f"{kind}nobody"}, "sk": {"S": "TEST"}},
                UpdateExpression="SET test = :true", ExpressionAttributeValues={":true": {"BOOL": True}})
            written = True
        except DYNAMODB.exceptions.ClientError as error:
            expect(error.response["Error"]["Code"] == "AccessDeniedException", f"{function}, {kind}: {error}")
            written = False
        expect(written == allowed, f"{function} {'writes' if written else 'cannot write'} items of {kind}")
    told("the roles write their own kinds of items and no settings")


def first_mail():
    thread = ann_writes("Where is my order 4711?")
    seconds, session = eventually("Ann's mail in a session", lambda: next(
        (session for session in sessions() if "Where is my order 4711?" in texts(session)), None))
    expect(seconds >= 5, f"email waits five seconds, not {seconds:.1f}")
    told(f"email reached the AI after {seconds:.1f} s")

    def answers():
        return [m for m in thread_of(thread)["messages"] if m.get("direction") == "OUTGOING"]

    seconds, found = eventually("the AI's answer in the thread", answers)
    expect("Acme Support" in found[0]["richText"], "the answer is signed")
    told(f"its answer is in the thread, signed, {seconds:.1f} s later")
    return thread, session["id"], answers


def handoff(thread, session):
    ann_writes("I want a human!", thread)
    seconds, tickets = eventually("a ticket", lambda: portal()["tickets"])
    expect(tickets[0]["properties"]["opencx_session_id"] == session, "the ticket is the session's")
    eventually("the thread assigned", lambda: [
        one for one in portal()["threads"] if one.get("assignedTo") == "A-222"])
    told(f"the handoff made a ticket {seconds:.1f} s after the mail, and assigned the thread")
    return tickets[0]["id"]


def rep_replies(thread, session):
    for path, text in (("comments", "PRIVATE"), ("replies", "It comes tomorrow.")):
        call("POST", f"{HUBSPOT}/sim/{path}", {"thread": thread, "user_id": 222, "text": text})
    seconds, found = eventually("the rep's reply in the session", lambda: [
        one for one in sessions() if one["id"] == session and "It comes tomorrow." in texts(one)])
    expect("PRIVATE" not in json.dumps(found), "a private note never leaves HubSpot")
    told(f"the rep's reply reached the session after {seconds:.1f} s, the private note did not")


def poison_and_neighbours():
    def event(name, data):
        return {"event": "conversation.started", "event_id": name, "organization_id": "acme", "data": data}

    good = {"conversation_id": "s-9", "contact": {"email": "ben@example.org", "name": "Ben Okoro"}}
    messages = [event("poison", {"contact": good["contact"]}), event("neighbour", {**good, "channel": "sms"})]
    for at, message in enumerate(messages):
        SQS.send_message(QueueUrl=OUT["ContactsQueueUrl"], MessageBody=json.dumps(message),
                         MessageGroupId="acme:s-9", MessageDeduplicationId=f"d-{at}")
    seconds, found = eventually("the poison in parked.fifo", parked)
    reason = found[0]["MessageAttributes"]["reason"]["StringValue"]
    error = found[0]["MessageAttributes"]["error"]["StringValue"]
    expect(reason == "unreadable" and "data.conversation_id" in error, f"the reason names the field: {reason} {error}")
    eventually("the neighbour's contact", lambda: [
        one for one in portal()["contacts"] if one["properties"].get("email") == "ben@example.org"])
    told(f"poison was parked after {seconds:.1f} s with its reason; its neighbour in the group was applied")


def kill(function):
    """Kills the running environments of a function, as when Lambda's machine dies."""
    name, killed = f"AWS_LAMBDA_FUNCTION_NAME={STACK}-{function}".encode(), 0
    for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if name in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)
                killed += 1
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
    return killed


def killed_in_the_middle_of_a_batch():
    """Two first contacts in one batch; the function dies while HubSpot makes the first of them."""
    fault = {"method": "POST", "path_contains": "/objects/contacts", "times": 1,
             "kind": {"hang_after_effect": 20000}}
    call("POST", f"{HUBSPOT}/sim/faults", fault)
    people = [f"{name}@example.org" for name in ("cleo", "dora")]
    entries = [{"Id": str(at), "MessageGroupId": f"acme:k-{at}", "MessageDeduplicationId": f"k-{at}",
                "MessageBody": json.dumps({"event": "conversation.started", "event_id": f"k-{at}",
                                           "organization_id": "acme",
                                           "data": {"conversation_id": f"k-{at}", "channel": "sms",
                                                    "contact": {"email": email, "name": "Kay Ngo"}}})}
               for at, email in enumerate(people)]
    SQS.send_message_batch(QueueUrl=OUT["ContactsQueueUrl"], Entries=entries)
    eventually("HubSpot busy with a contact", lambda: [
        one for one in portal()["contacts"] if one["properties"].get("email") in people])
    expect(kill("contact-sync") > 0, "a function is running, and is killed")

    def made():
        found = [one["properties"].get("email") for one in portal()["contacts"]]
        return [email for email in found if email in people]

    def outcomes():
        # By the index: the key of a claim is made by the function.
        now, records = datetime.datetime.now(datetime.timezone.utc), []
        for day in (now - datetime.timedelta(days=1), now):
            found = DYNAMODB.query(
                TableName=OUT["Table"], IndexName="outcomes", KeyConditionExpression="outcome_day = :day",
                ExpressionAttributeValues={":day": {"S": f"acme#{day:%Y-%m-%d}"}})
            records += [json.loads(item["outcome"]["S"]) for item in found["Items"]]
        return [record for record in records if record["event_id"] in ("k-0", "k-1")]

    seconds, _ = eventually("both contacts, after the messages came again", lambda: len(outcomes()) == 2, 200)
    expect(sorted(made()) == people, f"each contact is there once: {made()}")
    told(f"killed in the middle of a batch: both contacts are there, each once, {seconds:.0f} s later")


def close(session, ticket):
    call("POST", f"{OPENCX}/sim/sessions/{session}/resolve", {"resolved": True})
    seconds, _ = eventually("the ticket closed", lambda: [
        one for one in portal()["tickets"] if one["id"] == ticket and one["properties"]["hs_pipeline_stage"] == "4"])
    expect(15 <= seconds < 40, f"the close waits fifteen seconds, not {seconds:.1f}")
    told(f"the ticket closed {seconds:.1f} s after the end of the conversation")


def crm_route():
    path = f"{BRIDGE}/orgs/acme/crm-context?email=ann@example.org"
    status, _ = call("GET", path)
    expect(status in (401, 403), f"the CRM record is not open to everybody: {status}")
    told("the CRM route asks for IAM")
    url = f"{boto3.client('sqs').meta.endpoint_url}/_aws/execute-api/{OUT['ApiId']}/$default/orgs/acme/status"
    request = AWSRequest("GET", url)
    credentials = boto3.Session().get_credentials()
    SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
    status, answer = call("GET", url, headers=dict(request.headers))
    expect(status == 200 and answer["parked"] == 1, f"the status tells what is parked: {status} {answer}")
    told("a signed request reads the status: one event is parked")


set_up()
webhook_is_guarded()
roles_are_confined()
thread, session, answers = first_mail()
ticket = handoff(thread, session)
rep_replies(thread, session)
poison_and_neighbours()
killed_in_the_middle_of_a_batch()
close(session, ticket)
token_rotates(PREFIX + "hubspot", SECRET["hubspot"], HUBSPOT, ann_writes, sessions, thread_of)
crm_route()
shown(STACK, session)
expect(len(answers()) == 2, "the customer received one answer of the AI and one of the rep")
customer_is_erased(STACK)
print("The deployed stack does what the local one does.")
