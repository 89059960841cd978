"""What measurements of the gateway share: what is asked, the upstream, and the proxies that do the same work."""
import contextlib
import http.client
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = pathlib.Path(__file__).resolve().parents[2]
PATH = "/deployment/bench/api/v1.0/predictions"
TOKEN = "Bearer 0123456789abcdef0123456789abcdef"
# By which ports a subject is asked how.
DOORS = {"slipway": {"plain": "plain", "tls": "tls", "http2": "plain"}, "slipway epoll": {"plain": "plain", "tls": "tls", "http2": "plain"},
         "haproxy": {"plain": "plain", "tls": "tls", "http2": "http2"}, "nginx": {"plain": "plain", "tls": "tls", "http2": "http2"},
         "nghttpx": {"http2": "http2"}}

NGINX = """
daemon off; worker_processes {workers}; error_log {dir}/nginx.log crit; pid {dir}/nginx.pid; user root;
events {{ worker_connections 16384; }}
http {{
  access_log off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 75s; client_body_buffer_size 16k;
  client_max_body_size 0; proxy_request_buffering off;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  upstream model {{ server {upstream}; keepalive 512; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{plain};
    listen 127.0.0.1:{http2} http2;
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {dir}/certificate.pem; ssl_certificate_key {dir}/key.pem; ssl_protocols TLSv1.3;
    http2_max_requests 100000000;
    location = {path} {{
      if ($http_authorization != "{token}") {{ return 401; }}
      proxy_pass http://model/predict; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_set_header Authorization "";
      proxy_set_header Seldon-Puid $request_id; add_header Seldon-Puid $request_id always;
      add_header X-Content-Type-Options nosniff always; add_header Access-Control-Allow-Origin * always;
    }}
  }}
}}
"""

HAPROXY = """
global
  nbthread {workers}
  maxconn 7900
defaults
  mode http
  option http-keep-alive
  http-reuse always
  option splice-auto
  timeout connect 1s
  timeout client 75s
  timeout server 60s
frontend front
  bind 127.0.0.1:{plain}
  bind 127.0.0.1:{http2} proto h2
  bind 127.0.0.1:{tls} ssl crt {dir}/both.pem ssl-min-ver TLSv1.3
  unique-id-format %{{+X}}o%ci%cp%ts%rt%pid
  http-request return status 404 unless {{ path {path} }}
  http-request return status 401 unless {{ req.hdr(authorization) -m str "{token}" }}
  http-request set-var(txn.puid) unique-id
  http-request set-header seldon-puid %[var(txn.puid)]
  http-request del-header authorization
  http-request set-path /predict
  http-response set-header seldon-puid %[var(txn.puid)]
  http-response set-header x-content-type-options nosniff
  http-response set-header access-control-allow-origin *
  default_backend model
backend model
  server one {upstream} pool-max-conn 512
"""


_given = set()


def free_port():
    """None twice: the kernel may name a port again as long as nobody listens there."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
                   check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())


def find_binaries(given):
    for folder in [given] if given else [ROOT / "build/release/bin"]:
        if (pathlib.Path(folder) / "gateway_bench_proxy").exists():
            return pathlib.Path(folder)
    raise SystemExit("there is no gateway_bench_proxy; run tools/build --with-tests, or name --bin")


def proxy_command(binaries, folder, plain, tls, upstream, io, deployments=1, workers=1):
    """Serves "bench", "bench-1" and so on, on both ports; `folder` holds its certificate."""
    return [binaries / "gateway_bench_proxy", str(plain), str(tls), str(upstream), str(folder), io, TOKEN.removeprefix("Bearer "), str(deployments),
            str(workers)]


def pinned(cpu):
    def pin():
        if len(os.sched_getaffinity(0)) > 1:
            os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[cpu]})
    return pin


def family(pid):
    """The process and its children: nginx has a master and a worker."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu(pids):
    user = system = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        user += int(fields[11])
        system += int(fields[12])
    return user / TICKS, system / TICKS


