"""Every page of the web UI in both languages and themes, what a first visit loads, and that the server still serves what the UI
was built against."""
import gzip
import json
import unittest

from harness import ROOT, Slipwayd
from ui_driver import drive

FIRST_LOAD_BYTES = 300 * 1024


class UiPages(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=mock", "--webhook-private-addresses=127.0.0.1")
        self.addCleanup(self.server.discard)
        self.server.start()

    def furnish(self):
        """Something of every kind to look at."""
        many = {f"key {n}": f"值 {n}" for n in range(60)}
        self.server.create(name="Iris 花卉分類", id="iris", image="mock/ok:1", replicas=2, access="private", metadata=many,
                           description="Which iris is it?\nThree kinds.", environment=[{"name": "LOG_LEVEL", "value": "debug"}],
                           message="first try")
        self.server.wait_phase("iris", "Deployed")
        self.server.api("PATCH", "/api/v1/deployments/iris", {"image": "mock/ok:2", "replicas": 3, "message": "trained on new data"})
        self.server.wait_phase("iris", "Deployed", revision=2)
        self.server.api("POST", "/api/v1/deployments/iris/clients", {"name": "web-shop", "expires_at": "2099-12-31T12:00:00Z"})
        self.server.create(name="Broken", id="broken", image="mock/crash")
        self.server.create(name="A name so long that no card could ever hold all of it without cutting", id="slow", image="mock/never-ready")
        self.server.create(name="Retired", id="retired", image="mock/ok:1")
        self.server.api("POST", "/api/v1/deployments/retired/stop", {})
        self.server.wait_phase("retired", "Stopped")
        self.server.api("POST", "/api/v1/users", {"name": "ada", "display_name": "Ada Lovelace", "password": "correct horse battery staple"})
        self.server.api("PUT", "/api/v1/groups/default/members/ada", {})
        self.server.api("PATCH", "/api/v1/groups/default", {"quota": {"cpu_millis": 8000, "memory_bytes": 8 << 30, "deployments": 10}})
        self.server.api("POST", "/api/v1/secrets", {
            "group": "default", "name": "company", "registry": "registry.example:5000", "user": "puller", "password": "secret"})
        # Nobody listens there: what is told has failed tries.
        hook = self.server.api("POST", "/api/v1/webhooks", {
            "group": "default", "name": "Chat 聊天室", "url": "http://127.0.0.1:9/hooks/slipway",
            "events": ["deployment.failed", "deployment.recovered", "quota.refused"]})[1]
        self.server.api("POST", f"/api/v1/webhooks/{hook['id']}/test", {})
        self.server.api("POST", "/api/v1/tokens", {"name": "ci", "scope": "read", "lifetime_seconds": 86400})

    def look_at_every_page(self, locale):
        self.furnish()
        status, told = drive(self.server, "pages.mjs", UI_LOCALE=locale)
        print(told)
        self.assertEqual(status, 0, told)

    def test_every_page_in_english_has_nothing_for_axe_to_say(self):
        self.look_at_every_page("en")

    def test_every_page_in_traditional_chinese_has_nothing_for_axe_to_say(self):
        self.look_at_every_page("zh-TW")

    def test_the_first_visit_loads_less_than_300_kib_of_script(self):
        """The list page, fetched as a browser does: index.html, what it names, and the list's own chunk with all it imports."""
        manifest = json.loads((ROOT / "build/web/.vite/manifest.json").read_text())
        wanted, names = ["index.html", "src/pages/deployments/ListPage.tsx", "src/i18n/zh-TW.json"], set()
        while wanted:
            entry = manifest[wanted.pop()]
            if entry["file"] not in names:
                names.add(entry["file"])
                wanted += entry.get("imports", [])
        sizes = {}
        for name in sorted(name for name in names if name.endswith(".js")):
            status, data, fields = self.server.http("GET", f"/{name}", headers={"Accept-Encoding": "gzip"}, token=False)
            self.assertEqual(status, 200, name)
            sizes[name] = len(data)
            if fields["Content-Encoding"] == "gzip":
                gzip.decompress(data)
        print(f"first visit: {sum(sizes.values()) / 1024:.1f} KiB of script, gzip", sizes)
        self.assertLess(sum(sizes.values()), FIRST_LOAD_BYTES, sizes)

    def test_the_server_serves_what_the_ui_was_built_against(self):
        """Everything that web/openapi.json names is there and the same; the server may have more."""
        built = json.loads((ROOT / "web/openapi.json").read_text())
        served = self.server.api("GET", "/openapi.json", token=False)[1]
        missing = []

        def compare(wanted, given, path):
            if isinstance(wanted, dict) and isinstance(given, dict):
                for key, value in wanted.items():
                    if key in ("description", "summary", "examples", "info", "version") or key.startswith("x-"):
                        continue
                    if key not in given:
                        missing.append(f"{path}/{key}")
                    else:
                        compare(value, given[key], f"{path}/{key}")
            elif isinstance(wanted, list) and isinstance(given, list):
                missing.extend(f"{path}: {item}" for item in wanted if item not in given and not isinstance(item, dict))
            elif wanted != given:
                missing.append(f"{path}: {given} instead of {wanted}")

        compare({"paths": built["paths"], "schemas": built["components"]["schemas"]},
                {"paths": served["paths"], "schemas": served["components"]["schemas"]}, "")
        self.assertEqual(missing, [], "run `npm --prefix web run openapi URL` against a new slipwayd and mend what breaks")

if __name__ == "__main__":
    unittest.main()
