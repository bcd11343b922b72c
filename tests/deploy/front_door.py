"""A domain before the emulator's API, as a custom domain is in AWS.

The template's PublicUrl has to be known before the API has an id, and HubSpot signs
against it: requests to this fixed address go on to the API of the stack.
"""

import http.client
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DOOR_PORT, EMULATOR_PORT, API_ID = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        emulator = http.client.HTTPConnection("127.0.0.1", EMULATOR_PORT, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        path = f"/_aws/execute-api/{API_ID}/$default{self.path}"
        emulator.request(self.command, path, body, headers)
        answer = emulator.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        self.send_header("content-type", answer.getheader("content-type", "application/json"))
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        """The door is silent."""


ThreadingHTTPServer(("127.0.0.1", DOOR_PORT), Door).serve_forever()
