"""What measurements of the gateway share: what is asked, and what stands around it."""
import pathlib
import socket
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATH = "/deployment/bench/api/v1.0/predictions"
TOKEN = "Bearer 0123456789abcdef0123456789abcdef"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


def proxy_command(binaries, folder, plain, tls, upstream, io):
    """Serves on both ports; `folder` holds its certificate."""
    return [binaries / "gateway_bench_proxy", str(plain), str(tls), str(upstream), str(folder), io, TOKEN.removeprefix("Bearer ")]
