"""A real Prometheus scrapes counted traffic: every query of our boards and every one of Seldon's shipped board that can be answered
returns the number that the callers counted. Prometheus runs with the configuration that is shipped, but for address and intervals."""
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from harness import EngineCase, tiny_image, wait_until

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
SECONDS, PACE = 24, 40  # of traffic; requests a second
SLOW_MS = 300
# What each of ten requests asks of the model: one of them 422, one 500, one slow.
KINDS = [{}] * 7 + [{"X-Tiny-Status": "422"}, {"X-Tiny-Status": "500"}, {"X-Tiny-Delay-Ms": str(SLOW_MS)}]
REWARDS = [1, 0, 0.5, 0]  # in turn, one feedback for ten predictions

SERVER, CLIENT = "seldon_api_executor_server_requests_seconds", "seldon_api_executor_client_requests_seconds"
MODEL = ('model_name=~".*",model_version=~".*",model_image=~".*",predictor_name=~".*",predictor_version=~".*"')
MODELS = "model_name,predictor_name,predictor_version,model_image,model_version"


def seldon_board(deployment):
    """The panels of "Prediction Analytics" as Seldon ships them, variables filled in: name -> query."""
    one = f'deployment_name=~"{deployment}"'
    feedback = f'{{{one},{MODEL}}}'
    board = {
        "QPS": f"round(sum(irate({SERVER}_count[1m])),0.001)",
        "success": f'sum(rate({SERVER}_count{{status!~"5.*"}}[1m])) / sum(rate({SERVER}_count[1m]))',
        "4xx": f'sum(irate({SERVER}_count{{status=~"4.*"}}[1m]))',
        "5xx": f'sum(irate({SERVER}_count{{status=~"5.*"}}[1m]))',
        "deployment QPS": f"round(sum(irate({CLIENT}_count{{{one}}}[1m])), 0.001)",
        "deployment success": f'sum(rate({CLIENT}_count{{status!~"5.*",{one}}}[1m])) / sum(rate({CLIENT}_count{{{one}}}[1m]))',
        "deployment 4xx": f'sum(irate({CLIENT}_count{{status=~"4.*",{one}}}[1m]))',
        "deployment 5xx": f'sum(irate({CLIENT}_count{{status=~"5.*",{one}}}[1m]))',
        "predict QPS": f'sum(rate({CLIENT}_count{{{MODEL},service=~".*"}}[5s])) by ({MODELS},service)',
        "reward": f"rate(seldon_api_model_feedback_reward_total{feedback}[1m])/rate(seldon_api_model_feedback_total{feedback}[1m])",
    }
    for q in (0.75, 0.9, 0.95, 0.99):
        board[f"p{q}"] = (f'histogram_quantile({q}, sum(rate({CLIENT}_bucket{{service=~".*[Pp]redict",{MODEL}}}[20s])) '
                          f"by ({MODELS},service,le))")
    return board


class RealPrometheus:
    """Debian's Prometheus with the shipped configuration, in a folder of its own, on a port that the kernel chose."""

    def __init__(self, server):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-prometheus-"))
        shutil.copytree(PACKAGING / "prometheus", self.folder, dirs_exist_ok=True)
        status, answer = server.api("POST", "/api/v1/tokens", {"name": "prometheus", "scope": "read"})
        assert status == 201, answer
        (self.folder / "slipway-token").write_text(answer["token"])
        config = self.folder / "prometheus.yml"
        text = config.read_text()
        assert text.count("127.0.0.1:8080") == 1 and "15s" in text
        config.write_text(text.replace("127.0.0.1:8080", urllib.parse.urlparse(server.url).netloc).replace("15s", "1s"))
        self.log = self.folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder / 'data'}",
                 "--web.listen-address=127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.port = int(wait_until(self.listens, "Prometheus to listen"))
        wait_until(self.is_ready, "Prometheus to be ready")

    def listens(self):
        assert self.process.poll() is None, self.log.read_text()
        found = re.search(r'msg="Listening on" address=127\.0\.0\.1:(\d+)', self.log.read_text())
        return found and found.group(1)

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        finally:
            connection.close()

    def end(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder)

    def ask(self, path, **parameters):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        assert answer["status"] == "success", (parameters, answer)
        return answer["data"]["result"]

    def at(self, query, moment):
        """Labels -> value, without what is not a number."""
        return {tuple(sorted(r["metric"].items())): float(r["value"][1]) for r in self.ask("query", query=query, time=moment)}

    def one(self, query, moment):
        values = self.at(query, moment)
        assert len(values) == 1, (query, values)
        return next(iter(values.values()))

    def mean(self, query, begin, end):
        """Of the sum of all series, second by second."""
        sums = {}
        for series in self.ask("query_range", query=query, start=begin, end=end, step=1):
            for moment, value in series["values"]:
                sums[moment] = sums.get(moment, 0) + float(value)
        assert sums, query
        return sum(sums.values()) / len(sums)