def ask_once(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", PATH, body="x" * 1024, headers={"Authorization": TOKEN})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status == 503:
        raise OSError("it listens and does not serve yet")
    names = {name.lower() for name, _ in answer.getheaders()}
    wanted = {"seldon-puid", "x-content-type-options", "access-control-allow-origin"}
    if answer.status != 200 or len(body) != 256 or not wanted <= names:
        raise SystemExit(f"port {port} does other work: {answer.status}, {len(body)} bytes, {names}")


def wait_for(ports, ask):
    """Until `ask` finds the subject at work; one without a door of HTTP/1.1, until it listens."""
    until = time.monotonic() + 10
    while True:
        try:
            if "plain" in ports:
                return ask(ports["plain"])
            return socket.create_connection(("127.0.0.1", ports["http2"]), 5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def allow_descriptors():
    """As many as may be, for ten thousand connections with two ends each."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (65536, max(most, 65536)))
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Subjects:
    """The proxies, each on the first processor in front of one upstream on the second; ended with the block. With more
    than one worker they go where they like."""

    def __init__(self, binaries, only=None, upstream=None, ask=ask_once, deployments=1, workers=1, local=False):
        """`upstream`: what is started with a port; the static one when there is none. `ask`: raises OSError while a port
        is not served. `deployments`: of ours. `local`: the upstream listens at a Unix socket."""
        self.binaries, self.only, self.ask, self.deployments, self.workers, self.local = binaries, only, ask, deployments, workers, local
        self.upstream = upstream or [binaries / "gateway_bench_upstream"]
        self.started = []

    def start(self, command, processor):
        def prepare():
            if processor is not None:
                pinned(processor)()
            allow_descriptors()
        self.started.append(subprocess.Popen(command, preexec_fn=prepare, stderr=subprocess.DEVNULL))
        return self.started[-1]

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="slipway-gateway-bench-")
        self.folder = folder = pathlib.Path(self.scratch.name)
        folder.chmod(0o755)
        self.upstream_port = upstream = free_port()
        by_nginx, by_haproxy, by_nghttpx = f"127.0.0.1:{upstream}", f"127.0.0.1:{upstream}", f"127.0.0.1,{upstream}"
        if self.local:
            upstream = folder / "sockets/r1/model.sock"
            upstream.parent.mkdir(parents=True)
            by_nginx, by_haproxy, by_nghttpx = f"unix:{upstream}", f"unix@{upstream}", f"unix:{upstream}"
        self.ports = {subject: {door: free_port() for door in set(doors.values())} for subject, doors in DOORS.items()}
        make_certificate(folder)
        for subject, template, server in (("nginx", NGINX, by_nginx), ("haproxy", HAPROXY, by_haproxy)):
            text = template.format(dir=folder, upstream=server, path=PATH, token=TOKEN, workers=self.workers, **self.ports[subject])
            (folder / f"{subject}.conf").write_text(text)
        commands = {
            **{subject: proxy_command(self.binaries, folder, self.ports[subject]["plain"], self.ports[subject]["tls"], upstream, io, self.deployments, self.workers)
               for subject, io in (("slipway", "io_uring"), ("slipway epoll", "epoll"))},
            "haproxy": ["haproxy", "-db", "-f", str(folder / "haproxy.conf")],
            "nginx": ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
            "nghttpx": ["nghttpx", "--conf=/dev/null", f"-f127.0.0.1,{self.ports['nghttpx']['http2']};no-tls", f"-b{by_nghttpx}", f"--workers={self.workers}",
                        "--single-process", "--accesslog-file=/dev/null", "--errorlog-file=/dev/null"],
        }
        self.names = [self.only] if self.only else list(commands)
        self.pids = {}
        try:
            self.start([*self.upstream, str(upstream)], 1)
            for subject in self.names:
                process = self.start(commands[subject], 0 if self.workers == 1 else None)
                wait_for(self.ports[subject], self.ask)
                self.pids[subject] = family(process.pid)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.started:
            process.send_signal(signal.SIGTERM)
        for process in self.started:
            process.wait()
        self.scratch.cleanup()

    def able(self, door):
        """Who has this door, and its port."""
        return {subject: self.ports[subject][DOORS[subject][door]] for subject in self.names if door in DOORS[subject]}
