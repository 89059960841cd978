"""A model that speaks gRPC and nothing else, with bytes for messages: what the tests of gRPC deploy."""
import concurrent.futures
import os
import time

import grpc


def echo(request, context):
    context.send_initial_metadata((("x-initial", "one"),))
    context.set_trailing_metadata((("x-trailing", "two"),))
    return b"echo " + request


def metadata(_, context):
    return "\n".join(sorted(f"{name}={value}" for name, value in context.invocation_metadata())).encode()


def fail(request, context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"no: {request.decode()} at 100%")


def wait(_, context):
    while context.is_active():
        time.sleep(0.01)
    return b""


def count(request, context):
    for number in range(int(request)):
        yield str(number).encode()


def total(requests, context):
    return str(sum(len(request) for request in requests)).encode()


def talk(requests, context):
    for request in requests:
        yield b"heard " + request


METHODS = {"Echo": grpc.unary_unary_rpc_method_handler(echo),
           "Metadata": grpc.unary_unary_rpc_method_handler(metadata),
           "Fail": grpc.unary_unary_rpc_method_handler(fail),
           "Wait": grpc.unary_unary_rpc_method_handler(wait),
           "Count": grpc.unary_stream_rpc_method_handler(count),
           "Total": grpc.stream_unary_rpc_method_handler(total),
           "Talk": grpc.stream_stream_rpc_method_handler(talk)}

server = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Model", METHODS),))
host, port = os.environ.get("SLIPWAY_MODEL_HOST", "0.0.0.0"), os.environ["PREDICTIVE_UNIT_SERVICE_PORT"]
assert server.add_insecure_port(f"{host}:{port}")
server.start()
print("serving gRPC", flush=True)
server.wait_for_termination()