class Traffic:
    """Sends at a steady pace from a few connections and counts what came back."""

    def __init__(self, server, deployment):
        self.netloc = urllib.parse.urlparse(server.url).netloc
        self.deployment = deployment
        self.lock = threading.Lock()
        self.codes, self.rewards, self.feedback_codes = {}, [], {}

    def send(self, connection, number):
        if number % 11 == 10:
            reward = REWARDS[number // 11 % len(REWARDS)]
            path, body, headers = "feedback", {"request": {}, "reward": reward}, {}
        else:
            path, body, headers = "predictions", {"data": {"ndarray": [[1]]}}, KINDS[number % 11 % len(KINDS)]
        connection.request("POST", f"/deployment/{self.deployment}/api/v1.0/{path}", json.dumps(body),
                           {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        answer.read()
        with self.lock:
            codes = self.feedback_codes if path == "feedback" else self.codes
            codes[answer.status] = codes.get(answer.status, 0) + 1
            if path == "feedback":
                self.rewards.append(body["reward"])

    def run(self, count, pace, connections=8):
        begin = time.monotonic()
        numbers = iter(range(count))

        def work():
            connection = http.client.HTTPConnection(self.netloc, timeout=60)
            while True:
                with self.lock:
                    number = next(numbers, None)
                if number is None:
                    break
                time.sleep(max(0, begin + number / pace - time.monotonic()))  # the pace that was asked for
                self.send(connection, number)
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - begin


class Prometheus(EngineCase):
    def setUp(self):
        super().setUp()
        image = tiny_image(self.engine, "slipway-test/tiny-metrics:3")
        self.id = self.server.create(name="iris", image=image, replicas=2, instance_type="cpu-0.5")["id"]
        self.server.wait_phase(self.id, "Deployed")
        self.prometheus = RealPrometheus(self.server)
        self.addCleanup(self.prometheus.end)

    def scraped(self, query, value):
        wait_until(lambda: sum(self.prometheus.at(query, time.time()).values()) == value, f"{query} to be {value}")

    def test_every_panel_shows_what_was_counted(self):
        prometheus = self.prometheus
        self.scraped('sum(up{job=~"slipway-.*"})', 2)
        # Each series has a first sample, so that what comes then is seen as an increase.
        warm = Traffic(self.server, self.id)
        warm.run(11, PACE)
        self.scraped(f"sum({SERVER}_count)", 11)

        traffic = Traffic(self.server, self.id)
        count = SECONDS * PACE
        begin = time.time()
        seconds = traffic.run(count, PACE)
        self.scraped(f"sum({SERVER}_count)", 11 + count)
        now = time.time()
        codes, feedback = traffic.codes, sum(traffic.feedback_codes.values())
        predictions = sum(codes.values())
        self.assertEqual(set(codes), {200, 422, 500})
        self.assertEqual(traffic.feedback_codes, {200: feedback})
        rewards = traffic.rewards + warm.rewards
        reward = sum(rewards) / len(rewards)
        self.assertLess(reward, 0.5)  # zero rewards count, or this would be 0.75

        def near(name, got, wanted, part=0.1):
            self.assertAlmostEqual(got, wanted, delta=max(wanted * part, 0.001), msg=name)

        def rate(of):
            return of / seconds

        # Seldon's own board, unmodified. irate sees two scrapes only: its mean over the run is compared.
        board = seldon_board(self.id)
        middle = (begin + 3, begin + seconds - 1)
        for name, wanted in {"QPS": rate(count), "4xx": rate(codes[422]), "5xx": rate(codes[500]),
                             "deployment QPS": rate(count), "deployment 4xx": rate(codes[422]),
                             "deployment 5xx": rate(codes[500])}.items():
            near(name, prometheus.mean(board[name], *middle), wanted)
        near("predict QPS", prometheus.mean(board["predict QPS"], begin + 6, middle[1]), rate(count))
        for name in ("success", "deployment success"):
            near(name, prometheus.one(board[name], now), 1 - codes[500] / count, 0.02)
        near("reward", prometheus.one(board["reward"], now), reward, 0.05)
        # One in ten predictions is slow: it decides from p95 on and not before p75.
        self.assertLess(prometheus.one(board["p0.75"], begin + seconds), SLOW_MS / 1000)
        for quantile in ("p0.95", "p0.99"):
            value = prometheus.one(board[quantile], begin + seconds)
            self.assertGreater(value, 0.25)  # the bucket that 300 ms are in
            self.assertLessEqual(value, 0.5)

        self.check_our_boards(now, rate, codes, predictions, reward, near)
        # What the rules make of it, and nobody is alarmed by one error in ten for half a minute.
        self.assertEqual(len(prometheus.at("deployment:slipway_latency_seconds:p99_5m", now)), 1)
        near("rule", prometheus.one("deployment:slipway_errors:ratio5m", now), codes[500] / predictions, 0.05)
        self.check_history()
        self.check_expositions()

    def check_expositions(self):
        """promtool finds nothing to say of the page of control, nor of that of the gateway."""
        status, targets = self.server.api("GET", "/api/v1/metrics/targets")
        self.assertEqual(status, 200, targets)
        pages = {target["labels"]["__meta_slipway_component"]: f'http://{address}{target["labels"].get("__metrics_path__", "/metrics")}'
                 for target in targets for address in target["targets"]}
        self.assertEqual(set(pages), {"control", "gateway"})
        for component, page in pages.items():
            asked = urllib.request.Request(page, headers={"Authorization": f"Bearer {self.server.token}"})
            with urllib.request.urlopen(asked, timeout=60) as answer:
                text = answer.read()
            self.assertIn(b"# TYPE slipway_", text)
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""), component)

    def check_our_boards(self, now, rate, codes, predictions, reward, near):
        """Each query of each panel answers, and those of the manual's panels with the right number."""
        window = 60
        values = {}
        for file in sorted((PACKAGING / "grafana/dashboards").glob("*.json")):
            board = json.loads(file.read_text())
            for panel in board["panels"]:
                for target in panel.get("targets", []):
                    query = target["expr"].replace("$__rate_interval", f"{window}s")
                    query = query.replace("$deployment", self.id).replace("$model_version", ".*").replace("$model", ".*")
                    self.assertNotIn("$", query)
                    got = self.prometheus.at(query, now)
                    self.assertTrue(got, f"{file.name}, {panel['title']}: nothing for {query}")
                    values.setdefault((file.stem, panel["title"]), {})[target["refId"]] = sum(got.values())
            for variable in board["templating"]["list"]:
                if variable["type"] == "query":
                    metric, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
                    metric = metric.replace("$deployment", self.id).replace("$model", ".*")
                    found = {dict(labels)[label] for labels in self.prometheus.at(metric, now)}
                    self.assertEqual(len(found), 1, (variable["name"], found))
        # All of the traffic lies within the window: its rate is the count over the window.
        def shown(of):
            return of / window

        for board in ("deployment", "model-deployments"):
            near("QPS", values[board, "QPS"]["A"], shown(predictions))
            near("success", values[board, "Success rate"]["A"], 1 - codes[500] / predictions, 0.02)
            near("4xx", values[board, "4xx"]["A"], shown(codes[422]))
            near("5xx", values[board, "5xx"]["A"], shown(codes[500]))
        table = values["model-deployments", "Deployments"]
        near("list: QPS", table["QPS"], shown(predictions))
        near("list: success", table["Success"], 1 - codes[500] / predictions, 0.02)
        self.assertEqual((table["Ready"], table["Wanted"]), (2, 2))
        near("predict QPS", values["deployment", "Predict QPS"]["A"], shown(predictions))
        near("reward", values["deployment", "Reward"]["A"], reward, 0.05)
        latency = values["deployment", "Latency"]
        self.assertLess(latency["A"], SLOW_MS / 1000)
        self.assertTrue(0.25 < latency["D"] <= 0.5 and 0.25 < latency["E"] <= 0.5, latency)
        near("by code", values["deployment", "By code"]["A"], shown(predictions))
        self.assertEqual(values["deployment", "In flight"]["A"], 0)

    def history(self, by):
        """Series of control's own history, as one step that holds all of the deployment's life: (name, labels) -> value."""
        now = time.time()
        step = next(s for s in range(600, 86400, 10) if (now - 300) // s == now // s)  # no boundary in the last minutes
        status, answer = self.server.api("GET", f"/api/v1/deployments/{self.id}/metrics?from=290s&step={step}&by={by}")
        self.assertEqual((status, answer["problem"], len(answer["times"])), (200, None, 1), answer)
        return {(s["name"], *s["labels"].values()): s["values"][0] for s in answer["series"]}

    def check_history(self):
        """What control keeps by itself is what Prometheus has of the same run, within 1 %."""
        def total(query):
            return self.prometheus.one(query, time.time())

        predictions = f'{SERVER}_count{{service="predictions"'
        exchanges = f'{CLIENT}_count{{service="/predict"'
        count = total(f"sum({predictions}}})")
        wait_until(lambda: self.history("none")["requests",] == count, "control to have been told of all requests")
        rewards = ("(sum(seldon_api_model_feedback_reward_total) - sum(slipway_gateway_feedback_negative_reward_total))"
                   " / sum(seldon_api_model_feedback_total)")
        whole, versions = self.history("none"), self.history("version")
        model = next(labels for name, *labels in versions if name == "requests")
        self.assertEqual(model, ["slipway-test/tiny-metrics", "3"])
        errors = total(f'sum({predictions},code=~"5.."}})')
        wanted = {
            ("success_rate",): (count - errors) / count,
            ("4xx",): whole["qps",] * total(f'sum({predictions},code=~"4.."}})') / count,
            ("5xx",): whole["qps",] * errors / count,
            ("predict_qps",): whole["qps",] * total(f"sum({exchanges}}})") / count,
            ("reward",): total(rewards),
            ("feedback",): total("sum(seldon_api_model_feedback_total)"),
            ("requests", *model): total(f"sum({exchanges}}})"),
            ("reward", *model): total(rewards),
        }
        for quantile in (0.5, 0.75, 0.9, 0.95, 0.99):
            name = f"latency_p{quantile * 100:.0f}"
            wanted[name,] = total(f'histogram_quantile({quantile}, sum by (le) ({SERVER}_bucket{{service="predictions"}}))')
            wanted[(name, *model)] = total(f'histogram_quantile({quantile}, sum by (le) ({CLIENT}_bucket{{service="/predict"}}))')
        got = {**whole, **versions}
        for key, value in wanted.items():
            self.assertAlmostEqual(got[key], value, delta=abs(value) * 0.01, msg=str(key))
        replicas = wait_until(lambda: [v for k, v in self.history("replica").items() if k[0] == "memory" and v],
                              "the engine's figures")
        self.assertEqual(len(replicas), 2)
        self.assertGreater(min(replicas), 10_000)
        self.assertLess(max(replicas), 1e9)


if __name__ == "__main__":
    unittest.main()
