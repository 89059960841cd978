"""A model that speaks OpenAI's API, by a script: it streams the next piece of an answer only when the last one was acknowledged."""
import http.server
import json
import os
import threading

PIECES = ["one ", "piece ", "at ", "a ", "time"]
acknowledged = threading.Semaphore(0)


def completion(kind, part, **more):
    return {"id": "chat-1", "object": kind, "created": 1, "model": "scripted", "choices": [{"index": 0, **part, **more}]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/v1/models":
            return self.answer({"object": "list", "data": [{"id": "scripted", "object": "model", "created": 1, "owned_by": "us"}]})
        return self.answer("ready")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/ack":
            acknowledged.release()
            return self.answer("thanks")
        if not json.loads(body).get("stream"):
            message = {"role": "assistant", "content": "".join(PIECES)}
            return self.answer(completion("chat.completion", {"message": message}, finish_reason="stop"))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in PIECES:
            self.event(json.dumps(completion("chat.completion.chunk", {"delta": {"content": piece}})))
            if not acknowledged.acquire(timeout=60):
                return self.wfile.close()
        self.event("[DONE]")
        return self.wfile.write(b"0\r\n\r\n")

    def event(self, data):
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
        self.wfile.flush()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PREDICTIVE_UNIT_SERVICE_PORT"])), Handler).serve_forever()
