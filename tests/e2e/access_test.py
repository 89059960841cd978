"""Every route of /openapi.json times everybody who may knock: the answer is what the document says of the route
(x-slipway-access), /docs says the same, and every answer, a refusal too, has the form that the document promises.

Requests are the examples of the document's own schemas, so these are replayed as well, and what may be done must be
done. A route whose body has no example, or whose path or stream is unknown here, fails: none can be forgotten.
"""
import contextlib
import html
import http.client
import itertools
import json
import re
import time
import unittest
import urllib.parse

import jsonschema

from harness import Slipwayd, wait_until

WRITES = ("post", "put", "patch", "delete")
KNOCKERS = ("anonymous", "other group", "member", "group admin", "platform admin", "read-only token")
PASSWORD = "correct horse battery staple"
PEOPLE = {"other group": "eve", "member": "mary", "group admin": "grace", "platform admin": "admin"}
# What a stream is asked for with, and what its first piece is.
STREAMS = {
    "listDeployments": ("text/event-stream", "watch=1", None),  # begins with a reset, which has no members
    "listEvents": ("text/event-stream", "watch=1", "Event"),
    "getDeploymentLogs": ("application/x-ndjson", "format=ndjson&follow=1", "LogLine"),
    "getReplicaLogs": ("application/x-ndjson", "format=ndjson&follow=1", "LogLine"),
    "listAudit": ("application/x-ndjson", "format=ndjson&group=vision", "AuditEntry"),
}
# Queries that are sent besides what a path must have.
QUERIES = {
    "checkAvailability": {"name": "Iris"},
    "diffRevisions": {"against": 1},
    "listAudit": {"group": "vision", "limit": 3, "since": "2020-01-01T00:00:00Z"},
    "listDeployments": {
        "group": "vision", "search": "mat", "mine": 0, "status": "Deployed", "sort": "-updated", "limit": 5},
    "listEvents": {"limit": 2, "after": 0},
    "listHistory": {"limit": 1},
    "listRevisions": {"limit": 1},
    "getUsage": {"from": "2026-01", "to": "2026-12", "by": "group"},
    "getDeploymentLogs": {"tail": 10, "since": "10m", "grep": "^", "stream": "all"},
    "getReplicaLogs": {"tail": 10, "timestamps": 1},
    "getDeploymentMetrics": {"from": "2h", "to": "0s", "step": 60, "by": "none", "series": "qps,memory"},
}
# Without a provider there is no sign-in at one (oidc_test.py has one); a token is no browser's session.
NOT_THERE = {"beginOidcSignIn", "finishOidcSignIn", "getSession"}


