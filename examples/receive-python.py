#!/usr/bin/env python3
"""Receives webhooks with Python's standard library alone (3.8 or later).

HOOK_SECRET='a shared secret' PORT=3000 python3 examples/receive-python.py
"""

import base64
import hmac
import json
import os
import re
import threading
import time
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BYTES = (1024 + 64) * 1024
TOLERANCE_SEC = 300
MAX_SEEN = 100_000


def key_of(secret):
    """A secret that begins with whsec_ is base64, any other the bytes that it is."""
    if secret.startswith("whsec_"):
        return base64.b64decode(secret[len("whsec_"):], validate=True)
    return secret.encode()


# During a rotation: both.
SECRETS = [os.environ.get("HOOK_SECRET"), os.environ.get("OLD_HOOK_SECRET")]
KEYS = [key_of(secret) for secret in SECRETS if secret]
if not KEYS or b"" in KEYS:
    raise SystemExit("HOOK_SECRET is empty: anyone could sign with it.")


def why_not(headers, body):
    """None when one of the keys signed the request and it is not old (Standard Webhooks), else the reason."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    event_id, timestamp, signatures = (headers.get(name, "") for name in names)
    if not (event_id and timestamp and signatures):
        return "missing_header"
    if not re.fullmatch("[0-9]{1,12}", timestamp):
        return "invalid_header"
    age = int(time.time()) - int(timestamp)
    if abs(age) > TOLERANCE_SEC:
        return "timestamp_too_old" if age > 0 else "timestamp_too_new"
    signed = f"{event_id}.{timestamp}.".encode("latin-1") + body
    for key in KEYS:
        wanted = b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))
        # In constant time: how near a forgery came must not show.
        if any(hmac.compare_digest(wanted, one.encode("latin-1")) for one in signatures.split(" ")):
            return None
    return "no_match"


def work(event_type, event):
    """Your part. What it raises is answered 500, and Hooklane comes again."""
    if event_type == "build.finished":
        print(f"build {event['build_num']} of {event['app_name']}: {event['status']}", flush=True)
    if event_type == "deploy.finished":
        print(f"deploy of {event['app_name']} to {event['env_name']}: {event['deployment_state']}", flush=True)


seen = OrderedDict()  # The ids that were worked on, the oldest first.
one_at_a_time = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # seconds to wait for the next byte

    def do_POST(self):
        status, answer = self.receive() if self.path == "/hooks" else (404, {})
        body = json.dumps(answer).encode() if answer else b""
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def receive(self):
        length = self.headers.get("content-length", "")
        if not re.fullmatch("[0-9]{1,12}", length):
            return 411, {"reason": "length_required"}
        if int(length) > MAX_BYTES:
            return 413, {"reason": "body_too_large"}
        body = self.rfile.read(int(length))  # The raw bytes: a parsed and printed body has another signature.
        reason = why_not(self.headers, body)
        if reason:
            return 401, {"reason": reason}
        event_id = self.headers["webhook-id"]
        with one_at_a_time:
            if event_id in seen:  # Delivery is at least once.
                return 200, {"repeat": True}
            try:
                work(self.headers.get("hooklane-event"), json.loads(body))
            except Exception as error:
                print(f"failed: {error!r}", flush=True)
                return 500, {"reason": "handler_failed"}
            seen[event_id] = True
            if len(seen) > MAX_SEEN:
                seen.popitem(last=False)
        return 204, None

    def log_message(self, *_):
        """Not a line for each request."""


with ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver) as server:
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
