"""A client of the crash test: writes to deployments of its own in a loop, straight at control's socket, and keeps what it
asked and what it was told, for crash_model to judge."""
import http.client
import json
import random
import threading
import urllib.parse

from crash_model import Answer, Request
from harness import UnixConnection

MOST_ALIVE = 3
# Control is killed, not slow: an answer that takes this long is a hang.
ANSWER_TIMEOUT = 60


class NotSent(Exception):
    """Control was away before the request left: it cannot have been applied."""


class Wire:
    """One keep-alive connection to control."""

    def __init__(self, socket_path, token):
        self.socket_path = socket_path
        self.token = token
        self.connection = None

    def send(self, method, path, document=None, headers=None):
        """Status and answer, or None when nobody knows what became of the request."""
        fields = {"Authorization": f"Bearer {self.token}", "X-Forwarded-For": "127.0.0.1", **(headers or {})}
        if document is not None:
            fields["Content-Type"] = "application/json"
        if self.connection is None:
            connection = UnixConnection(self.socket_path, ANSWER_TIMEOUT)
            try:
                connection.connect()
            except OSError:
                connection.sock.close()
                raise NotSent from None
            self.connection = connection
        try:
            self.connection.request(method, path, json.dumps(document) if document is not None else None, fields)
            answer = self.connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data else None
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Deployment:
    def __init__(self, name):
        self.name = name
        self.id = None
        self.history = []  # (Request, Answer or None)
        self.abandoned = False


class Client:
    def __init__(self, socket_path, token, number, seed, progress):
        self.wire = Wire(socket_path, token)
        self.random = random.Random(f"{seed}/{number}")
        self.number = number
        self.progress = progress  # called after each answer
        self.deployments = []
        self.shared = []  # (message, generation, revision or None): updates of the deployment that all share
        self.acknowledged = 0
        self.repeats = 0
        self.counter = 0
        self.stop = threading.Event()
        self.problem = None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            while not self.stop.is_set():
                try:
                    self.step()
                except NotSent:
                    self.stop.wait(0.002)
            self.wire.close()
        except Exception as error:  # shown by the test's own thread
            self.problem = error
            self.progress()

    def step(self):
        unsure = [d for d in self.deployments if d.id is None and not d.abandoned]
        alive = [d for d in self.deployments if d.id is not None and not d.abandoned]
        if unsure:
            return self.create(unsure[0])
        if not alive or (len(alive) < MOST_ALIVE and self.random.random() < 0.2):
            self.counter += 1
            deployment = Deployment(f"c{self.number}-{self.counter}")
            self.deployments.append(deployment)
            return self.create(deployment)
        kind = self.random.choices(["update", "stop", "start", "get", "again", "delete", "shared"],
                                   [40, 12, 12, 10, 6, 8, 12])[0]
        deployment = self.random.choice(alive)
        if kind == "again":
            return self.create(deployment)
        if kind == "shared":
            return self.update_shared()
        return self.write(deployment, kind)

    def record(self, deployment, request, outcome):
        self.progress()
        if outcome is None:
            deployment.history.append((request, None))
            return None
        status, document = outcome
        if status >= 500:
            raise AssertionError(f"{request} of {deployment.name}: {status} {document}")
        view = None
        if status < 300 and document is not None:
            view = {key: document[key] for key in ("generation", "revision", "replicas")}
        answer = Answer(status, view)
        deployment.history.append((request, answer))
        if request.kind != "get" and status < 300:
            self.acknowledged += 1
        return answer

    def create(self, deployment):
        """Also the repeat of an earlier one, which must give the same deployment and make none."""
        document = {"name": deployment.name, "image": "mock/ok:1", "replicas": 1, "message": "made " + deployment.name}
        outcome = self.wire.send("POST", "/api/v1/deployments", document, {"Idempotency-Key": "key-" + deployment.name})
        answer = self.record(deployment, Request("create", document["message"], 1), outcome)
        if answer is None or answer.status != 201:
            return
        made = outcome[1]["id"]
        if deployment.id not in (None, made):
            raise AssertionError(f"one Idempotency-Key made {deployment.id} and {made}")
        self.repeats += deployment.id is not None
        deployment.id = made

    def write(self, deployment, kind):
        path = f"/api/v1/deployments/{deployment.id}"
        self.counter += 1
        last = next((a.view for _, a in reversed(deployment.history) if a and a.view), None)
        if_match = last["generation"] if kind != "get" and last and self.random.random() < 0.3 else None
        headers = {"If-Match": f'"{if_match}"'} if if_match is not None else {}
        request = Request(kind, if_match=if_match)
        if kind == "get":
            outcome = self.wire.send("GET", path)
        elif kind == "update":
            message = f"m{self.number}-{self.counter}"
            request = Request(kind, message, self.random.randint(1, 2), if_match)
            change = {"replicas": request.replicas, "message": message, "description": message}
            if self.random.random() < 0.5:  # what a replica sees: new ones take over from the old
                change["environment"] = [{"name": "MARK", "value": message}]
            outcome = self.wire.send("PATCH", path, change, headers)
        elif kind == "delete":
            # Never touched again when it is known to be deleted; when it is not known, half of them are left so.
            outcome = self.wire.send("DELETE", path + "?" + urllib.parse.urlencode({"confirm": deployment.name}),
                                     headers=headers)
            if outcome is None:
                deployment.abandoned = self.random.random() < 0.5
            elif outcome[0] in (202, 204, 404):
                deployment.abandoned = True
                outcome = (outcome[0], None)
        else:
            outcome = self.wire.send("POST", f"{path}/{kind}", headers=headers)
        answer = self.record(deployment, request, outcome)
        # An earlier delete that nobody answered did happen.
        if answer is not None and answer.status in (404, 409) and kind != "delete":
            deployment.abandoned = True

    def update_shared(self):
        outcome = self.wire.send("GET", "/api/v1/deployments/shared")
        if outcome is None:
            return
        status, view = outcome
        assert status == 200, (status, view)
        self.counter += 1
        message = f"s{self.number}-{self.counter}"
        outcome = self.wire.send("PATCH", "/api/v1/deployments/shared", {"description": message, "message": message},
                                 {"If-Match": f'"{view["generation"]}"'})
        self.progress()
        if outcome is None:
            self.shared.append((message, view["generation"], None))
        elif outcome[0] == 200:
            self.shared.append((message, view["generation"], outcome[1]["revision"]))
            self.acknowledged += 1
        else:
            assert outcome[0] == 412, outcome