def refusal(operation, knocker, method, pattern):
    """The status that turns them away; None: let in. The rule once more, independent of the server's."""
    access, is_write = operation["x-slipway-access"], method in WRITES
    hidden = 400 if "{" not in pattern and "requestBody" in operation else 404
    if access == "anyone":
        return None
    if knocker == "anonymous":
        return 401
    if knocker == "read-only token":  # a platform admin's
        return 403 if is_write else None
    if knocker == "platform admin" or access == "signed in":
        return None
    if access == "platform admin":
        return 403
    if knocker == "other group":
        return hidden
    if access == "platform admin, hidden from strangers":
        return 403
    if access == "group admin":
        return 403 if knocker == "member" else None
    if access == "member":
        return None
    raise AssertionError(f"nothing is known here about the access '{access}'")


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Slipwayd("--engine=mock")
        cls.addClassCleanup(cls.server.discard)
        cls.server.start()
        cls.document = cls.server.api("GET", "/openapi.json", token=False)[1]
        cls.operations = [(pattern, method, operation) for pattern, operations in cls.document["paths"].items()
                          for method, operation in operations.items()]
        cls.admin("POST", "/api/v1/groups", {"name": "vision", "deployment_enabled": True})
        cls.admin("POST", "/api/v1/groups", {"name": "elsewhere", "deployment_enabled": True})
        for name in ("eve", "mary", "grace", "victim"):
            cls.admin("POST", "/api/v1/users", {
                "name": name, "password": PASSWORD, "must_change_password": False})
        cls.admin("PUT", "/api/v1/groups/elsewhere/members/eve", {})
        cls.join("vision")
        reader = cls.admin("POST", "/api/v1/tokens", {"name": "reader", "scope": "read"})
        cls.tokens = {"anonymous": False, "read-only token": reader["token"],
                      **{knocker: cls.signed_in(user)["token"] for knocker, user in PEOPLE.items()}}
        cls.webhook = "none-yet"
        cls.answers = 0
        cls.counter = itertools.count()

    @classmethod
    def admin(cls, method, path, document=None, good=(200, 201, 202, 204)):
        status, answer = cls.server.api(method, path, document)
        assert status in good, (method, path, status, answer)
        return answer

    @classmethod
    def join(cls, group):
        cls.admin("PUT", f"/api/v1/groups/{group}/members/mary", {})
        cls.admin("PUT", f"/api/v1/groups/{group}/members/grace", {"admin": True})

    @classmethod
    def signed_in(cls, user):
        status, answer = cls.server.api("POST", "/api/v1/session", {"user": user, "password": PASSWORD}, token=False)
        assert status == 201, (user, answer)
        return answer

    # What is there before a request is made.

    def there(self, path, make, document):
        """Is at `path`, made with POST to `make` if need be."""
        if self.server.http("GET", path)[0] == 404:
            self.admin("POST", make, document)
        self.assertEqual(self.server.http("GET", path)[0], 200, path)

    def furnish(self):
        """What the paths name is there again, whatever the last request did to it."""
        self.there("/api/v1/users/victim", "/api/v1/users", {
            "name": "victim", "password": PASSWORD, "must_change_password": False})
        self.admin("PATCH", "/api/v1/users/victim", {"disabled": False})
        self.admin("PUT", "/api/v1/groups/vision/members/victim", {})
        self.admin("PATCH", "/api/v1/groups/vision", {"deployment_enabled": True})
        self.there("/api/v1/instance-types/spare", "/api/v1/instance-types", {
            "name": "spare", "cpu_millis": 100, "memory_bytes": 1 << 28})
        self.there("/api/v1/secrets/vision/registry", "/api/v1/secrets", {
            "group": "vision", "name": "registry", "registry": "registry.example", "user": "u", "password": "p"})
        self.there("/api/v1/deployments/matrix", "/api/v1/deployments", {
            "name": "Matrix", "id": "matrix", "group": "vision", "image": "mock/ok:1", "access": "private",
            "drain_seconds": 0})
        if self.server.http("GET", f"/api/v1/webhooks/{self.webhook}")[0] == 404:
            type(self).webhook = self.admin("POST", "/api/v1/webhooks", {
                "group": "vision", "name": "Matrix", "url": "https://hooks.example/x",
                "events": ["deployment.failed"]})["id"]
        if self.server.get("matrix")["status"]["phase"] in ("Stopping", "Stopped"):
            self.admin("POST", "/api/v1/deployments/matrix/start")
        self.server.wait_phase("matrix", "Deployed")
        self.there("/api/v1/deployments/matrix/clients/robot", "/api/v1/deployments/matrix/clients", {"name": "robot"})

    def before(self, operation, knocker):
        """Values of the path and a token, for operations that use up what they are asked about."""
        values = {"id": "matrix", "n": "1", "user": "victim", "group": "vision", "confirm": "Matrix",
                  "webhook": self.webhook}
        token = self.tokens[knocker]
        name = operation["operationId"]
        if name == "getReplicaLogs":
            values["replica"] = self.admin("GET", "/api/v1/deployments/matrix/replicas")["items"][0]["id"]
        elif name == "redeliverWebhook":
            values["delivery"] = self.admin("POST", f"/api/v1/webhooks/{self.webhook}/test")["id"]
        elif name == "deleteGroup":
            self.there("/api/v1/groups/empty", "/api/v1/groups", {"name": "empty"})
            self.join("empty")
            values["group"] = "empty"
        elif name in ("updateDeployment", "rollbackDeployment"):  # a change has to change something
            self.admin("PATCH", "/api/v1/deployments/matrix", {
                "image": "mock/ok:1", "replicas": 1, "metadata": {}, "description": f"state {next(self.counter)}"})
        elif name == "getUiFile":
            page = self.server.http("GET", "/", token=False)[1].decode()
            values["file"] = re.search(r"/assets/([^\"]+)", page).group(1)
        elif name == "signOut" and knocker in PEOPLE:
            token = self.signed_in(PEOPLE[knocker])["token"]
        elif name == "revokeToken":
            own = knocker if knocker in PEOPLE else "platform admin"
            values["id"] = self.server.api(
                "POST", "/api/v1/tokens", {"name": "short-lived"}, token=self.tokens[own])[1]["id"]
        elif name == "revokeUserToken":
            values["id"] = self.signed_in("victim")["id"]
        return values, token

    def after(self, operation, knocker, body, answer, fields):
        """Takes away what was made, so that the next one can make it, too."""
        if operation["operationId"] == "changePassword" and knocker in PEOPLE:
            back = {"old_password": body["new_password"], "new_password": body["old_password"]}
            status, told = self.server.api("POST", "/api/v1/me/password", back, token=self.tokens[knocker])
            self.assertEqual(status, 200, told)
        if fields["Location"] and answer:
            query = ""
            if operation["operationId"] == "createDeployment":
                query = "?" + urllib.parse.urlencode({"confirm": answer["name"]})
            self.admin("DELETE", fields["Location"] + query)
            self.wait_gone(fields["Location"])
        if operation["operationId"] == "deleteDeployment":
            self.wait_gone("/api/v1/deployments/matrix")

    def wait_gone(self, path):
        wait_until(lambda: self.server.http("GET", path)[0] == 404, f"{path} to be gone")

    # What is asked.

    def resolved(self, what):
        while "$ref" in what:
            found = self.document
            for part in what["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            what = {**found, **{key: value for key, value in what.items() if key != "$ref"}}
        return what

    def bodies(self, operation):
        """The examples of its body; [None]: it takes none."""
        if "requestBody" not in operation:
            return [None]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        examples = self.resolved(schema).get("examples")
        self.assertTrue(examples, f"{operation['operationId']}: its body has no example")
        for example in examples:
            self.validate(schema, example)
        return examples

    def target(self, pattern, operation, values):
        path = re.sub(r"{(\w+)}", lambda m: urllib.parse.quote(values[m.group(1)]), pattern)
        query = dict(QUERIES.get(operation["operationId"], {}))
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and parameter["required"]:
                query[parameter["name"]] = values[parameter["name"]]
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

    def values_of(self, pattern, values):
        names = {"/instance-types/": "spare", "/clients/": "robot", "/secrets/": "registry"}
        return {**values, **{"name": name for part, name in names.items() if part in pattern}}

    # What is answered.

    def validate(self, schema, value):
        jsonschema.Draft202012Validator({**schema, "components": self.document["components"]}).validate(value)
        self.all_described(schema, value, "")

    def properties(self, schema):
        """Schemas of the members of an object by their names; a list each, for anyOf."""
        schema = self.resolved(schema)
        out = {name: [inner] for name, inner in schema.get("properties", {}).items()}
        for part in schema.get("allOf", []) + schema.get("anyOf", []):
            for name, inner in self.properties(part).items():
                out.setdefault(name, []).extend(inner)
        return out

    def all_described(self, schema, value, path):
        """Nothing is answered that the document does not name."""
        schema = self.resolved(schema)
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.all_described(schema.get("items", {}), item, f"{path}[{index}]")
        elif isinstance(value, dict):
            known = self.properties(schema)
            for name, item in value.items() if known else ():
                self.assertIn(name, known, f"{path}.{name} is not described")
                self.all_described(known[name][0], item, f"{path}.{name}")

    def check_form(self, operation, status, data, fields):
        """The answer is what the document says of this status; gives it, if it is JSON."""
        type(self).answers += 1
        name, responses = operation["operationId"], operation["responses"]
        if str(status) not in responses:
            self.assertGreaterEqual(status, 400, f"{name} answers {status}, which is not described")
        content = self.resolved(responses.get(str(status), responses["default"])).get("content", {})
        media = (fields["Content-Type"] or "").split(";")[0]
        if not media:
            self.assertEqual((data, content), (b"", {}), f"{name} {status}: no body, but one is described")
            return None
        self.assertIn(media, content, f"{name} {status}")
        if not media.endswith("json"):
            return None
        answer = json.loads(data)
        self.validate(content[media]["schema"], answer)
        if media == "application/problem+json":
            self.assertEqual(answer["status"], status)
        return answer

    def ask(self, pattern, method, operation, knocker, body):
        values, token = self.before(operation, knocker)
        target = self.target(pattern, operation, self.values_of(pattern, values))
        status, data, fields = self.server.http(
            method.upper(), target, json.dumps(body) if body is not None else None,
            {"Content-Type": "application/json"} if body is not None else {}, token)
        expected = refusal(operation, knocker, method, pattern)
        if expected is not None:
            self.assertEqual(status, expected, data)
            self.assertIn(str(expected), operation["responses"])
            self.assertEqual("Bearer" in (fields["WWW-Authenticate"] or ""), status == 401)
        elif operation["operationId"] in NOT_THERE:
            self.assertEqual(status, 404, data)
        else:
            self.assertLess(status, 400, data)
        answer = self.check_form(operation, status, data, fields)
        if expected is None:
            self.after(operation, knocker, body, answer, fields)

    def test_everybody_gets_what_the_document_says(self):
        begun, asked = time.monotonic(), 0
        for pattern, method, operation in self.operations:
            for knocker in KNOCKERS:
                bodies = self.bodies(operation)
                is_refused = refusal(operation, knocker, method, pattern) is not None
                for number, body in enumerate(bodies[:1] if is_refused else bodies):
                    with self.subTest(operation=operation["operationId"], knocker=knocker, example=number):
                        self.furnish()
                        self.ask(pattern, method, operation, knocker, body)
                    asked += 1
        print(f"{len(self.operations)} routes x {len(KNOCKERS)} knockers: {asked} requests, {self.answers} answers "
              f"held against their schemas, {time.monotonic() - begun:.1f} s")

    @contextlib.contextmanager
    def stream(self, target, token):
        """Head and body of an answer that need not end."""
        connection = http.client.HTTPConnection(urllib.parse.urlparse(self.server.url).netloc, timeout=60)
        try:
            connection.request("GET", target, headers={"Authorization": f"Bearer {token}"} if token else {})
            yield connection.getresponse()
        finally:
            connection.close()

    def first_piece(self, media, stream):
        """The first event, whose id is its sequence, or the first line."""
        if media != "text/event-stream":
            return json.loads(stream.readline())
        fields = {}
        while (line := stream.readline().decode().rstrip("\n")) or not fields:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        event = json.loads(fields["data"])
        self.assertEqual(str(event["sequence"]), fields["id"])
        return event

    def check_stream(self, pattern, method, operation, knocker):
        media, query, schema = STREAMS[operation["operationId"]]
        values, token = self.before(operation, knocker)
        path = re.sub(r"{(\w+)}", lambda m: values[m.group(1)], pattern)
        expected = refusal(operation, knocker, method, pattern)
        with self.stream(f"{path}?{query}", token) as answer:
            self.assertEqual(answer.status, expected or 200)
            if expected is not None:
                self.check_form(operation, answer.status, answer.read(), answer.headers)
                return
            self.assertEqual(answer.headers["Content-Type"].split(";")[0], media)
            if schema:
                self.validate({"$ref": f"#/components/schemas/{schema}"}, self.first_piece(media, answer))

    def test_streams_are_refused_before_their_head_and_begin_as_described(self):
        self.furnish()
        plain, described = {"application/json", "text/html", "text/plain", "text/csv", "application/gzip", "text/javascript",
                            "text/css", "image/svg+xml"}, {}
        for pattern, method, operation in self.operations:
            if streams := set(operation["responses"].get("200", {}).get("content", {})) - plain:
                described[operation["operationId"]] = streams
                for knocker in KNOCKERS:
                    with self.subTest(operation=operation["operationId"], knocker=knocker):
                        self.check_stream(pattern, method, operation, knocker)
        self.assertEqual(described, {name: {media} for name, (media, _, _) in STREAMS.items()})

    def test_guessing_passwords_is_slowed_down_as_described(self):
        operation = self.document["paths"]["/api/v1/session"]["post"]
        for _ in range(20):
            status, data, fields = self.server.http(
                "POST", "/api/v1/session", json.dumps({"user": "guessed", "password": "a guess"}),
                {"Content-Type": "application/json"}, token=False)
            answer = self.check_form(operation, status, data, fields)
            if status == 429:
                break
            self.assertEqual(status, 401, data)
        self.assertEqual((status, answer["type"]), (429, "urn:slipway:problem:throttled"))
        self.assertGreaterEqual(int(fields["Retry-After"]), 1)

    def test_the_page_for_people_shows_the_same_table(self):
        page = self.server.http("GET", "/docs", token=False)[1].decode()
        table = page[page.index('<section id="access">'):page.index("</table>")]
        heads = re.findall(r'<th scope="col">([^<]*)</th>', table)
        self.assertEqual(tuple(heads), ("Route", *KNOCKERS))
        shown = {}
        for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table):
            method, pattern = html.unescape(re.search(r"<code>(.*?)</code>", row).group(1)).split()
            shown[method.lower(), pattern] = re.findall(r"<td>(.*?)</td>", row)
        expected = {(method, pattern): [str(refusal(operation, k, method, pattern) or "yes")
                                        for k in KNOCKERS]
                    for pattern, method, operation in self.operations}
        self.assertEqual(shown, expected)


if __name__ == "__main__":
    unittest.main()
